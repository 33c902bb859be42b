/** Tags as people type them: parted by spaces or commas of either script, with or without `#`, each once. */
export function tagsOf(text: string): string[] {
  const names = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s,，、]+/u)
    .map((name) => name.replace(/^#/, ''))
    .filter(Boolean)
  return [...new Set(names)]
}
