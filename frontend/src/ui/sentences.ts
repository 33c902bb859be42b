import * as m from '$messages'
import type { Problem } from '../api/problem'
import { whole } from '../lib/numbers'

type Params = Record<string, unknown>
type Sentence = (params: Params, problem?: Problem) => string

const seconds = (problem?: Problem) => whole(problem?.retryAfter ?? 60)

/**
 * Every problem code that a reader may meet, as a sentence. Unknown codes fall back to `unexpected`.
 * Those that only forms meet come with them, from `fields.ts`.
 */
const SENTENCES: Record<string, Sentence> = {
  account_suspended: () => m.problem_suspended(),
  admins_only: () => m.problem_forbidden(),
  already_deleted: () => m.problem_already_deleted(),
  busy: () => m.problem_busy(),
  category_archived: () => m.problem_category_archived(),
  conflict: () => m.problem_version_mismatch(),
  cursor_expired: () => m.problem_invalid_cursor(),
  cursor_reset: () => m.problem_invalid_cursor(),
  database_unavailable: () => m.problem_unavailable(),
  forbidden: () => m.problem_forbidden(),
  gone: () => m.problem_not_found(),
  hidden_by_moderator: () => m.problem_hidden_by_moderator(),
  idempotency_in_progress: () => m.problem_in_progress(),
  insufficient_scope: () => m.problem_forbidden(),
  invalid_cursor: () => m.problem_invalid_cursor(),
  invalid_input: () => m.problem_validation(),
  invalid_refresh_token: () => m.problem_signed_out(),
  invalid_token: () => m.problem_signed_out(),
  members_only: () => m.problem_unauthorized(),
  moderators_only: () => m.problem_moderators_only(),
  not_deleted: () => m.problem_not_deleted(),
  not_found: () => m.problem_not_found(),
  not_yours: () => m.problem_not_yours(),
  offline: () => m.problem_offline(),
  opening_post: () => m.problem_opening_post(),
  own_post: () => m.problem_own_post(),
  precondition_required: () => m.problem_version_mismatch(),
  rate_limited: (_, problem) => m.problem_rate_limited({ seconds: seconds(problem) }),
  request_timeout: () => m.problem_offline(),
  token_expired: () => m.problem_signed_out(),
  topic_deleted: () => m.problem_topic_deleted(),
  topic_locked: () => m.problem_topic_locked(),
  topic_merged: () => m.problem_topic_merged(),
  unauthorized: () => m.problem_unauthorized(),
  unavailable: () => m.problem_unavailable(),
  unexpected: () => m.problem_unexpected(),
  version_mismatch: () => m.problem_version_mismatch(),
  withdrawn_by_author: () => m.problem_withdrawn_by_author(),
}

/** Adds the codes of a part that is not loaded with every page. */
export const addSentences = (more: typeof SENTENCES) => void Object.assign(SENTENCES, more)

export function sentence(problem: Problem): string {
  return (SENTENCES[problem.code] ?? SENTENCES.unexpected!)(problem.params, problem)
}
