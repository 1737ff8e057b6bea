/** When an event was made, in ms since 1970: the first 48 bits of its UUID v7 (RFC 9562, section 5.7). NaN for other IDs. */
export function madeAt(id: string): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16)
}
