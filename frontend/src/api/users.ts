import { queryOptions } from '@tanstack/svelte-query'
import { answer, api, ifMatch } from './client'
import { queries } from './queries'
import type { components } from './schema'

export type UserPatch = components['schemas']['UserPatch']

export const member = (username: string) =>
  queryOptions({
    queryKey: ['user', username],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/users/{username}', { params: { path: { username } }, signal })),
  })

export const memberList = (cursor: string | null) =>
  queryOptions({
    queryKey: ['users', cursor],
    queryFn: ({ signal }) => {
      const query = cursor ? { cursor, limit: 50 } : { limit: 50 }
      return answer(api.GET('/api/v1/users', { params: { query }, signal }))
    },
  })

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/users/me', { signal })),
})

export async function editMe(version: number, body: UserPatch) {
  const user = await answer(api.PATCH('/api/v1/users/me', { params: { header: ifMatch(version) }, body }))
  queries.setQueryData(me.queryKey, user)
  void queries.invalidateQueries({ queryKey: ['user', user.username] })
  return user
}
