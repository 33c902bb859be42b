import * as m from '$messages'
import { newKey } from '../../api/client'
import type { Post } from '../../api/types'
import { deletePost, restorePost } from '../../api/writing'
import { attempt } from '../../ui/attempt'
import { say } from '../../ui/notices.svelte'

export async function remove(post: Post) {
  await deletePost(post)
  const undo = { label: m.undo(), run: () => void attempt(() => bringBack(post)) }
  say(m.reply_deleted_notice(), { act: undo })
}

export const bringBack = (post: Post) => restorePost(post, newKey())
