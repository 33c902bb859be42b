import { answer, api, ifMatch, insist } from './client'
import { change, expire, refresh } from './cache.svelte'
import type { components, operations } from './schema'
import type { Topic } from './types'

export type TopicFilters = NonNullable<operations['listTopics']['parameters']['query']>
type TopicCreate = components['schemas']['TopicCreate']
type TopicPatch = components['schemas']['TopicPatch']

export const topicList = (query: TopicFilters) => ({
  key: ['topics', query],
  load: (signal: AbortSignal) => answer(api.GET('/api/v1/topics', { params: { query }, signal })),
})

export const topic = (topic_id: number) => ({
  key: ['topic', topic_id],
  load: (signal: AbortSignal) =>
    answer(api.GET('/api/v1/topics/{topic_id}', { params: { path: { topic_id } }, signal })),
})

export const outline = (topic_id: number) => ({
  key: ['topic', topic_id, 'outline'],
  load: (signal: AbortSignal) =>
    answer(api.GET('/api/v1/topics/{topic_id}/outline', { params: { path: { topic_id } }, signal })),
})

/** The topic with the source of its opening post and the version that an edit must name. */
export const topicSource = (topic_id: number) =>
  answer(
    api.GET('/api/v1/topics/{topic_id}', { params: { path: { topic_id }, query: { include: ['body'] } } }),
  )

export function putTopic(next: Topic) {
  change<Topic>(topic(next.id).key, (old) => ({ ...old, ...next, post: next.post ?? old.post }))
  expire(['topics'])
}

export const openTopic = (body: TopicCreate, key: string) =>
  insist(() => answer(api.POST('/api/v1/topics', { params: { header: { 'Idempotency-Key': key } }, body })))

export async function editTopic(topic_id: number, version: number, body: TopicPatch) {
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
  expire(['topics'])
  await refresh(['topic', topic_id])
}

export async function restoreTopic({ id: topic_id }: Topic, key: string) {
  const header = { 'Idempotency-Key': key }
  putTopic(
    await insist(() =>
      answer(api.POST('/api/v1/topics/{topic_id}/restore', { params: { path: { topic_id }, header } })),
    ),
  )
}

/** Counts one view; a failure is nobody's trouble. */
export const countView = (topic_id: number) =>
  answer(api.POST('/api/v1/topics/{topic_id}/view', { params: { path: { topic_id } } })).catch(() => {})
