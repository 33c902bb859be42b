import { expect, test } from 'vitest'
import { operatorsOf, withOperator, withoutOperator } from './operators'
import { segmentsOf } from './segments'

test('operators are found among the words', () => {
  const found = operatorsOf('postgres is:answered author:"Tomás Bell" http://x after:2026-08')
  expect(found.map(({ name, value }) => [name, value])).toEqual([
    ['is', 'answered'],
    ['author', 'Tomás Bell'],
    ['after', '2026-08'],
  ])
})

test('an operator comes and goes without touching the words', () => {
  expect(withOperator('量子 ', 'in:title')).toBe('量子 in:title')
  expect(withoutOperator('a in:title b', 'in:title')).toBe('a b')
})

test('a snippet is text and marks, never markup', () => {
  expect(segmentsOf('a &lt;b&gt; <mark>索引</mark> &amp;lt; <i>x</i>')).toEqual([
    { text: 'a <b> ', hit: false },
    { text: '索引', hit: true },
    { text: ' &lt; <i>x</i>', hit: false },
  ])
})
