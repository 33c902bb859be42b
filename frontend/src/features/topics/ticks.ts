import type { OutlineItem } from '../../api/types'

/** The scrubber's drawing, in units of its own box: 80 wide, 384 high. */
export const HEIGHT = 384
const SHORT = 8
const LONG = 42

type Tick = { number: number; y: number; length: number; kind: 'seen' | 'here' | 'new' | 'best' | '' }
type Position = { from: number; until: number; read: number | null }

const INSET = 6

export const place = (number: number, last: number) =>
  last < 1 ? INSET : INSET + ((HEIGHT - 2 * INSET) * number) / last

/** One tick for each reply or range of replies; the length says votes, the root of them, so that one star does not flatten the rest. */
export function ticksOf(
  items: readonly OutlineItem[],
  last: number,
  { from, until, read }: Position,
): Tick[] {
  const most = Math.max(1, ...items.map((item) => item.score))
  return items.map(({ number, score, answer }) => ({
    number,
    y: place(number, last),
    length: SHORT + (LONG - SHORT) * Math.sqrt(Math.max(0, score) / most),
    kind: kindOf(number, answer, { from, until, read }),
  }))
}

function kindOf(number: number, answer: boolean, { from, until, read }: Position): Tick['kind'] {
  if (number >= from && number <= until) return 'here'
  if (answer) return 'best'
  if (read === null) return ''
  return number > read ? 'new' : 'seen'
}

type Mark = { at: string; y: number }

/** Days worth naming beside the ticks: far enough from each other and from what else stands there. */
export function datesOf(items: readonly OutlineItem[], last: number, taken: readonly number[]): Mark[] {
  const marks: Mark[] = []
  let day = items[0]?.at.slice(0, 10)
  for (const { number, at } of items) {
    if (at.slice(0, 10) === day) continue
    day = at.slice(0, 10)
    const y = place(number, last)
    const free = [...taken, ...marks.map((mark) => mark.y)].every((other) => Math.abs(other - y) > 44)
    if (free && y < HEIGHT - 20) marks.push({ at, y })
  }
  return marks
}
