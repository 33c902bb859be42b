import { answer, api } from './client'
import { refresh } from './cache.svelte'
import type { components } from './schema'

type Registration = components['schemas']['Register']

export const register = (body: Registration) => answer(api.POST('/api/v1/auth/register', { body }))

export const resendConfirmation = (email: string) =>
  answer(api.POST('/api/v1/auth/resend', { body: { email } }))

export const forgotPassword = (email: string) =>
  answer(api.POST('/api/v1/auth/password/forgot', { body: { email } }))

export const changePassword = (current_password: string, password: string) =>
  answer(api.POST('/api/v1/auth/password', { body: { current_password, password } }))

export const sessions = {
  key: ['sessions'],
  load: (signal: AbortSignal) => answer(api.GET('/api/v1/auth/sessions', { signal })),
}

export async function endSession(session_id: string) {
  await answer(api.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id } } }))
  await refresh(sessions.key)
}

export async function endOtherSessions() {
  await answer(api.DELETE('/api/v1/auth/sessions'))
  await refresh(sessions.key)
}
