import { expect, test, vi } from 'vitest'

vi.mock('./root', () => ({ root: '/forum' }))
const { decoded, pageOf, to } = await import('./addresses')

test('a reply stands on the page of its number, thirty to a page', () => {
  expect([0, 1, 30, 31, 60, 61].map(pageOf)).toEqual([1, 1, 1, 2, 2, 3])
})

test('every address lies below the root of the deployment', () => {
  expect(to.home()).toBe('/forum/')
  expect(to.topic({ id: 7, slug: '量子-101' })).toBe('/forum/t/7/%E9%87%8F%E5%AD%90-101')
  expect(to.post({ id: 7, slug: 'a' }, 31)).toBe('/forum/t/7/a?page=2#p31')
  expect(to.post({ id: 7, slug: 'a' }, 0)).toBe('/forum/t/7/a')
})

test('a tag and a query keep their signs', () => {
  expect(to.tag('c++')).toBe('/forum/tag/c%2B%2B')
  expect(to.search('is:answered a&b')).toBe('/forum/search?q=is%3Aanswered+a%26b')
})

test('what is badly written in an address stays as it is written', () => {
  expect(decoded('%E9%87%8F')).toBe('量')
  expect(['%', '%E9', 'a%zz'].map(decoded)).toEqual(['%', '%E9', 'a%zz'])
})
