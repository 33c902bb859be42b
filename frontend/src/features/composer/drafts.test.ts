import { expect, test, vi } from 'vitest'
import { EMPTY, forgetDrafts, keepDraft, loadDraft } from './drafts'

test('signing out forgets every draft and nothing else', () => {
  const kept: Record<string, string> = { 'parley.theme': '"dark"' }
  const prototype = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
    removeItem: (key: string) => void delete kept[key],
  }
  const storage = new Proxy(prototype, {
    ownKeys: () => Object.keys(kept),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  })
  vi.stubGlobal('localStorage', storage)
  expect(keepDraft('topic', { ...EMPTY, body: 'Mine alone.' })).toBe(true)
  keepDraft('reply.7', { ...EMPTY, body: 'Another.' })
  forgetDrafts()
  expect([loadDraft('topic'), loadDraft('reply.7')]).toEqual([null, null])
  expect(Object.keys(kept)).toEqual(['parley.theme'])
})
