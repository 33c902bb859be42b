import * as m from '$messages'
import { say } from './notices.svelte'

/** Puts a text on the clipboard and says so, or that the browser does not allow it. */
export async function copyText(text: string, done: string) {
  try {
    await navigator.clipboard.writeText(text)
    say(done)
  } catch {
    say(m.copy_refused(), { alert: true })
  }
}
