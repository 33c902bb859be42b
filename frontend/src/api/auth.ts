import { queryOptions } from '@tanstack/svelte-query'
import { answer, api } from './client'
import { queries } from './queries'

type Registration = { username: string; email: string; password: string; locale: string }

export const register = (body: Registration) => answer(api.POST('/api/v1/auth/register', { body }))

export const resendConfirmation = (email: string) => answer(api.POST('/api/v1/auth/resend', { body: { email } }))

export const forgotPassword = (email: string) =>
  answer(api.POST('/api/v1/auth/password/forgot', { body: { email } }))

export const resetPassword = (token: string, password: string) =>
  answer(api.POST('/api/v1/auth/password/reset', { body: { token, password } }))

export const changePassword = (current_password: string, password: string) =>
  answer(api.POST('/api/v1/auth/password', { body: { current_password, password } }))

export const sessions = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/auth/sessions', { signal })),
})

export async function endSession(session_id: string) {
  await answer(api.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id } } }))
  await queries.invalidateQueries({ queryKey: sessions.queryKey })
}

export async function endOtherSessions() {
  await answer(api.DELETE('/api/v1/auth/sessions'))
  await queries.invalidateQueries({ queryKey: sessions.queryKey })
}
