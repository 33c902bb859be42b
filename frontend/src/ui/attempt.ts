import { asProblem } from '../api/problem'
import { say } from './notices.svelte'
import { sentence } from './sentences'

/** Says what went wrong, if anything did. Returns whether it went well. */
export async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    say(sentence(asProblem(error)), { alert: true })
    return false
  }
}
