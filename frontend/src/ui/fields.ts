import * as m from '$messages'
import type { FieldError } from '../api/problem'
import { whole } from '../lib/numbers'
import { addSentences } from './sentences'

type Params = Record<string, unknown>

const figure = (params: Params, name: string) => whole(Number(params[name] ?? 0))

// What only a form is answered: readers who write nothing need not load it.
addSentences({
  email_taken: () => m.problem_email_taken(),
  invalid_credentials: () => m.problem_invalid_credentials(),
  link_invalid: () => m.problem_link_spent(),
  may_not_post_here: () => m.problem_may_not_post(),
  may_not_reply_here: () => m.problem_may_not_reply(),
  name_taken: () => m.problem_name_taken(),
  otp_required: () => m.problem_otp_required(),
  payload_too_large: () => m.problem_payload_too_large(),
  reauthentication_required: () => m.problem_reauthentication_required(),
})

/** What is wrong with one field. */
const FIELDS: Record<string, (params: Params) => string> = {
  bad_character: () => m.field_bad_character(),
  bad_edge: () => m.field_invalid_name(),
  double_dot: () => m.field_invalid_name(),
  invalid_email: () => m.field_invalid_email(),
  mixed_scripts: () => m.field_mixed_scripts(),
  no_such_category: () => m.field_unknown_category(),
  password_is_name: () => m.field_password_is_name(),
  password_too_common: () => m.field_common_password(),
  required: () => m.field_required(),
  reserved_name: () => m.field_reserved_name(),
  'tags bad_character': () => m.field_invalid_tag(),
  too_few: (params) => m.field_too_few({ min: figure(params, 'min') }),
  too_long: (params) => m.field_too_long({ max: figure(params, 'max'), actual: figure(params, 'actual') }),
  too_many: (params) => m.field_too_many({ max: figure(params, 'max') }),
  too_short: (params) =>
    Number(params.min) <= 1 ? m.field_required() : m.field_too_short({ min: figure(params, 'min') }),
  'username bad_character': () => m.field_invalid_name(),
}

export function fieldSentence(error: FieldError | undefined): string | null {
  if (!error) return null
  // Of a name or a tag the same code says more: what they may be made of.
  const field = error.pointer?.split('/')[1]
  const known = FIELDS[`${field} ${error.code}`] ?? FIELDS[error.code]
  return known ? known((error.params ?? {}) as Params) : m.field_invalid()
}
