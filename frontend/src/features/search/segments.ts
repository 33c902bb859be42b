export type Segment = { text: string; hit: boolean }

/** Parts a snippet at its marks; everything else in it is text, never markup. */
export function segmentsOf(snippet: string): Segment[] {
  return snippet
    .split(/(<mark>.*?<\/mark>)/gsu)
    .filter(Boolean)
    .map((part) => {
      const hit = part.startsWith('<mark>')
      return { text: plain(hit ? part.slice(6, -7) : part), hit }
    })
}

const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&amp;': '&',
}

const plain = (text: string) =>
  text.replaceAll(/&(?:lt|gt|quot|amp|#39|#x27);/g, (entity) => ENTITIES[entity]!)
