/** Names of which there are more than this are not worth keeping. */
const MOST = 200_000

/** Texts that come again and again, found by their bytes, so that no new text is made of them each time. */
export class Interned {
  private readonly known = new Map<number, { readonly bytes: Buffer; readonly text: string }>()

  text(bytes: Buffer, start: number, end: number): string {
    let hash = end - start
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const known = this.known.get(hash)
    if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known.text
    const text = bytes.toString('utf8', start, end)
    if (known === undefined && this.known.size < MOST) this.known.set(hash, { bytes: Buffer.from(bytes.subarray(start, end)), text })
    return text
  }
}

function isSame(one: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (one.length !== end - start) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== bytes[start + at]) return false
  return true
}
