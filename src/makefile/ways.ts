import * as path from 'node:path'
import { targetPrefix } from '../project/find.ts'
import { asByteText, type ByteText, bytesOf, inBytes } from './byte-text.ts'
import { type Rewriting, withExplicitRules } from './explicit-rules.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { GNUMAKEFILE, gnumakefile, INCLUDED, includeFile, isStandIn } from './gnumakefile.ts'
import { withIncludeLines } from './include-lines.ts'
import { innerText, ownText } from './known-texts.ts'
import { withTheirLines } from './own-lines.ts'
import type { Place, Wishes } from './plan.ts'
import { Refusal } from './refusal.ts'
import { foldersAbove, recipeTool } from './tool-places.ts'
import { type Kept, unclearIn, writtenOf } from './undo-record.ts'
import { words } from './words.ts'

/** The changes by which make calls us: a GNUmakefile, three lines, or rules that are rewritten. Throws Refusal. */
export function wayChanges(place: Place, wishes: Wishes, kept: readonly Kept[]): FileChange[] {
  const { folder } = place
  if (wishes.explicit) return explicitChanges(place, wishes, wishes.explicit)
  if (!wishes.include) return ownFile(place, GNUMAKEFILE, gnumakefileText(place), kept)
  const file = path.join(folder, place.makefiles.main)
  const text = withIncludeLines(asByteText(contentOf(file) ?? Buffer.alloc(0)), INCLUDED)
  const included = ownFile(place, INCLUDED, includeFile({ above: foldersAbove(folder) }), kept)
  return [...included, ...(text === undefined ? [] : changeOf(file, bytesOf(text)))]
}

/** A file of ours brought up to date, with what a person wrote in it. */
function ownFile({ folder }: Place, name: string, fresh: string, kept: readonly Kept[]): FileChange[] {
  const file = path.join(folder, name)
  const now = contentOf(file)
  const record = kept.find((one) => one.file === name)
  const written = record && record.before === null ? writtenOf(record) : undefined
  const text = now && asByteText(now)
  const ours = text && (written?.after ?? ownText(text) ?? innerText(text))
  if (text === undefined || ours === undefined || isStandIn(text)) return changeOf(file, Buffer.from(fresh))
  const merged = withTheirLines(ours, text, inBytes(fresh))
  if ('unclear' in merged) throw new Refusal([...unclearIn(name, { before: null }, merged.unclear), words.nothingChanged()])
  return changeOf(file, bytesOf(merged.text)).map((change) => ({ ...change, ours: Buffer.from(fresh) }))
}

/** The text that stands in a GNUmakefile of ours here. */
export function gnumakefileText({ folder, makefiles }: Pick<Place, 'folder' | 'makefiles'>): string {
  return gnumakefile({ makefile: makefiles.main, above: foldersAbove(folder) })
}

function explicitChanges(place: Place, wishes: Wishes, names: readonly string[]): FileChange[] {
  return changeOf(path.join(place.folder, place.makefiles.main), bytesOf(withExplicitRules(rewritingOf(place, wishes), names.map(inBytes))))
}

/** The makefile of a place as one whose rules are to be rewritten. */
export function rewritingOf({ folder, makefiles, database, project }: Place, { vendor }: Pick<Wishes, 'vendor'>): Rewriting {
  const read = (name: ByteText) => asByteText(contentOf(path.resolve(folder, Buffer.from(name, 'latin1').toString())) ?? Buffer.alloc(0))
  return {
    text: read(inBytes(makefiles.main)),
    makefile: makefiles.main,
    folder,
    database,
    all: database.makefiles.map(read).join('\n'),
    prefix: targetPrefix(project?.found),
    tool: recipeTool(folder, vendor),
  }
}
