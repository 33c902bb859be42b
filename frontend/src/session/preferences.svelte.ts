import { nearest, setLocale, type Locale } from '../lib/locale.svelte'
import { load, store } from '../lib/storage'

export type Preferences = {
  theme: 'system' | 'light' | 'dark'
  density: 'comfortable' | 'compact'
  reading: 'sans' | 'serif'
  /** null: nobody has chosen yet, so the browser's languages decide. */
  locale: Locale | null
}

const KEY = 'parley.preferences'
const FIRST: Preferences = { theme: 'system', density: 'comfortable', reading: 'sans', locale: null }

export const preferences: Preferences = $state({ ...FIRST, ...load<Partial<Preferences>>(KEY) })

function apply() {
  const { dataset } = document.documentElement
  if (preferences.theme === 'system') delete dataset.theme
  else dataset.theme = preferences.theme
  if (preferences.density === 'compact') dataset.density = 'compact'
  else delete dataset.density
  if (preferences.reading === 'serif') dataset.reading = 'serif'
  else delete dataset.reading
}

export function prefer(change: Partial<Preferences>) {
  Object.assign(preferences, change)
  store(KEY, preferences)
  apply()
  if (change.locale) setLocale(change.locale)
}

/** Takes over what another tab or the boot script has stored. */
export function startPreferences() {
  if (preferences.locale) setLocale(preferences.locale)
  apply()
  const changed = (event: StorageEvent) => {
    if (event.key !== KEY) return
    Object.assign(preferences, FIRST, load<Partial<Preferences>>(KEY))
    if (preferences.locale) setLocale(preferences.locale)
    apply()
  }
  addEventListener('storage', changed)
  return () => removeEventListener('storage', changed)
}

/** A member's own language holds on a computer where nobody has chosen one. */
export function adoptLocale(tag: string | null | undefined) {
  const found = nearest(tag)
  if (found && !preferences.locale) setLocale(found)
}

const dark = matchMedia('(prefers-color-scheme: dark)')

export function toggleTheme() {
  const isDark = preferences.theme === 'dark' || (preferences.theme === 'system' && dark.matches)
  prefer({ theme: isDark ? 'light' : 'dark' })
}
