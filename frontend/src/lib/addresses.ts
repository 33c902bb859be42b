import { root } from './root'

/** Replies on one page of a topic, by number; the server's pages count the same way. */
export const PAGE_SIZE = 30

export const pageOf = (number: number) => Math.max(1, Math.ceil(number / PAGE_SIZE))

/** The text behind percent signs; what is no such code stays as it is, since anybody can write any address. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

type TopicAddress = { id: number; slug: string }

function query(values: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text && `?${text}`
}

/** Addresses of the pages, each below the root of the deployment. */
export const to = {
  home: (values: { sort?: string; period?: string; cursor?: string | null } = {}) =>
    `${root}/${query(values)}`,
  category: (slug: string, values: { sort?: string; period?: string; cursor?: string | null } = {}) =>
    `${root}/c/${encodeURIComponent(slug)}${query(values)}`,
  tag: (name: string, values: { sort?: string; period?: string; cursor?: string | null } = {}) =>
    `${root}/tag/${encodeURIComponent(name)}${query(values)}`,
  topic: ({ id, slug }: TopicAddress, page = 1, sort?: string) =>
    `${root}/t/${id}/${encodeURIComponent(slug)}${query({ page: page > 1 ? page : null, sort })}`,
  post: ({ id, slug }: TopicAddress, number: number) =>
    `${to.topic({ id, slug }, pageOf(number))}${number > 0 ? `#p${number}` : ''}`,
  member: (username: string, values: { sort?: string; period?: string; cursor?: string | null } = {}) =>
    `${root}/u/${encodeURIComponent(username)}${query(values)}`,
  members: (values: { cursor?: string | null; sort?: string; q?: string } = {}) =>
    `${root}/members${query(values)}`,
  tags: (values: { cursor?: string | null } = {}) => `${root}/tags${query(values)}`,
  categories: () => `${root}/categories`,
  search: (q = '', type?: string) => `${root}/search${query({ q, type })}`,
  write: (category?: string) => `${root}/new${query({ category })}`,
  settings: (section?: string) => `${root}/settings${query({ section })}`,
  signin: (next?: string) => `${root}/signin${query({ next })}`,
  signup: () => `${root}/signup`,
  forgot: () => `${root}/forgot`,
  apiDocs: () => `${root}/api/docs`,
}
