import type { Topic } from '../../api/types'

/** The topic on screen, for the bars around the page. */
type Thread = {
  topic: Topic | null
  /** The lowest number on screen, and the highest. */
  number: number
  until: number
  canReply: boolean
  reply: () => void
  openJump: () => void
}

export const thread: Thread = $state({
  topic: null,
  number: 0,
  until: 0,
  canReply: false,
  reply: () => {},
  openJump: () => {},
})

/** Follows which posts are under the reader's eyes. Returns how to stop. */
export function watchPosition() {
  let waiting = 0
  const look = () => {
    waiting = 0
    const posts = document.querySelectorAll<HTMLElement>('[data-number]')
    const height = window.innerHeight
    let first: number | null = null
    let last = 0
    for (const post of posts) {
      const { top, bottom } = post.getBoundingClientRect()
      if (bottom < 80 || top > height - 60) continue
      const number = Number(post.dataset.number)
      first = Math.min(first ?? number, number)
      last = Math.max(last, number)
    }
    if (first === null) return
    thread.number = first
    thread.until = last
  }
  const soon = () => (waiting ||= requestAnimationFrame(look))
  addEventListener('scroll', soon, { passive: true })
  addEventListener('resize', soon)
  soon()
  return {
    look: soon,
    stop: () => {
      cancelAnimationFrame(waiting)
      removeEventListener('scroll', soon)
      removeEventListener('resize', soon)
    },
  }
}
