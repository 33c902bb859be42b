import { untrack } from 'svelte'
import { returned } from '../lib/navigation.svelte'
import { asProblem, type Problem } from './problem'

/**
 * What the pages have fetched. Going forward shows what is here and asks anew; going back shows it
 * exactly as it was left. Two readers of one key share one call.
 */
export type Source<T> = { key: readonly unknown[]; load: (signal: AbortSignal) => Promise<T> }
type Options<T> = Source<T> & {
  /** false: nothing is fetched yet. */
  enabled?: boolean
  /** Asks anew every so many ms while the page is visible. */
  every?: number
  /** For how many ms an answer counts as new; 3 s unless told. */
  fresh?: number
}

const FRESH = 3_000
const MOST = 300
const RETRIES = 2

/** One answer, and how it is asked for. */
export class Entry<T> {
  data = $state.raw<T>()
  problem = $state.raw<Problem>()
  /** When the data came, in ms; 0 before. */
  at = $state(0)
  stale = false
  watchers = 0
  load: Source<T>['load'] = () => Promise.reject(new Error('not asked yet'))
  private running: Promise<void> | null = null
  private stop = new AbortController()

  constructor(readonly key: readonly unknown[]) {}

  put(data: T) {
    this.data = data
    this.problem = undefined
    this.at = Date.now()
    this.stale = false
  }

  empty() {
    this.data = undefined
    this.at = 0
  }

  fetch(): Promise<void> {
    if (this.running) return this.running
    this.stop = new AbortController()
    const running = this.run(this.stop.signal).finally(() => {
      if (this.running === running) this.running = null
    })
    this.running = running
    return running
  }

  /** Asks anew also where an answer is under way: that one is for other eyes. */
  restart() {
    this.stop.abort()
    this.running = null
    return this.fetch()
  }

  private async run(signal: AbortSignal) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const data = await this.load(signal)
        if (!signal.aborted) this.put(data)
        return
      } catch (error) {
        if (signal.aborted) return
        const problem = asProblem(error)
        if (this.watchers > 0 && problem.passing && attempt < RETRIES && navigator.onLine) {
          await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt))
          continue
        }
        this.problem = problem
        // What is gone, or hidden from this reader by now, does not stay on the screen.
        if (problem.status === 404 || problem.status === 410) this.empty()
        return
      }
    }
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each key has a type of its own, known where it is made
const entries = new Map<string, Entry<any>>()

function entryOf<T>(key: readonly unknown[]): Entry<T> {
  const name = JSON.stringify(key)
  let entry = entries.get(name)
  if (!entry) {
    if (entries.size >= MOST) sweep()
    entry = new Entry<T>(key)
    entries.set(name, entry)
  }
  return entry
}

function sweep() {
  for (const [name, entry] of entries) {
    if (entry.watchers === 0) entries.delete(name)
    if (entries.size < MOST / 2) return
  }
}

const under = (prefix: readonly unknown[]) =>
  [...entries.values()].filter((entry) =>
    prefix.every((part, index) => JSON.stringify(part) === JSON.stringify(entry.key[index])),
  )

/** Follows a source for as long as the component lives; the options may depend on reactive values. */
export function query<T>(options: () => Options<T>) {
  const current = $derived(entryOf<T>(options().key))

  $effect(() => {
    const { load, enabled = true, every = 0, fresh = FRESH } = options()
    const entry = current
    entry.load = load
    if (!enabled) return
    entry.watchers += 1
    untrack(() => {
      const old = entry.stale || (!returned() && Date.now() - entry.at > fresh)
      if (entry.at === 0 || old) void entry.fetch()
    })
    const ask = () => {
      if (document.visibilityState === 'visible') void entry.fetch()
    }
    const timer = every ? setInterval(ask, every) : 0
    const online = () => entry.problem && void entry.fetch()
    addEventListener('online', online)
    return () => {
      entry.watchers -= 1
      clearInterval(timer)
      removeEventListener('online', online)
    }
  })

  return {
    get data() {
      return current.data
    },
    /** The fault of the last call, kept beside older data. */
    get error() {
      return current.problem
    },
    get pending() {
      return current.at === 0 && !current.problem
    },
    get failed() {
      return current.problem !== undefined && current.at === 0
    },
    get at() {
      return current.at
    },
    again: () => current.fetch(),
  }
}

/** Changes what is cached under a key, where something is. */
export function change<T>(key: readonly unknown[], update: (data: T) => T) {
  const entry = entries.get(JSON.stringify(key)) as Entry<T> | undefined
  if (entry?.data !== undefined) entry.put(update(entry.data))
}

/** Changes everything cached whose key begins so. */
export function changeAll<T>(prefix: readonly unknown[], update: (data: T) => T) {
  for (const entry of under(prefix) as Entry<T>[]) {
    if (entry.data !== undefined) entry.put(update(entry.data))
  }
}

/** Marks as old what begins so: asked anew when next shown. */
export function expire(prefix: readonly unknown[]) {
  for (const entry of under(prefix)) entry.stale = true
}

/** Asks anew for what is on screen and begins so; the rest when it is next shown. */
export async function refresh(prefix: readonly unknown[]) {
  expire(prefix)
  await Promise.all(
    under(prefix)
      .filter((entry) => entry.watchers > 0)
      .map((entry) => entry.fetch()),
  )
}

/** Forgets all of it: other eyes look now. What is on screen is fetched again, and shown meanwhile unless `blank`. */
export function forgetAll({ blank }: { blank: boolean }) {
  for (const [name, entry] of entries) {
    if (entry.watchers === 0) entries.delete(name)
    else {
      if (blank) entry.empty()
      void entry.restart()
    }
  }
}
