import type { components } from './schema'

export type ProblemBody = Partial<components['schemas']['Problem']>

/** One item of a problem's `errors`: which field, and what is wrong with it. */
export type FieldError = NonNullable<ProblemBody['errors']>[number]

/**
 * What went wrong with a call. `code` is the API's stable word; two more are ours:
 * `offline` (no answer at all) and `unexpected` (an answer that is no problem document).
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly params: Record<string, unknown>
  readonly errors: FieldError[]
  readonly requestId: string | null
  readonly retryAfter: number | null

  constructor(body: ProblemBody, status: number, response?: Response) {
    super(body.title ?? body.code ?? `HTTP ${status}`)
    this.code = body.code ?? (status === 0 ? 'offline' : 'unexpected')
    this.status = status
    this.params = (body.params ?? {}) as Record<string, unknown>
    this.errors = body.errors ?? []
    this.requestId = body.request_id ?? response?.headers.get('X-Request-Id') ?? null
    const seconds = Number(response?.headers.get('Retry-After') ?? NaN)
    this.retryAfter = Number.isFinite(seconds) ? seconds : null
  }

  /** Whether the same call may succeed later without any change. */
  get passing() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }

  /** The code of the first error of a body field, by its JSON pointer. */
  field(pointer: string): FieldError | undefined {
    return this.errors.find((error) => error.pointer === pointer || error.pointer?.startsWith(`${pointer}/`))
  }
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem({}, error instanceof TypeError ? 0 : -1)
