import { queryOptions } from '@tanstack/svelte-query'
import { answer, api, ifMatch, insist } from './client'
import { queries } from './queries'
import type { operations } from './schema'
import type { Topic } from './types'

export type TopicFilters = NonNullable<operations['listTopics']['parameters']['query']>
export type TopicDraft = { title: string; body: string; category: string; tags: string[] }

export const topicList = (query: TopicFilters) =>
  queryOptions({
    queryKey: ['topics', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/topics', { params: { query }, signal })),
  })

export const topic = (topic_id: number) =>
  queryOptions({
    queryKey: ['topic', topic_id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/topics/{topic_id}', { params: { path: { topic_id } }, signal })),
  })

export const outline = (topic_id: number) =>
  queryOptions({
    queryKey: ['topic', topic_id, 'outline'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/topics/{topic_id}/outline', { params: { path: { topic_id } }, signal })),
  })

/** The topic with the source of its opening post and the version that an edit must name. */
export const topicSource = (topic_id: number) =>
  answer(
    api.GET('/api/v1/topics/{topic_id}', { params: { path: { topic_id }, query: { include: ['body'] } } }),
  )

export function putTopic(next: Topic) {
  queries.setQueryData(topic(next.id).queryKey, (old) =>
    old ? { ...old, ...next, post: next.post ?? old.post } : next,
  )
  void queries.invalidateQueries({ queryKey: ['topics'], refetchType: 'none' })
}

export const openTopic = (body: TopicDraft, key: string) =>
  insist(() =>
    answer(api.POST('/api/v1/topics', { params: { header: { 'Idempotency-Key': key } }, body })),
  )

export async function editTopic(topic_id: number, version: number, body: Partial<TopicDraft>) {
  const next = await answer(
    api.PATCH('/api/v1/topics/{topic_id}', {
      params: { path: { topic_id }, header: ifMatch(version) },
      body,
    }),
  )
  putTopic(next)
  return next
}

export async function setLock({ id: topic_id, version }: Topic, locked: boolean) {
  const options = { params: { path: { topic_id }, header: ifMatch(version) } }
  const path = '/api/v1/topics/{topic_id}/lock'
  putTopic(await answer(locked ? api.PUT(path, options) : api.DELETE(path, options)))
}

export async function setPin({ id: topic_id, version }: Topic, pinned: boolean) {
  const options = { params: { path: { topic_id }, header: ifMatch(version) } }
  const path = '/api/v1/topics/{topic_id}/pin'
  putTopic(await answer(pinned ? api.PUT(path, options) : api.DELETE(path, options)))
}

/** Accepts the reply with this number as the answer; null takes the mark away. */
export async function setAnswer({ id: topic_id, version }: Topic, number: number | null) {
  const params = { path: { topic_id }, header: ifMatch(version) }
  const path = '/api/v1/topics/{topic_id}/answer'
  const call = number === null ? api.DELETE(path, { params }) : api.PUT(path, { params, body: { number } })
  putTopic(await answer(call))
}

export async function deleteTopic({ id: topic_id, version }: Topic) {
  await answer(
    api.DELETE('/api/v1/topics/{topic_id}', { params: { path: { topic_id }, header: ifMatch(version) } }),
  )
  await queries.invalidateQueries({ queryKey: ['topic', topic_id] })
  void queries.invalidateQueries({ queryKey: ['topics'] })
}

export async function restoreTopic({ id: topic_id }: Topic, key: string) {
  const header = { 'Idempotency-Key': key }
  putTopic(
    await insist(() =>
      answer(
        api.POST('/api/v1/topics/{topic_id}/restore', { params: { path: { topic_id }, header }, body: {} }),
      ),
    ),
  )
}

/** Counts one view; a failure is nobody's trouble. */
export const countView = (topic_id: number) =>
  answer(api.POST('/api/v1/topics/{topic_id}/view', { params: { path: { topic_id } }, body: {} })).catch(
    () => {},
  )

/** Remembers how far a member has read; the server never goes back. */
export const markRead = (topic_id: number, number: number) =>
  answer(api.PUT('/api/v1/users/me/reads', { body: { items: [{ topic_id, number }] } })).catch(() => {})
