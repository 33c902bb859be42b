/** The text of a post without its marks, on one line, short enough for a quotation. */
export function plain(html: string, most = 240): string {
  const text = new DOMParser().parseFromString(html, 'text/html').body.textContent
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > most ? `${line.slice(0, most)}…` : line
}
