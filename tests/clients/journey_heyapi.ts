/**
 * A member's first visit, through the client that @hey-api/openapi-ts makes. See docs/api-clients.md.
 *
 * PARLEY_URL=http://127.0.0.1:8000 node built/journey_heyapi.js
 */

import { createInterface } from 'node:readline/promises'

import { client } from './parley/client.gen.js'
import {
  changePost,
  confirmRegistration,
  createReply,
  createTopic,
  getMeta,
  getTopic,
  listCategories,
  listReplies,
  login,
  logout,
  registerUser,
  searchForum,
  type CategoryOut,
  type PostOut,
  type Problem,
  type TopicOut,
} from './parley/index.js'

const PASSWORD = 'three quiet rivers'
const NOBODYS_TOPIC = 2 ** 53 - 1

client.setConfig({ baseUrl: process.env.PARLEY_URL })

/** The answer that was hoped for; the problem is thrown. */
function expect<T>({ data, error }: { data: T | undefined; error: Problem | undefined }): T {
  if (error) throw new Error(`${error.status} ${error.code}: ${error.detail}`)
  return data as T
}

/** The problem that was to come. */
function refusal({ error }: { error: Problem | undefined }): Problem {
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
  console.log('visited', expect(await getMeta()).name)
}

/** Register, and confirm with the token that was mailed; the new member's name. */
async function signUp(): Promise<string> {
  const name = `member-${crypto.randomUUID().slice(-12)}`
  const sent = expect(
    await registerUser({
      headers: { 'Idempotency-Key': crypto.randomUUID() },
      body: { username: name, email: `${name}@example.org`, password: PASSWORD },
    }),
  )
  console.log('registered', name, sent.status)
  const token = await ask() // what follows `#token=` in the mail's link
  const confirmed = expect(await confirmRegistration({ body: { token } }))
  console.log('confirmed', confirmed.user.username)
  return name
}

/** Sign in, and show the token with every call from here on. */
async function signIn(name: string) {
  const session = expect(await login({ body: { login: name, password: PASSWORD } }))
  client.setConfig({ auth: session.access_token })
  console.log('signed in', session.user.username)
}

/** The categories, at any depth, where the caller may open topics. */
const mayPostIn = (categories: readonly CategoryOut[]): CategoryOut[] =>
  categories.flatMap((category) => [
    ...(category.viewer.can.post ? [category] : []),
    ...mayPostIn(category.children),
  ])

/** Open a topic, and repeat the call as after a lost answer: there is still one topic. */
async function openTopic(): Promise<TopicOut> {
  const tree = expect(await listCategories())
  const [category] = mayPostIn(tree.items)
  if (!category) throw new Error('There is no category to post in.')
  const body = { title: '山中一夜 A night in the hills', body: '谁去过？', category: category.slug }
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  const first = expect(await createTopic({ headers, body }))
  const again = expect(await createTopic({ headers, body }))
  console.log('opened', first.title, first.id === again.id ? 'once' : 'twice')
  return first
}

/** Reply with each text. */
async function reply({ id: topic_id }: TopicOut, bodies: readonly string[]): Promise<PostOut[]> {
  const posts: PostOut[] = []
  for (const body of bodies) posts.push(expect(await createReply({ path: { topic_id }, body: { body } })))
  console.log('replied', ...posts.map((post) => post.number))
  return posts
}

/** Page through the replies, three at a time, by the cursor that each page hands on. */
async function readAll({ id: topic_id }: TopicOut) {
  let cursor: string | undefined
  do {
    const page = expect(await listReplies({ path: { topic_id }, query: { limit: 3, cursor } }))
    console.log('page', ...page.items.map((post) => post.number))
    cursor = page.next ?? undefined
  } while (cursor)
}

/** Edit what was read; the second edit of the same version lost the race, and is told so. */
async function edit({ id: post_id, version }: PostOut) {
  const call = {
    path: { post_id },
    headers: { 'If-Match': `"${version}"` },
    body: { body: '去过两次。Twice.' },
  }
  const changed = expect(await changePost(call))
  console.log('edited, version grew by', changed.version - version)
  const lost = await changePost(call)
  console.log('lost', lost.response?.status, refusal(lost).code)
}

/** Bad input, all of it named at once; and a topic that there is not. */
async function beRefused({ category }: TopicOut) {
  const body = { title: 'x  ', body: '?', category: category.slug, tags: ['two words'] }
  const invalid = refusal(await createTopic({ body }))
  const found = invalid.errors.map((error) => `${error.pointer} ${error.code}`)
  console.log('refused', invalid.status, invalid.code, ...found.toSorted())
  const missing = refusal(await getTopic({ path: { topic_id: NOBODYS_TOPIC } }))
  console.log('refused', missing.status, missing.code)
}

/** Find the edited reply by a Chinese word of it. */
async function search(topic: TopicOut, name: string) {
  const page = expect(await searchForum({ query: { q: '两次', author: name } }))
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
const left = await logout()
console.log('signed out', left.response?.status)
