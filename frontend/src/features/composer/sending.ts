import { newKey } from '../../api/client'
import { editPost, editTopic, openTopic, postSource, sendReply, topicSource } from '../../api/writing'
import { to } from '../../lib/addresses'
import type { Draft } from './composer.svelte'
import type { DraftText } from './drafts'
import { tagsOf } from './tags'

/** What stands on the server while an edit is being written: the version to name, and its text. */
export type Stored = Pick<DraftText, 'version' | 'title' | 'body' | 'category' | 'tags'>

export function storedOf(draft: Draft): Stored | null {
  if (draft.kind === 'edit-topic') {
    const { version, title, post, category, tags } = draft.source
    return { version, title, body: post?.body ?? '', category: category.slug, tags: tags.join(' ') }
  }
  if (draft.kind === 'edit-post') {
    const { version, body = '' } = draft.source
    return { version, body, title: '', category: '', tags: '' }
  }
  return null
}

/** What the server has now, after somebody else was faster. */
export async function storedNow(draft: Draft): Promise<Stored | null> {
  if (draft.kind === 'edit-topic') {
    return storedOf({ ...draft, source: await topicSource(draft.source.id) })
  }
  if (draft.kind === 'edit-post') return storedOf({ ...draft, source: await postSource(draft.source.id) })
  return null
}

/** The key for sending this text: the same as long as the text is the same. */
export function keyFor(draft: Draft, text: DraftText): NonNullable<DraftText['sent']> {
  const target = draft.kind === 'reply' ? draft.target?.number : null
  const print = JSON.stringify([text.title, text.body, text.category, tagsOf(text.tags), target])
  return text.sent?.print === print ? text.sent : { key: newKey(), print }
}

/** Sends it and returns the address of what came of it. */
export async function send(draft: Draft, text: DraftText, key: string): Promise<string> {
  const { title, body, category, version } = text
  const tags = tagsOf(text.tags)
  switch (draft.kind) {
    case 'topic':
      return to.topic(await openTopic({ title, body, category, tags }, key))
    case 'reply': {
      const post = await sendReply(draft.topic.id, body, draft.target?.number ?? null, key)
      return to.post(draft.topic, post.number ?? 0)
    }
    case 'edit-topic':
      return to.topic(await editTopic(draft.source.id, version, { title, body, category, tags }))
    case 'edit-post':
      return to.post(draft.topic, (await editPost(draft.source.id, version, body)).number ?? 0)
  }
}
