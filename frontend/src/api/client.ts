import createClient from 'openapi-fetch'
import { root } from '../lib/root'
import { token } from '../lib/random'
import { Problem, type ProblemBody } from './problem'
import type { paths } from './schema'

/** Where access tokens come from; the session fills it in. */
type TokenSource = {
  /** Settles when it is known whether somebody is signed in. */
  ready: () => Promise<void>
  token: () => string | null
  /** Gets a new token; false where the session is over. */
  renew: (refused: string) => Promise<boolean>
}

let source: TokenSource = { ready: async () => {}, token: () => null, renew: async () => false }

export const useTokens = (next: TokenSource) => (source = next)

const sign = (request: Request) => {
  const access = source.token()
  if (access) request.headers.set('Authorization', `Bearer ${access}`)
  return access
}

/** Sends with the access token; one that has expired is renewed once, and the call sent again. */
async function signedFetch(request: Request): Promise<Response> {
  // The calls that open and renew a session must not wait for it.
  if (request.headers.has('X-Session')) {
    sign(request)
    return fetch(request)
  }
  await source.ready()
  const again = request.clone()
  const used = sign(request)
  const response = await fetch(request)
  if (response.status !== 401 || !used) return response
  const body = (await response
    .clone()
    .json()
    .catch(() => ({}))) as ProblemBody
  // All others are not about the token: a wrong password, sent twice, would count twice.
  if (body.code !== 'token_expired' && body.code !== 'invalid_token') return response
  if (!(await source.renew(used))) return response
  sign(again)
  return fetch(again)
}

export const api = createClient<paths>({
  baseUrl: root,
  fetch: signedFetch,
  querySerializer: { array: { style: 'form', explode: true } },
})

type Reply<T> = { data?: T; error?: unknown; response: Response }

/** Hands back the body of a successful call; everything else is thrown as a Problem. */
export async function answer<T>(call: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof SyntaxError) throw new Problem({}, -1)
    throw new Problem({}, 0)
  })
  if (response.ok) return data as T
  const body = typeof error === 'object' && error !== null ? (error as ProblemBody) : {}
  throw new Problem(body, response.status, response)
}

/** The headers of a change: the version that the reader saw. */
export const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` })

export const newKey = token

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Repeats a call that carries an Idempotency-Key while the fault is a passing one: then a repeat
 * cannot act twice. Gives up after four tries.
 */
export async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const problem = error as Problem
      const retry = problem.passing || problem.code === 'idempotency_in_progress'
      if (!retry || attempt === 3 || (problem.status === 0 && !navigator.onLine)) throw error
      await pause(Math.min(problem.retryAfter ?? 2 ** attempt * 0.5, 5) * 1000)
    }
  }
}
