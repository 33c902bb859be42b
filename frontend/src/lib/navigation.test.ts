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
  vi.advanceTimersByTime(60_000)
  changes.length = 0
})

test('typing changes the address at once, but never more often than browsers bear', () => {
  const typed = 'a sentence that somebody types very fast indeed, with more letters than a browser bears'
  for (let end = 1; end <= typed.length; end += 1) rewriteSoon(`/search?q=${typed.slice(0, end).length}`)
  expect(place.search).toBe(`?q=${typed.length}`)
  expect(changes).toHaveLength(50)
  vi.advanceTimersByTime(1000)
  expect(changes).toHaveLength(51)
  expect(at.search).toBe(`?q=${typed.length}`)
})

test('a step forward leaves behind what was typed last', () => {
  for (let n = 0; n < 60; n += 1) rewriteSoon(`/search?q=${n}`)
  navigate('/t/7/a', { keep: true })
  expect(changes.slice(-2)).toEqual(['/search?q=59', '/t/7/a'])
  vi.advanceTimersByTime(60_000)
  expect(place.path).toBe('/t/7/a')
  expect(at.pathname).toBe('/t/7/a')
})
