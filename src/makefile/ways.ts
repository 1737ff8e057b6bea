import * as path from 'node:path'
import { targetPrefix } from '../project/find.ts'
import { asByteText, type ByteText, bytesOf, inBytes } from './byte-text.ts'
import { type Rewriting, withExplicitRules } from './explicit-rules.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { gnumakefile, includeFile } from './gnumakefile.ts'
import { withIncludeLines } from './include-lines.ts'
import type { Place, Wishes } from './plan.ts'
import { INCLUDED } from './present-way.ts'
import { foldersAbove, recipeTool } from './tool-places.ts'

export const GNUMAKEFILE = 'GNUmakefile'

/** The changes by which make calls us: a GNUmakefile, three lines, or rules that are rewritten. Throws Refusal. */
export function wayChanges(place: Place, wishes: Wishes): FileChange[] {
  const { folder } = place
  if (wishes.explicit) return explicitChanges(place, wishes, wishes.explicit)
  if (!wishes.include) return changeOf(path.join(folder, GNUMAKEFILE), Buffer.from(gnumakefileText(place)))
  const file = path.join(folder, place.makefiles.main)
  const text = withIncludeLines(asByteText(contentOf(file) ?? Buffer.alloc(0)), INCLUDED)
  const included = Buffer.from(includeFile({ above: foldersAbove(folder) }))
  return [...changeOf(path.join(folder, INCLUDED), included), ...(text === undefined ? [] : changeOf(file, bytesOf(text)))]
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
