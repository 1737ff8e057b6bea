/**
 * 32-bit FNV-1a (draft-eastlake-fnv), as 8 hexadecimal digits. It tells apart a few destinations or checkouts;
 * nothing is secret here, and loading node:crypto would cost a run 2 to 4 ms.
 */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}
