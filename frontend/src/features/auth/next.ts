import { navigate, parameter } from '../../lib/navigation.svelte'
import { to } from '../../lib/addresses'
import { root } from '../../lib/root'

/** Where the reader was before signing in; an address outside this forum is ignored. */
export function nextAddress(): string {
  const next = parameter('next')
  const inside = next?.startsWith(`${root}/`) && !next.startsWith('//') && !next.includes('\\')
  return inside ? next! : to.home()
}

export const goOn = () => navigate(nextAddress(), { replace: true })
