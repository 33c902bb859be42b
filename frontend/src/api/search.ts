import { queryOptions } from '@tanstack/svelte-query'
import { answer, api } from './client'
import type { operations } from './schema'

export type SearchType = NonNullable<NonNullable<operations['search']['parameters']['query']>['type']>

export const search = (q: string, type: SearchType, cursor: string | null = null) =>
  queryOptions({
    queryKey: ['search', q, type, cursor],
    queryFn: ({ signal }) => {
      const query = cursor ? { q, type, cursor } : { q, type }
      return answer(api.GET('/api/v1/search', { params: { query }, signal }))
    },
  })
