import { answer, api, ifMatch } from './client'
import { change, expire } from './cache.svelte'
import type { components } from './schema'

export type UserPatch = components['schemas']['UserPatch']

export const member = (username: string) => ({
  key: ['user', username],
  load: (signal: AbortSignal) =>
    answer(api.GET('/api/v1/users/{username}', { params: { path: { username } }, signal })),
})

export const memberList = (cursor: string | null) => ({
  key: ['users', cursor],
  load: (signal: AbortSignal) => {
    const query = cursor ? { cursor, limit: 50 } : { limit: 50 }
    return answer(api.GET('/api/v1/users', { params: { query }, signal }))
  },
})

export const me = {
  key: ['me'],
  load: (signal: AbortSignal) => answer(api.GET('/api/v1/users/me', { signal })),
}

export async function editMe(version: number, body: UserPatch) {
  const user = await answer(api.PATCH('/api/v1/users/me', { params: { header: ifMatch(version) }, body }))
  change(me.key, () => user)
  expire(['user', user.username])
  return user
}
