const BROWSERS: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/HTTPie\//i, 'HTTPie'],
  [/curl\//i, 'curl'],
  [/python/i, 'Python'],
]
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

const first = (list: [RegExp, string][], agent: string) => list.find(([pattern]) => pattern.test(agent))?.[1]

/** What a User-Agent most likely is, e.g. `Firefox, macOS`; null where it says nothing. */
export function deviceOf(agent: string | null | undefined): { name: string | null; phone: boolean } {
  const text = agent ?? ''
  const parts = [first(BROWSERS, text), first(SYSTEMS, text)].filter(Boolean)
  return { name: parts.length ? parts.join(', ') : null, phone: /iPhone|Android.*Mobile/.test(text) }
}
