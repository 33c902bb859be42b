import type { Topic, UserBrief } from '../../api/types'

/** `fresh`: never opened by this reader, or a visitor; then the row claims nothing. */
type Reading = { kind: 'fresh' | 'read' | 'unread'; unread: number }

export function reading(topic: Pick<Topic, 'last_number' | 'viewer'>): Reading {
  const seen = topic.viewer.last_read
  if (seen === null) return { kind: 'fresh', unread: 0 }
  const unread = Math.max(0, topic.last_number - seen)
  return { kind: unread > 0 ? 'unread' : 'read', unread }
}

/** Who began and who spoke last, each once. */
export function peopleOf(topic: Pick<Topic, 'author' | 'last_author'>): UserBrief[] {
  const people = [topic.author, topic.last_author].filter((person) => person !== null)
  return people.filter((person, index) => people.findIndex((other) => other.id === person.id) === index)
}
