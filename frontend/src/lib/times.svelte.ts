import * as m from '$messages'
import { formats } from './locale.svelte'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// One clock for all ages on the page, so that they grow together and only once a minute.
let now = $state(Date.now())
setInterval(() => (now = Date.now()), MINUTE)

const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0)

/** Calendar days between two moments in the reader's time zone. */
export const daysBetween = (earlier: number, later: number) =>
  Math.round((midnight(later) - midnight(earlier)) / DAY)

function show(options: Intl.DateTimeFormatOptions, time: number) {
  return new Intl.DateTimeFormat(formats(), options).format(time)
}

/** `2 Nov` this year, `2 Nov 2024` before. */
export function day(iso: string): string {
  const time = Date.parse(iso)
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear()
  return show({ day: 'numeric', month: 'short', year: sameYear ? undefined : 'numeric' }, time)
}

/** `3 Nov 2026`, always with its year. */
export const date = (iso: string) =>
  show({ day: 'numeric', month: 'short', year: 'numeric' }, Date.parse(iso))

/** `3 Nov 2026, 17:31`. */
export const moment = (iso: string) =>
  show(
    { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    Date.parse(iso),
  )

/** `11:34:07`, for what happened just now on this computer. */
export const clock = (time: number) => show({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, time)

/** How long ago, short enough for a column: `4 min`, `1 h`, `yesterday`, `2 d`, `2 Nov`. */
export function age(iso: string): string {
  const time = Date.parse(iso)
  const passed = now - time
  if (passed < MINUTE) return m.age_now()
  if (passed < HOUR) return m.age_minutes({ n: Math.floor(passed / MINUTE) })
  const days = daysBetween(time, now)
  if (passed < 12 * HOUR || days === 0) return m.age_hours({ n: Math.floor(passed / HOUR) })
  if (days === 1) return m.age_yesterday()
  if (days <= 7) return m.age_days({ n: days })
  return day(iso)
}

/** When something was written, for its head: `4 min ago`, `today, 09:12`, `3 Nov, 18:02`. */
export function written(iso: string): string {
  const time = Date.parse(iso)
  const passed = now - time
  if (passed < MINUTE) return m.age_now()
  if (passed < HOUR) return m.age_minutes_ago({ n: Math.floor(passed / MINUTE) })
  const at = show({ hour: '2-digit', minute: '2-digit' }, time)
  const days = daysBetween(time, now)
  if (days === 0) return m.today_at({ at })
  if (days === 1) return m.yesterday_at({ at })
  return m.day_at({ day: day(iso), at })
}

/** A moment as it stands in a sentence: `yesterday at 23:40`, `2 Nov, 18:02`. */
export function clockTime(time: number): string {
  const at = show({ hour: '2-digit', minute: '2-digit' }, time)
  const days = daysBetween(time, now)
  if (days === 0) return m.clock_today({ at })
  if (days === 1) return m.clock_yesterday({ at })
  return m.day_at({ day: day(new Date(time).toISOString()), at })
}
