import * as fs from 'node:fs'

/**
 * Appends whole lines to a descriptor that is open for appending, in one write. Where the file ends in the half
 * line of a full disk, they begin on a line of their own. Throws when the disk takes only a part of them.
 */
export function appendLines(descriptor: number, text: string): void {
  const { size } = fs.fstatSync(descriptor)
  const bytes = Buffer.from(endsWhole(descriptor, size) ? text : `\n${text}`)
  const written = fs.writeSync(descriptor, bytes)
  if (written === bytes.length) return
  // What somebody else appended meanwhile must stay, and then our half line with it.
  if (fs.fstatSync(descriptor).size === size + written) fs.ftruncateSync(descriptor, size)
  throw new Error('the disk took only a part of a line; is it full?')
}

function endsWhole(descriptor: number, size: number): boolean {
  if (size === 0) return true
  const last = Buffer.alloc(1)
  try {
    fs.readSync(descriptor, last, 0, 1, size - 1)
  } catch (error) {
    // A file that may only be written to: how it ends cannot be known.
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return true
    throw error
  }
  return last[0] === 0x0a
}
