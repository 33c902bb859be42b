import * as m from '$messages'
import { newKey } from '../../api/client'
import type { Topic } from '../../api/types'
import { deleteTopic, restoreTopic, setAnswer, setLock, setPin } from '../../api/writing'
import { attempt } from '../../ui/attempt'
import { say } from '../../ui/notices.svelte'

export async function lock(topic: Topic) {
  await setLock(topic, !topic.locked)
  say(topic.locked ? m.unlocked_notice() : m.locked_notice())
}

export async function pin(topic: Topic) {
  await setPin(topic, !topic.pinned)
  say(topic.pinned ? m.unpinned_notice() : m.pinned_notice())
}

/** Accepts the reply with this number as the answer; null takes the mark away. */
export async function accept(topic: Topic, number: number | null) {
  await setAnswer(topic, number)
  say(number === null ? m.unaccepted_notice() : m.accepted_notice())
}

/** `current` gives the topic as it is known at that moment: only a deleted one says who may bring it back. */
export async function removeTopic(current: () => Topic) {
  const topic = current()
  await deleteTopic(topic)
  const undo = { label: m.undo(), run: () => void attempt(() => bringTopicBack(topic)) }
  say(m.topic_deleted_notice(), current().viewer.can.restore ? { act: undo } : {})
}

export async function bringTopicBack(topic: Topic) {
  await restoreTopic(topic, newKey())
  say(m.topic_restored())
}
