import { answer, api } from './client'
import type { operations } from './schema'

export type TopicFilters = NonNullable<operations['listTopics']['parameters']['query']>

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

/** Counts one view; a failure is nobody's trouble. */
export const countView = (topic_id: number) =>
  answer(api.POST('/api/v1/topics/{topic_id}/view', { params: { path: { topic_id } } })).catch(() => {})
