import { expect, test, vi } from 'vitest'
import { Problem } from './problem'

vi.mock('../lib/navigation.svelte', () => ({ returned: () => false }))
const { Entry } = await import('./cache.svelte')

function entry(load: () => Promise<string>) {
  const made = new Entry<string>(['topic', 1])
  made.load = load
  return made
}

const fails = (status: number) => Promise.reject(new Problem({ code: 'whatever' }, status))

test('what is gone by now does not stay on the screen', async () => {
  const found = entry(() => Promise.resolve('text'))
  await found.fetch()
  expect(found.data).toBe('text')
  found.load = () => fails(404)
  await found.fetch()
  expect([found.data, found.at, found.problem?.status]).toEqual([undefined, 0, 404])
})

test('what was there before stays while the server is in trouble', async () => {
  const found = entry(() => Promise.resolve('text'))
  await found.fetch()
  found.load = () => fails(500)
  await found.fetch()
  expect([found.data, found.problem?.status]).toEqual(['text', 500])
})

test('two readers share one call', async () => {
  const load = vi.fn(() => Promise.resolve('text'))
  const found = entry(load)
  await Promise.all([found.fetch(), found.fetch()])
  expect(load).toHaveBeenCalledTimes(1)
})

test('an answer for other eyes is not shown when it comes late', async () => {
  let settle: (text: string) => void = () => {}
  const found = entry(() => new Promise((resolve) => (settle = resolve)))
  const before = found.fetch()
  const late = settle
  found.load = () => Promise.resolve('public')
  await found.restart()
  late('private')
  await before
  expect(found.data).toBe('public')
})
