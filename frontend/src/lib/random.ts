/** 128 random bits as hexadecimal; works on plain http too, where crypto.randomUUID does not exist. */
export function token(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
