import { expect, test } from 'vitest'
import { applyMark, type Selected } from './markdown'
import { tagsOf } from './tags'

const select = (text: string): Selected => {
  const start = text.indexOf('[')
  const end = text.indexOf(']') - 1
  return { text: text.replace('[', '').replace(']', ''), start, end }
}
const shown = ({ text, start, end }: Selected) =>
  `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`

test('bold goes around what is selected, and keeps it selected', () => {
  expect(shown(applyMark('bold', select('a [b] c')))).toBe('a **[b]** c')
})

test('a quotation marks every line that the selection touches', () => {
  expect(applyMark('quote', select('one\nt[wo\nth]ree')).text).toBe('one\n> two\n> three')
})

test('code of several lines becomes a block', () => {
  expect(applyMark('code', select('[a\nb]')).text).toBe('```\na\nb\n```')
  expect(applyMark('code', select('[a]')).text).toBe('`a`')
})

test('a link leaves the address selected', () => {
  expect(applyMark('link', select('see [here]')).text).toBe('see [here](https://)')
  const { text, start, end } = applyMark('link', select('see [here]'))
  expect(text.slice(start, end)).toBe('https://')
})

test('tags are parted by blanks and commas of either script, each once', () => {
  expect(tagsOf(' #Postgres, 分页，索引 postgres、ＧＯ ')).toEqual(['postgres', '分页', '索引', 'go'])
  expect(tagsOf('  ')).toEqual([])
})
