import { PAGE_SIZE } from '../lib/addresses'
import { answer, api } from './client'
import { change, changeAll, expire, refresh } from './cache.svelte'
import type { components, operations } from './schema'
import type { Post, Topic } from './types'

type PostPage = components['schemas']['PostPageOut']
type ReplyQuery = NonNullable<operations['listReplies']['parameters']['query']>
/** Newest first would turn the numbers around, so pages of replies do not offer it. */
export type ReplyOrder = Exclude<NonNullable<ReplyQuery['sort']>, 'new'>

/** One page of replies: thirty numbers in order, or the best thirty. */
export const replies = (topic_id: number, page: number, sort: ReplyOrder) => ({
  key: ['replies', topic_id, sort, page],
  load: (signal: AbortSignal) => {
    const query =
      sort === 'top' ? { sort, limit: PAGE_SIZE } : { from: (page - 1) * PAGE_SIZE + 1, limit: PAGE_SIZE }
    return answer(
      api.GET('/api/v1/topics/{topic_id}/replies', { params: { path: { topic_id }, query }, signal }),
    )
  },
})

/** One reply by its number in the topic, for quotations and the answer. */
export const reply = (topic_id: number, number: number) => ({
  key: ['reply', topic_id, number],
  load: (signal: AbortSignal) =>
    answer(
      api.GET('/api/v1/topics/{topic_id}/replies/{number}', {
        params: { path: { topic_id, number } },
        signal,
      }),
    ),
})

/** Puts a changed post into every place of the cache that shows it. */
export function putPost(next: Post) {
  changeAll<PostPage>(['replies', next.topic_id], (page) => ({
    ...page,
    items: page.items.map((post) => (post.id === next.id ? next : post)),
  }))
  changeAll<Post>(['reply', next.topic_id], (post) => (post.id === next.id ? next : post))
  change<Topic>(['topic', next.topic_id], (topic) =>
    topic.post?.id === next.id ? { ...topic, post: next } : topic,
  )
}

/** Asks anew for a topic, its outline and its replies; the lists only when they are next shown. */
export async function refreshReplies(topic_id: number) {
  expire(['topics'])
  await Promise.all([
    refresh(['topic', topic_id]),
    refresh(['replies', topic_id]),
    refresh(['reply', topic_id]),
  ])
}

export async function vote({ id: post_id }: Post, value: 1 | 0) {
  const path = '/api/v1/posts/{post_id}/vote'
  putPost(await answer(api.PUT(path, { params: { path: { post_id } }, body: { value } })))
}
