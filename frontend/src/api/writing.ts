/** What writers and moderators call. It stands apart from what shows a page, which readers load first. */
import { change, expire, refresh } from './cache.svelte'
import { answer, api, ifMatch, insist } from './client'
import { putPost, refreshReplies } from './posts'
import type { components } from './schema'
import { topic } from './topics'
import type { Post, Topic } from './types'

type TopicCreate = components['schemas']['TopicCreate']
type TopicPatch = components['schemas']['TopicPatch']

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

export const postSource = (post_id: number) =>
  answer(api.GET('/api/v1/posts/{post_id}', { params: { path: { post_id }, query: { include: ['body'] } } }))

export async function sendReply(topic_id: number, body: string, reply_to: number | null, key: string) {
  const post = await insist(() =>
    answer(
      api.POST('/api/v1/topics/{topic_id}/replies', {
        params: { path: { topic_id }, header: { 'Idempotency-Key': key } },
        body: reply_to === null ? { body } : { body, reply_to },
      }),
    ),
  )
  await refreshReplies(topic_id)
  return post
}

export async function editPost(post_id: number, version: number, body: string) {
  const next = await answer(
    api.PATCH('/api/v1/posts/{post_id}', {
      params: { path: { post_id }, header: ifMatch(version) },
      body: { body },
    }),
  )
  putPost(next)
  return next
}

export async function deletePost({ id: post_id, topic_id, version }: Post) {
  await answer(
    api.DELETE('/api/v1/posts/{post_id}', { params: { path: { post_id }, header: ifMatch(version) } }),
  )
  await refreshReplies(topic_id)
}

export async function restorePost({ id: post_id, topic_id }: Post, key: string) {
  const header = { 'Idempotency-Key': key }
  await insist(() =>
    answer(api.POST('/api/v1/posts/{post_id}/restore', { params: { path: { post_id }, header } })),
  )
  await refreshReplies(topic_id)
}

export const preview = (body: string, signal: AbortSignal) =>
  answer(api.POST('/api/v1/preview', { body: { body }, signal }))
