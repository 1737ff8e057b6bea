import * as fs from 'node:fs'
import * as path from 'node:path'
import { inside } from '../disk/inside.ts'

/** What `export` has counted; it is this machine's own and goes on when the ID changes. */
export const EXPORTED = 'export'

/** Where running totals are kept, of a destination or of what is exported. */
export function totalsFile(state: string, name: string): string {
  return inside(state, 'totals', name)
}

/** Removes the totals of every destination: under another ID, counting begins again, or the old numbers would tie the two together. */
export function forgetTotals(state: string): void {
  const folder = path.dirname(totalsFile(state, EXPORTED))
  if (!fs.existsSync(folder)) return
  for (const name of fs.readdirSync(folder)) if (!name.startsWith(EXPORTED)) fs.rmSync(inside(folder, name), { force: true })
}
