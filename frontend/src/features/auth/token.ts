/** Takes the secret out of the address, so that it stays neither in the history nor on the screen. */
export function takeToken(): string {
  const fragment = location.hash.slice(1)
  const token = new URLSearchParams(fragment).get('token') ?? fragment
  if (fragment) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}
