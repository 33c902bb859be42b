import { answer, api, useTokens } from '../api/client'
import { Problem } from '../api/problem'
import { forgetAll } from '../api/cache.svelte'
import type { OwnUser, Session } from '../api/types'
import { forget, load, store } from '../lib/storage'
import { adoptLocale } from './preferences.svelte'

/** Says only that a refresh may succeed, so that visitors cause no failing call; it is no secret. */
const FLAG = 'parley.signed_in'
const COOKIE = { 'X-Session': 'cookie' } as const
const RETRY_MS = 10_000

type State = { status: 'unknown' | 'visitor' | 'member'; user: OwnUser | null }

export const session: State = $state({ status: 'unknown', user: null })

// The access token lives in memory only; the refresh token in a cookie that scripts cannot read.
let access: string | null = null
let settled: () => void = () => {}
const ready = new Promise<void>((resolve) => (settled = resolve))

type News = { kind: 'renewed' | 'signed-in'; token: string; user: OwnUser } | { kind: 'signed-out' }
const channel = new BroadcastChannel('parley.session')
const tell = (news: News) => channel.postMessage(news)

function take(token: string, user: OwnUser) {
  const before = session.user
  access = token
  session.status = 'member'
  session.user = user
  store(FLAG, true)
  adoptLocale(user.locale)
  // What was fetched before belongs to somebody else's eyes.
  if (before?.id !== user.id) forgetAll({ blank: before !== null })
  settled()
}

function drop() {
  const wasMember = session.status === 'member'
  access = null
  session.status = 'visitor'
  session.user = null
  forget(FLAG)
  if (wasMember) forgetAll({ blank: true })
  settled()
}

const leaving = new Set<() => void>()

/**
 * What else to do when the member signs out, here or in another tab; not when a session merely ran out, after which
 * the same person signs in again. Returns how to stop.
 */
export function onSignOut(act: () => void) {
  leaving.add(act)
  return () => leaving.delete(act)
}

function left() {
  drop()
  for (const act of leaving) act()
}

channel.onmessage = ({ data }: MessageEvent<News>) => {
  if (data.kind === 'signed-out') left()
  else if (data.kind === 'signed-in' || session.status !== 'visitor') take(data.token, data.user)
}

/**
 * Renews the access token. Tabs take turns, and one that waited uses what the tab before it was
 * given, so a crowd of tabs makes one call.
 */
async function renew(refused: string | null): Promise<boolean> {
  return navigator.locks.request('parley.refresh', async () => {
    if (access !== null && access !== refused) return true
    try {
      const fresh = await answer(api.POST('/api/v1/auth/refresh', { params: { header: COOKIE }, body: {} }))
      take(fresh.access_token, fresh.user)
      tell({ kind: 'renewed', token: fresh.access_token, user: $state.snapshot(fresh.user) })
      return true
    } catch (error) {
      // An unreachable server is no reason to forget who somebody is.
      if (error instanceof Problem && error.status === 401) drop()
      return false
    }
  })
}

useTokens({ ready: () => ready, token: () => access, renew })

/** Once per tab: finds out whether somebody is signed in. */
export async function startSession() {
  if (!load<boolean>(FLAG)) {
    session.status = 'visitor'
    settled()
    return
  }
  const found = await renew(null)
  if (!found && session.status === 'unknown') session.status = 'visitor'
  settled()
  // The server was away: the member is one again as soon as it is back.
  if (!found && load<boolean>(FLAG)) setTimeout(() => void startSession(), RETRY_MS)
}

function signedIn(fresh: Session) {
  take(fresh.access_token, fresh.user)
  tell({ kind: 'signed-in', token: fresh.access_token, user: $state.snapshot(fresh.user) })
}

export async function signIn(login: string, password: string, otp?: string) {
  const body = otp ? { login, password, otp } : { login, password }
  signedIn(await answer(api.POST('/api/v1/auth/login', { params: { header: COOKIE }, body })))
}

export async function confirmAccount(token: string) {
  signedIn(await answer(api.POST('/api/v1/auth/confirm', { params: { header: COOKIE }, body: { token } })))
}

/** Spends the token of a mailed link on a new password; that signs in, too. */
export async function resetPassword(token: string, password: string) {
  const body = { token, password }
  signedIn(await answer(api.POST('/api/v1/auth/password/reset', { params: { header: COOKIE }, body })))
}

/** Proves once more who sits here, as changing a password or ending a session asks for. */
export async function proveAgain(password: string) {
  await answer(api.POST('/api/v1/auth/reauthenticate', { body: { password } }))
}

/** Throws where the server cannot be told: then the session goes on, and nobody must believe that it ended. */
export async function signOut() {
  const call = api.POST('/api/v1/auth/logout', { params: { header: COOKIE }, body: {} })
  await answer(call).catch((error: unknown) => {
    // It was over already.
    if (!(error instanceof Problem) || error.status !== 401) throw error
  })
  left()
  tell({ kind: 'signed-out' })
}

export const isMember = () => session.status === 'member'

export function setOwn(user: OwnUser) {
  session.user = user
}
