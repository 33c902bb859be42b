import { answer, api } from './client'
import type { Category } from './types'

export const categoryTree = {
  key: ['categories'],
  load: (signal: AbortSignal) => answer(api.GET('/api/v1/categories', { signal })),
  fresh: 60_000,
}

export const oneCategory = (slug: string) => ({
  key: ['category', slug],
  load: (signal: AbortSignal) =>
    answer(api.GET('/api/v1/categories/{slug}', { params: { path: { slug } }, signal })),
})

export type Branch = { category: Category; depth: number }

/** The tree as one list in its order, each with how deep it stands. */
export function branches(tree: readonly Category[], depth = 0): Branch[] {
  return tree.flatMap((category) => [{ category, depth }, ...branches(category.children, depth + 1)])
}
