import { load, store } from '../lib/storage'

const KEY = 'parley.visited'
const PAUSE = 30 * 60_000

/** When the last visit on this browser ended, in ms; null on the first one. A pause of half an hour ends a visit. */
export const leftAt: number | null = begin()

type Visit = { seen: number; before: number | null }

function begin(): number | null {
  const kept = load<Visit>(KEY)
  const before = kept ? (Date.now() - kept.seen > PAUSE ? kept.seen : kept.before) : null
  store(KEY, { seen: Date.now(), before })
  setInterval(() => {
    if (document.visibilityState === 'visible') store(KEY, { seen: Date.now(), before })
  }, 60_000)
  return before
}
