import { token } from './random'

/**
 * How far each entry of the history was scrolled. It is written as the reader scrolls and read after Back,
 * Forward and a reload, so it lives beside the history and not in it: browsers ration changes of that.
 */
const KEY = 'parley.scrolls'
const MOST = 60

type Entry = { id?: string }

function stored(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as [string, number][]
  } catch {
    return []
  }
}

const scrolls = new Map(stored())

/** The state of a new entry of the history. */
export const newEntry = (): Entry => ({ id: token() })

function current(): string {
  const state = history.state as Entry | null
  if (state?.id) return state.id
  const entry = newEntry()
  history.replaceState(entry, '')
  return entry.id!
}

/** Remembers where the current entry stands. */
export function keepScroll() {
  const id = current()
  scrolls.delete(id)
  scrolls.set(id, Math.round(window.scrollY))
  const [oldest] = scrolls.keys()
  if (scrolls.size > MOST && oldest) scrolls.delete(oldest)
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...scrolls]))
  } catch {
    // Without storage Back still works; only a reload begins at the top.
  }
}

/** Where the current entry was left, in px; 0 for one that was never scrolled. */
export const keptScroll = () => scrolls.get(current()) ?? 0
