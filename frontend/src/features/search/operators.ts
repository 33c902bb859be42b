/** A word of the query that narrows it, such as `is:answered` or `author:maren`. */
export type Operator = { name: string; value: string; text: string }

const OPERATOR = /(?:^|\s)((author|category|tag|in|before|after|is):("[^"]*"|\S+))(?=\s|$)/gu

export function operatorsOf(query: string): Operator[] {
  return Array.from(query.matchAll(OPERATOR), ([, text, name, value]) => ({
    name: name!,
    value: value!.replaceAll('"', ''),
    text: text!,
  }))
}

export const withOperator = (query: string, text: string) => `${query.trim()} ${text}`.trim()

export const withoutOperator = (query: string, text: string) =>
  query.replace(text, '').replaceAll(/\s+/g, ' ').trim()
