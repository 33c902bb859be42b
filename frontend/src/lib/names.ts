type Named = { id: number; username: string; display_name?: string | null }

export const nameOf = (person: Named) => person.display_name || person.username

/** The first character that stands for a member without a picture, as people would write it. */
export function initial(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim())
  return first ? first.segment.toLocaleUpperCase() : '?'
}

/** A hue in degrees that stays with the member: ids next to each other land far apart on the wheel. */
export const hueOf = (id: number) => Math.round((id * 137.508) % 360)

const HAN = /\p{Script=Han}/u

/** The language to set on a name, so that Chinese names take a Chinese face in an English page. */
export const langOf = (text: string): 'zh-Hans' | 'en' => (HAN.test(text) ? 'zh-Hans' : 'en')

/** The language of a title: the server's word first; else Chinese where a third of its letters are. */
export function titleLang(lang: string | null | undefined, text: string): string {
  if (lang) return lang
  const letters = text.match(/\p{L}/gu) ?? []
  const han = letters.filter((letter) => HAN.test(letter)).length
  return letters.length && han / letters.length >= 1 / 3 ? 'zh-Hans' : 'en'
}
