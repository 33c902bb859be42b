import { expect, test } from 'vitest'
import { pagesAround } from './pages'
import { peopleOf, reading } from './reading'
import { datesOf, HEIGHT, place, ticksOf } from './ticks'

const can = {} as never
const viewer = (last_read: number | null) => ({ bookmarked: false, subscription: null, last_read, can })

test('a topic claims nothing to who has never opened it', () => {
  expect(reading({ last_number: 9, viewer: viewer(null) })).toEqual({ kind: 'fresh', unread: 0 })
  expect(reading({ last_number: 9, viewer: viewer(5) })).toEqual({ kind: 'unread', unread: 4 })
  expect(reading({ last_number: 9, viewer: viewer(9) })).toEqual({ kind: 'read', unread: 0 })
})

test('who began and spoke last is shown once', () => {
  const maren = { id: 1, username: 'maren', display_name: '', avatar_url: null, role: 'member', bot: false }
  expect(peopleOf({ author: maren, last_author: maren })).toEqual([maren])
  expect(peopleOf({ author: null, last_author: maren })).toEqual([maren])
})

test('the pager offers both ends and the neighbours, with gaps between', () => {
  expect(pagesAround(1, 3)).toEqual([1, 2, 3])
  expect(pagesAround(10, 20)).toEqual([1, 2, null, 9, 10, 11, null, 19, 20])
})

test('ticks stay inside the ruler, and votes make them long', () => {
  const at = '2026-11-03T10:00:00.000Z'
  const items = [
    { number: 1, score: 0, at, answer: false },
    { number: 2, score: 40, at, answer: true },
    { number: 3, score: -5, at, answer: false },
  ]
  const ticks = ticksOf(items, 3, { from: 1, until: 1, read: 2 })
  expect(ticks.map((tick) => tick.kind)).toEqual(['here', 'best', 'new'])
  expect(ticks[1]!.length).toBeGreaterThan(ticks[0]!.length)
  expect(ticks[2]!.length).toBe(ticks[0]!.length)
  expect(place(3, 3)).toBeLessThanOrEqual(HEIGHT)
})

test('days are named beside the ruler only where there is room', () => {
  const items = Array.from({ length: 40 }, (_, index) => ({
    number: index + 1,
    score: 0,
    at: `2026-10-${String((index % 30) + 1).padStart(2, '0')}T10:00:00.000Z`,
    answer: false,
  }))
  const marks = datesOf(items, 40, [100])
  expect(marks.length).toBeGreaterThan(2)
  expect(marks.every(({ y }) => Math.abs(y - 100) > 44)).toBe(true)
})
