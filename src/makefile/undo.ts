import * as path from 'node:path'
import { applyPatch, reversePatch, structuredPatch } from 'diff'
import { asByteText, bytesOf } from './byte-text.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { decoded, holds, type Kept } from './undo-record.ts'

/** What taking back comes to. */
export interface Undoing {
  readonly changes: readonly FileChange[]
  /** Files that were changed since, in which our part cannot be told from theirs; absolute. */
  readonly left: readonly LeftFile[]
  /** What has to be kept for another try. */
  readonly kept: readonly Kept[]
}

/** A file that is left as it is, and whether `init` had made it. */
export interface LeftFile {
  readonly file: string
  readonly wasNew: boolean
}

/**
 * How to restore every file of a record byte for byte. Of one that was changed since, only our own lines are taken
 * back, if they are still there as we wrote them; else it is left alone.
 */
export function undoing(folder: string, record: readonly Kept[]): Undoing {
  const changes: FileChange[] = []
  const left: LeftFile[] = []
  const kept: Kept[] = []
  // What was made last goes first: the file that calls us, before what it calls.
  for (const one of [...record].reverse()) {
    const file = path.resolve(folder, one.file)
    const now = contentOf(file)
    const restored = restore(now, one)
    if (restored === 'unclear') {
      left.push({ file, wasNew: one.before === null })
      kept.unshift(one)
    } else changes.push(...changeOf(file, restored))
  }
  return { changes, left, kept }
}

function restore(now: Buffer | undefined, { before, after }: Kept): Buffer | undefined | 'unclear' {
  if (holds(after, now) || holds(before, now)) return decoded(before)
  // Whoever removed it meant to.
  if (now === undefined) return undefined
  if (before === null || after === null) return 'unclear'
  return withoutOurLines(now, before, after) ?? 'unclear'
}

/** Lines around ours by which their place is recognised. */
const CONTEXT = 1

function withoutOurLines(now: Buffer, before: string, after: string): Buffer | undefined {
  const [old, ours] = [before, after].map((content) => asByteText(Buffer.from(content, 'base64')))
  const patch = structuredPatch('', '', old ?? '', ours ?? '', undefined, undefined, { context: CONTEXT })
  const text = applyPatch(asByteText(now), reversePatch(patch), { autoConvertLineEndings: false, fuzzFactor: 0 })
  return text === false ? undefined : bytesOf(text)
}
