/** A text with its selection, as a textarea has it. */
export type Selected = { text: string; start: number; end: number }
export type Mark = 'bold' | 'italic' | 'code' | 'link' | 'quote' | 'list' | 'mention'

const wrap = ({ text, start, end }: Selected, before: string, after: string): Selected => ({
  text: text.slice(0, start) + before + text.slice(start, end) + after + text.slice(end),
  start: start + before.length,
  end: end + before.length,
})

/** Puts a prefix before each line that the selection touches. */
function lines({ text, start, end }: Selected, prefix: string): Selected {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const body = text.slice(from, end).replaceAll(/^/gm, prefix)
  return { text: text.slice(0, from) + body + text.slice(end), start: from, end: from + body.length }
}

function code(selected: Selected): Selected {
  const chosen = selected.text.slice(selected.start, selected.end)
  return chosen.includes('\n') ? wrap(selected, '```\n', '\n```') : wrap(selected, '`', '`')
}

function link({ text, start, end }: Selected): Selected {
  const label = text.slice(start, end)
  const next = `[${label}](https://)`
  const address = start + label.length + 3
  return { text: text.slice(0, start) + next + text.slice(end), start: address, end: address + 8 }
}

const MARKS: Record<Mark, (selected: Selected) => Selected> = {
  bold: (selected) => wrap(selected, '**', '**'),
  italic: (selected) => wrap(selected, '*', '*'),
  code,
  link,
  quote: (selected) => lines(selected, '> '),
  list: (selected) => lines(selected, '- '),
  mention: (selected) => wrap(selected, '@', ''),
}

export const applyMark = (mark: Mark, selected: Selected) => MARKS[mark](selected)
