import { editMe } from '../api/users'
import type { Locale } from '../lib/locale.svelte'
import { prefer } from './preferences.svelte'
import { session, setOwn } from './session.svelte'

/** Changes the words at once, here and for every other device of a member. */
export async function chooseLocale(locale: Locale) {
  prefer({ locale })
  if (!session.user || session.user.locale === locale) return
  // A failure leaves this browser in the chosen language; the next choice tries again.
  await editMe(session.user.version, { locale }).then(setOwn, () => {})
}
