import { expect, test } from 'vitest'
import en from '../messages/en.json'
import zh from '../messages/zh-Hans.json'

/** The names that a message takes, from its text or from all of its variants. */
const inputs = (message: unknown) =>
  [...new Set([...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort()

test('both languages say the same things with the same values', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort())
  for (const [key, message] of Object.entries(en)) {
    if (key === '$schema') continue
    expect([key, inputs(zh[key as keyof typeof zh])]).toEqual([key, inputs(message)])
  }
})
