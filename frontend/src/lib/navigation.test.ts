import { beforeEach, expect, test, vi } from 'vitest'

vi.mock('./root', () => ({ root: '' }))
vi.useFakeTimers()
const at = new URL('http://127.0.0.1:8000/search?q=a')
const changes: string[] = []
const change = (_state: unknown, _title: string, address?: string) => {
  if (address === undefined) return
  changes.push(address)
  at.href = new URL(address, at).href
}
const history = { state: null, replaceState: change, pushState: change }
vi.stubGlobal('location', at)
vi.stubGlobal('history', history)
vi.stubGlobal('window', { location: at, setTimeout, scrollTo: () => {}, scrollY: 0 })
vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => {} })
vi.stubGlobal('document', { querySelector: () => null })
const { navigate, place, rewriteSoon } = await import('./navigation.svelte')

beforeEach(() => {
  vi.runAllTimers()
  changes.length = 0
})

test('typing shows at once and changes the history once it pauses', () => {
  for (const q of ['ab', 'abc', 'abcd']) rewriteSoon(`/search?q=${q}`)
  expect(place.search).toBe('?q=abcd')
  expect(changes).toEqual([])
  vi.advanceTimersByTime(400)
  expect(changes).toEqual(['/search?q=abcd'])
})

test('a step forward leaves behind what was typed last', () => {
  rewriteSoon('/search?q=xyz')
  navigate('/t/7/a', { keep: true })
  expect(changes).toEqual(['/search?q=xyz', '/t/7/a'])
  vi.runAllTimers()
  expect(place.path).toBe('/t/7/a')
  expect(at.pathname).toBe('/t/7/a')
})
