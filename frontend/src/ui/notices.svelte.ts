/** One short sentence at a time: shown over the page and read out by screen readers. */
type Notice = { text: string; alert: boolean; act?: { label: string; run: () => void } }

let current = $state<Notice | null>(null)
let spoken = $state('')
let timer = 0

export const notice = () => current
export const announcement = () => spoken

export function say(text: string, { alert = false, act }: Partial<Omit<Notice, 'text'>> = {}) {
  current = { text, alert, act }
  clearTimeout(timer)
  timer = window.setTimeout(dismiss, act ? 10_000 : 5_000)
}

export function dismiss() {
  current = null
}

/** Tells screen readers only, e.g. how many results a search found. */
export function announce(text: string) {
  spoken = text
}
