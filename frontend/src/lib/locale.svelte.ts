import { overwriteGetLocale } from '../paraglide/runtime.js'

export const LOCALES = ['en', 'zh-Hans'] as const
export type Locale = (typeof LOCALES)[number]

const isLocale = (value: string | null | undefined): value is Locale => LOCALES.includes(value as Locale)

/** The nearest language that Parley speaks; null where neither fits. */
export function nearest(tag: string | null | undefined): Locale | null {
  if (isLocale(tag)) return tag
  const language = tag?.toLowerCase().split('-')[0]
  return language === 'zh' ? 'zh-Hans' : language === 'en' ? 'en' : null
}

function first(): Locale {
  for (const tag of [document.documentElement.lang, ...navigator.languages]) {
    const found = nearest(tag)
    if (found) return found
  }
  return 'en'
}

// Messages read this inside templates, so changing it changes the words at once.
let current = $state<Locale>(first())
overwriteGetLocale(() => current)

export const locale = () => current

/** For Intl: English dates are written day first and by 24 hours, as 3 Nov 2026, 17:31. */
export const formats = () => (current === 'en' ? 'en-GB' : 'zh-Hans-CN')

export function setLocale(next: Locale) {
  current = next
  document.documentElement.lang = next
}
