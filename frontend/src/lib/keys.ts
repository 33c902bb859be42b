type Handler = (event: KeyboardEvent) => void
type Keys = Record<string, Handler>

const layers: Keys[] = []
let prefix = ''
let prefixTimer = 0

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

function pressed(event: KeyboardEvent) {
  // While an input method composes, every key belongs to it; Safari says so by 229 only.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (typing(event.target) || document.querySelector('dialog:modal')) return
  const name = prefix ? `${prefix} ${event.key}` : event.key
  prefix = ''
  clearTimeout(prefixTimer)
  for (const layer of layers.toReversed()) {
    const handler = layer[name]
    if (!handler) continue
    event.preventDefault()
    handler(event)
    return
  }
  if (layers.some((layer) => Object.keys(layer).some((key) => key.startsWith(`${event.key} `)))) {
    prefix = event.key
    prefixTimer = window.setTimeout(() => (prefix = ''), 1200)
  }
}

/** Adds shortcuts, the newest layer first; `g h` means one key after the other. Returns how to remove them. */
export function addKeys(keys: Keys) {
  if (layers.length === 0) document.addEventListener('keydown', pressed)
  layers.push(keys)
  return () => {
    layers.splice(layers.indexOf(keys), 1)
    if (layers.length === 0) document.removeEventListener('keydown', pressed)
  }
}
