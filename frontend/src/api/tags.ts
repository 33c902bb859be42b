import { answer, api } from './client'

export const tagList = (cursor: string | null) => ({
  key: ['tags', cursor],
  load: (signal: AbortSignal) => {
    const query = cursor ? { cursor, limit: 100 } : { limit: 100 }
    return answer(api.GET('/api/v1/tags', { params: { query }, signal }))
  },
})
