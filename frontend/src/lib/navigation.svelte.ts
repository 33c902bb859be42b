import { tick } from 'svelte'
import { decoded } from './addresses'
import { root } from './root'
import { keepScroll, keptScroll, newEntry } from './scrolls'

/** How the reader came here: by opening the tab, by a link, or by Back and Forward. */
export type Arrival = 'load' | 'push' | 'pop'

type Place = { path: string; search: string; hash: string; arrival: Arrival; visit: number }

export const place: Place = $state({ ...read(), arrival: 'load', visit: 0 })

let headingWaits = false
let stopRestoring: (() => void) | undefined

function read({ pathname, search, hash }: Pick<URL, 'pathname' | 'search' | 'hash'> = window.location) {
  const inside = root && pathname.startsWith(root) ? pathname.slice(root.length) : pathname
  return { path: inside || '/', search, hash }
}

/** A query parameter of the current address; reading it inside an effect follows it. */
export const parameter = (name: string) => new URLSearchParams(place.search).get(name)

/** Whether what is on screen came back from the history, so that it must look as it was left. */
export const returned = () => place.arrival === 'pop'

function arrive(arrival: Arrival) {
  Object.assign(place, read(), { arrival, visit: place.visit + 1 })
}

type Options = {
  replace?: boolean
  /** Leaves scroll and focus where they are: for switches that change a part of the page. */
  keep?: boolean
}

/** Goes to an address of this forum without loading the page anew. */
export function navigate(address: string, { replace = false, keep = false }: Options = {}) {
  settleAddress()
  stopRestoring?.()
  keepScroll()
  const before = place.path
  if (replace) history.replaceState(newEntry(), '', address)
  else history.pushState(newEntry(), '', address)
  arrive('push')
  if (keep) return
  headingWaits = true
  if (place.hash) void reveal(place.hash)
  else void tick().then(() => window.scrollTo(0, 0))
  if (before === place.path) void tick().then(() => focusHeading(document.querySelector('h1')))
}

/** Changes the address only, e.g. to the right slug of a topic or the page under the reader's eyes. */
export function rewrite(address: string) {
  history.replaceState(history.state, '', address)
  Object.assign(place, read())
}

// Safari throws at more than 100 changes of the history in 30 seconds. After half of them the rest wait for a pause.
const SPAN_MS = 30_000
const MOST_AT_ONCE = 50
const PAUSE_MS = 1000
let changes: number[] = []
let waiting: { address: string; timer: number } | null = null

/** As `rewrite`, for each letter that is typed: what is shown follows at once, the history as fast as browsers let it. */
export function rewriteSoon(address: string) {
  if (waiting) clearTimeout(waiting.timer)
  waiting = { address, timer: window.setTimeout(settleAddress, PAUSE_MS) }
  Object.assign(place, read(new URL(address, window.location.href)))
  const now = Date.now()
  changes = changes.filter((at) => at > now - SPAN_MS)
  if (changes.length >= MOST_AT_ONCE) return
  changes.push(now)
  settleAddress()
}

function settleAddress() {
  if (!waiting) return
  const { address, timer } = waiting
  clearTimeout(timer)
  waiting = null
  history.replaceState(history.state, '', address)
}

/** Waits for the element that a fragment names, then brings it under the reader's eyes. */
export async function reveal(hash: string) {
  const id = decoded(hash.slice(1))
  for (let frame = 0; frame < 300; frame += 1) {
    await new Promise(requestAnimationFrame)
    const target = document.getElementById(id)
    if (!target) continue
    headingWaits = false
    target.scrollIntoView({ block: 'start' })
    target.focus({ preventScroll: true })
    return
  }
}

/** Holds the old scroll position until the page is tall enough again or the reader moves. */
function restore(scroll: number) {
  stopRestoring?.()
  let frames = 0
  let running = true
  const stop = () => {
    running = false
    for (const event of ['wheel', 'touchstart', 'keydown', 'pointerdown']) removeEventListener(event, stop)
  }
  for (const event of ['wheel', 'touchstart', 'keydown', 'pointerdown']) {
    addEventListener(event, stop, { passive: true })
  }
  const step = () => {
    if (!running) return
    window.scrollTo(0, scroll)
    frames += 1
    // Half a second more after it fits: late images must not push the reader away.
    if (frames < 180) requestAnimationFrame(step)
    else stop()
  }
  stopRestoring = stop
  void tick().then(step)
}

function focusHeading(heading: HTMLElement | null) {
  if (!headingWaits || !heading) return
  headingWaits = false
  heading.focus({ preventScroll: true })
}

/** For the h1 of each page: takes the focus after a navigation, so that screen readers hear where they are. */
export function heading(node: HTMLElement) {
  node.tabIndex = -1
  focusHeading(node)
}

function follow(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const anchor = (event.target as Element).closest('a')
  if (!anchor || anchor.target || anchor.hasAttribute('download') || !anchor.href) return
  const url = new URL(anchor.href)
  const path = root && url.pathname.startsWith(`${root}/`) ? url.pathname.slice(root.length) : url.pathname
  if (url.origin !== location.origin || (root && path === url.pathname)) return
  // The API and its pages belong to the server.
  if (/^\/(api|assets|uploads|feed\.atom)(\/|$)/.test(path)) return
  event.preventDefault()
  settleAddress()
  const here = url.pathname === location.pathname && url.search === location.search
  if (here && url.hash) {
    history.replaceState(history.state, '', url.hash)
    Object.assign(place, read())
    void reveal(url.hash)
    return
  }
  navigate(url.pathname + url.search + url.hash, { keep: anchor.hasAttribute('data-keep'), replace: here })
}

/** Starts following links and the history. Returns how to stop. */
export function startNavigation() {
  history.scrollRestoration = 'manual'
  let timer = 0
  const scrolled = () => {
    clearTimeout(timer)
    timer = window.setTimeout(keepScroll, 100)
  }
  const popped = () => {
    clearTimeout(timer)
    // What was typed last belonged to the entry that was left.
    if (waiting) clearTimeout(waiting.timer)
    waiting = null
    arrive('pop')
    restore(keptScroll())
  }
  addEventListener('popstate', popped)
  addEventListener('scroll', scrolled, { passive: true })
  addEventListener('pagehide', keepScroll)
  document.addEventListener('click', follow)
  const kept = keptScroll()
  if (kept) restore(kept)
  else if (place.hash) void reveal(place.hash)
  return () => {
    removeEventListener('popstate', popped)
    removeEventListener('scroll', scrolled)
    removeEventListener('pagehide', keepScroll)
    document.removeEventListener('click', follow)
  }
}
