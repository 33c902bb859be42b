import { beforeEach, expect, test, vi } from 'vitest'

vi.mock('../lib/root', () => ({ root: 'http://forum.test' }))
const { api, useTokens } = await import('./client')

const sent: string[] = []
const answers: Response[] = []
const renew = vi.fn(async () => true)

const refused = (code: string) =>
  new Response(JSON.stringify({ code }), {
    status: 401,
    headers: { 'Content-Type': 'application/problem+json' },
  })

beforeEach(() => {
  sent.length = answers.length = 0
  renew.mockClear()
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(new URL(request.url).pathname)
    return answers.shift() ?? new Response(null, { status: 204 })
  })
  useTokens({ ready: async () => {}, token: () => 'token', renew })
})

test.each(['token_expired', 'invalid_token'])('a call refused with %s is sent once more', async (code) => {
  answers.push(refused(code))
  const { response } = await api.DELETE('/api/v1/auth/sessions')
  expect(response.status).toBe(204)
  expect(renew).toHaveBeenCalledTimes(1)
  expect(sent).toHaveLength(2)
})

test.each(['invalid_credentials', 'reauthentication_required', 'otp_required'])(
  'a call refused with %s is not sent again',
  async (code) => {
    answers.push(refused(code))
    const { response } = await api.POST('/api/v1/auth/reauthenticate', { body: { password: 'wrong' } })
    expect(response.status).toBe(401)
    expect(renew).not.toHaveBeenCalled()
    expect(sent).toHaveLength(1)
  },
)
