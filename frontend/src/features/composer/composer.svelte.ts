import * as m from '$messages'
import type { Post, Topic } from '../../api/types'
import { to } from '../../lib/addresses'
import { navigate } from '../../lib/navigation.svelte'
import { session } from '../../session/session.svelte'
import { attempt } from '../../ui/attempt'

type TopicRef = Pick<Topic, 'id' | 'slug' | 'title'>
export type Target = { number: number; name: string | null }

/** What is being written. `key` names the draft in this browser. */
export type Draft =
  | { kind: 'topic'; key: string; category: string }
  | { kind: 'reply'; key: string; topic: TopicRef; target: Target | null; insert: string }
  | { kind: 'edit-topic'; key: string; source: Topic }
  | { kind: 'edit-post'; key: string; topic: TopicRef; source: Post }

let draft = $state.raw<Draft | null>(null)
let closed: (() => void) | null = null

const edit = (load: (api: typeof import('../../api/writing')) => Promise<Draft>) =>
  attempt(async () => (draft = await load(await import('../../api/writing'))))

export const composer = {
  get draft() {
    return draft
  },

  topic(category = '', onclose: (() => void) | null = null) {
    if (session.status === 'visitor') {
      navigate(to.signin(to.write(category)))
      return
    }
    closed = onclose
    draft = { kind: 'topic', key: 'topic', category }
  },

  /** Opens a reply, or points the open one at another post without touching what is written. */
  reply({ id, slug, title }: TopicRef, target: Target | null, insert = '') {
    closed = null
    draft = { kind: 'reply', key: `reply.${id}`, topic: { id, slug, title }, target, insert }
  },

  editTopic: ({ id }: Pick<Topic, 'id'>) =>
    edit(async ({ topicSource }) => ({
      kind: 'edit-topic',
      key: `edit-topic.${id}`,
      source: await topicSource(id),
    })),

  editPost: ({ id, slug, title }: TopicRef, post: Post) =>
    edit(async ({ postSource }) => ({
      kind: 'edit-post',
      key: `edit-post.${post.id}`,
      topic: { id, slug, title },
      source: await postSource(post.id),
    })),

  close() {
    draft = null
    closed?.()
    closed = null
  },

  /** After sending: the page that asked for the composer does not hear of it. */
  done() {
    draft = null
    closed = null
  },
}

export function titleOf(open: Draft): string {
  if (open.kind === 'topic') return m.new_topic()
  if (open.kind === 'edit-topic') return m.edit_topic()
  if (open.kind === 'edit-post') return m.edit_reply()
  return m.reply()
}
