/**
 * A member's first visit, through openapi-fetch and the types that openapi-typescript makes. See docs/api-clients.md.
 *
 * PARLEY_URL=http://127.0.0.1:8000 node built/journey_fetch.js
 */

import { createInterface } from 'node:readline/promises'

import createClient, { type Middleware } from 'openapi-fetch'

import type { components, paths } from './schema.js'

type Schemas = components['schemas']
type Topic = Schemas['TopicOut']
type Post = Schemas['PostOut']
type Category = Schemas['CategoryOut']

const PASSWORD = 'three quiet rivers'
const NOBODYS_TOPIC = 2 ** 53 - 1

const api = createClient<paths>({ baseUrl: process.env.PARLEY_URL })

/** The answer that was hoped for; the problem is thrown. */
function expect<T>({ data, error }: { data?: T; error?: Schemas['Problem'] }): T {
  if (error) throw new Error(`${error.status} ${error.code}: ${error.detail}`)
  return data as T
}

/** The problem that was to come. */
function refusal({ error }: { error?: Schemas['Problem'] }): Schemas['Problem'] {
  if (!error) throw new Error('It was not refused.')
  return error
}

/** What a person types: one line. */
async function ask(): Promise<string> {
  const input = createInterface({ input: process.stdin })
  for await (const line of input) return line
  throw new Error('Nothing was typed.')
}

/** Read without an account: what is open to everybody is answered without a token. */
async function visit() {
  console.log('visited', expect(await api.GET('/api/v1/meta')).name)
}

/** Register, and confirm with the token that was mailed; the new member's name. */
async function signUp(): Promise<string> {
  const name = `member-${crypto.randomUUID().slice(-12)}`
  const sent = expect(
    await api.POST('/api/v1/auth/register', {
      params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { username: name, email: `${name}@example.org`, password: PASSWORD },
    }),
  )
  console.log('registered', name, sent.status)
  const token = await ask() // what follows `#token=` in the mail's link
  const confirmed = expect(await api.POST('/api/v1/auth/confirm', { body: { token } }))
  console.log('confirmed', confirmed.user.username)
  return name
}

/** Sign in, and show the token with every call from here on. */
async function signIn(name: string) {
  const session = expect(await api.POST('/api/v1/auth/login', { body: { login: name, password: PASSWORD } }))
  const bearer: Middleware = {
    onRequest: ({ request }) => request.headers.set('Authorization', `Bearer ${session.access_token}`),
  }
  api.use(bearer)
  console.log('signed in', session.user.username)
}

/** The categories, at any depth, where the caller may open topics. */
const mayPostIn = (categories: readonly Category[]): Category[] =>
  categories.flatMap((category) => [
    ...(category.viewer.can.post ? [category] : []),
    ...mayPostIn(category.children),
  ])

/** Open a topic, and repeat the call as after a lost answer: there is still one topic. */
async function openTopic(): Promise<Topic> {
  const tree = expect(await api.GET('/api/v1/categories'))
  const [category] = mayPostIn(tree.items)
  if (!category) throw new Error('There is no category to post in.')
  const body = { title: '山中一夜 A night in the hills', body: '谁去过？', category: category.slug }
  const params = { header: { 'Idempotency-Key': crypto.randomUUID() } }
  const first = expect(await api.POST('/api/v1/topics', { params, body }))
  const again = expect(await api.POST('/api/v1/topics', { params, body }))
  console.log('opened', first.title, first.id === again.id ? 'once' : 'twice')
  return first
}

/** Reply with each text. */
async function reply({ id: topic_id }: Topic, bodies: readonly string[]): Promise<Post[]> {
  const posts: Post[] = []
  for (const body of bodies) {
    const params = { path: { topic_id } }
    posts.push(expect(await api.POST('/api/v1/topics/{topic_id}/replies', { params, body: { body } })))
  }
  console.log('replied', ...posts.map((post) => post.number))
  return posts
}

/** Page through the replies, three at a time, by the cursor that each page hands on. */
async function readAll({ id: topic_id }: Topic) {
  let cursor: string | undefined
  do {
    const params = { path: { topic_id }, query: { limit: 3, cursor } }
    const page = expect(await api.GET('/api/v1/topics/{topic_id}/replies', { params }))
    console.log('page', ...page.items.map((post) => post.number))
    cursor = page.next ?? undefined
  } while (cursor)
}

/** Edit what was read; the second edit of the same version lost the race, and is told so. */
async function edit({ id: post_id, version }: Post) {
  const params = { path: { post_id }, header: { 'If-Match': `"${version}"` } }
  const body = { body: '去过两次。Twice.' }
  const changed = expect(await api.PATCH('/api/v1/posts/{post_id}', { params, body }))
  console.log('edited, version grew by', changed.version - version)
  const lost = await api.PATCH('/api/v1/posts/{post_id}', { params, body })
  console.log('lost', lost.response.status, refusal(lost).code)
}

/** Bad input, all of it named at once; and a topic that there is not. */
async function beRefused({ category }: Topic) {
  const body = { title: 'x  ', body: '?', category: category.slug, tags: ['two words'] }
  const invalid = refusal(await api.POST('/api/v1/topics', { body }))
  const found = invalid.errors.map((error) => `${error.pointer} ${error.code}`)
  console.log('refused', invalid.status, invalid.code, ...found.toSorted())
  const params = { path: { topic_id: NOBODYS_TOPIC } }
  const missing = refusal(await api.GET('/api/v1/topics/{topic_id}', { params }))
  console.log('refused', missing.status, missing.code)
}

/** Find the edited reply by a Chinese word of it. */
async function search(topic: Topic, name: string) {
  const page = expect(await api.GET('/api/v1/search', { params: { query: { q: '两次', author: name } } }))
  for (const hit of page.items) {
    if (hit.topic?.id === topic.id) console.log('found', hit.type, hit.highlight)
  }
}

await visit()
const name = await signUp()
await signIn(name)
const topic = await openTopic()
const posts = await reply(topic, [
  '去过一次。',
  'Once.',
  'Never.',
  '下个月去！',
  'Next year.',
  'Why?',
  '因为好看。',
])
await readAll(topic)
await edit(posts[0])
await beRefused(topic)
await search(topic, name)
const left = await api.POST('/api/v1/auth/logout')
console.log('signed out', left.response.status)
