/** The path under which this forum lives: "" at the top of its host, "/forum" below it. */
export const root = read()

function read(): string {
  const content = document.querySelector<HTMLMetaElement>('meta[name="parley-root"]')?.content ?? ''
  // A development server leaves the placeholder as it is.
  return content.startsWith('/') ? content.replace(/\/+$/, '') : ''
}
