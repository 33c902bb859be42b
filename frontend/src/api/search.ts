import { answer, api } from './client'
import type { operations } from './schema'

export type SearchType = NonNullable<NonNullable<operations['searchForum']['parameters']['query']>['type']>

export const search = (q: string, type: SearchType, cursor: string | null = null) => ({
  key: ['search', q, type, cursor],
  load: (signal: AbortSignal) => {
    const query = cursor ? { q, type, cursor } : { q, type }
    return answer(api.GET('/api/v1/search', { params: { query }, signal }))
  },
})
