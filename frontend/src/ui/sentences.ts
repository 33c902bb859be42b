import * as m from '$messages'
import type { FieldError, Problem } from '../api/problem'
import { whole } from '../lib/numbers'

type Params = Record<string, unknown>
type Sentence = (params: Params, problem?: Problem) => string

const figure = (params: Params, name: string) => whole(Number(params[name] ?? 0))
const seconds = (problem?: Problem) => whole(problem?.retryAfter ?? 60)

/** Every problem code that a reader may meet, as a sentence. Unknown codes fall back to `unexpected`. */
const SENTENCES: Record<string, Sentence> = {
  offline: () => m.problem_offline(),
  unexpected: () => m.problem_unexpected(),
  internal_error: () => m.problem_unexpected(),
  not_found: () => m.problem_not_found(),
  invalid_credentials: () => m.problem_invalid_credentials(),
  otp_required: () => m.problem_otp_required(),
  authentication_required: () => m.problem_authentication_required(),
  unauthorized: () => m.problem_authentication_required(),
  token_expired: () => m.problem_authentication_required(),
  invalid_token: () => m.problem_link_spent(),
  reauthentication_required: () => m.problem_reauthentication_required(),
  insufficient_scope: () => m.problem_forbidden(),
  forbidden: () => m.problem_forbidden(),
  name_taken: () => m.problem_name_taken(),
  topic_locked: () => m.problem_topic_locked(),
  topic_archived: () => m.problem_topic_locked(),
  topic_merged: () => m.problem_topic_merged(),
  topic_deleted: () => m.problem_topic_deleted(),
  opening_post: () => m.problem_opening_post(),
  own_post: () => m.problem_own_post(),
  too_new: () => m.problem_too_new(),
  suspended: () => m.problem_suspended(),
  silenced: () => m.problem_silenced(),
  version_mismatch: () => m.problem_version_mismatch(),
  precondition_required: () => m.problem_version_mismatch(),
  conflict: () => m.problem_version_mismatch(),
  idempotency_in_progress: () => m.problem_in_progress(),
  rate_limited: (_, problem) => m.problem_rate_limited({ seconds: seconds(problem) }),
  too_many_requests: (_, problem) => m.problem_rate_limited({ seconds: seconds(problem) }),
  payload_too_large: () => m.problem_payload_too_large(),
  service_unavailable: () => m.problem_unavailable(),
  database_unavailable: () => m.problem_unavailable(),
  bad_gateway: () => m.problem_unavailable(),
  invalid_cursor: () => m.problem_invalid_cursor(),
  cursor_expired: () => m.problem_invalid_cursor(),
  validation_failed: () => m.problem_validation(),
  validation_error: () => m.problem_validation(),
}

/** What is wrong with one field. */
const FIELDS: Record<string, Sentence> = {
  required: () => m.field_required(),
  missing: () => m.field_required(),
  too_short: (params) => m.field_too_short({ min: figure(params, 'min') }),
  too_long: (params) => m.field_too_long({ max: figure(params, 'max'), actual: figure(params, 'actual') }),
  too_many: (params) => m.field_too_many({ max: figure(params, 'max') }),
  invalid_email: () => m.field_invalid_email(),
  invalid_name: () => m.field_invalid_name(),
  reserved_name: () => m.field_reserved_name(),
  mixed_scripts: () => m.field_mixed_scripts(),
  common_password: () => m.field_common_password(),
  password_too_common: () => m.field_common_password(),
  invalid_tag: () => m.field_invalid_tag(),
  unknown_category: () => m.field_unknown_category(),
  name_taken: () => m.problem_name_taken(),
}

export function sentence(problem: Problem): string {
  return (SENTENCES[problem.code] ?? SENTENCES.unexpected!)(problem.params, problem)
}

export function fieldSentence(error: FieldError | undefined): string | null {
  if (!error) return null
  const known = FIELDS[error.code]
  return known ? known((error.params ?? {}) as Params) : m.field_invalid()
}
