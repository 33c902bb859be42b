import { forget, forgetAllOf, load, store } from '../../lib/storage'

/** What the writer has typed, kept in this browser until the server has answered 201. */
export type DraftText = {
  title: string
  body: string
  category: string
  tags: string
  /** The version that an edit began from; 0 for what is new. */
  version: number
  /** When it was last kept, in ms. */
  at: number
  /** The key of the last attempt to send this very text, so that a repeat after a crash cannot post twice. */
  sent: { key: string; print: string } | null
}

const PREFIX = 'parley.draft.'

export const EMPTY: DraftText = { title: '', body: '', category: '', tags: '', version: 0, at: 0, sent: null }

export const loadDraft = (key: string) => load<DraftText>(PREFIX + key)
export const forgetDraft = (key: string) => forget(PREFIX + key)

/** For signing out: the next one at this computer must not find what the last one wrote. */
export const forgetDrafts = () => forgetAllOf(PREFIX)

/** Keeps the text at once. Returns whether this browser took it. */
export function keepDraft(key: string, text: DraftText): boolean {
  if (!text.title && !text.body && !text.tags) {
    forgetDraft(key)
    return true
  }
  return store(PREFIX + key, text)
}
