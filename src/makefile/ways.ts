import * as path from 'node:path'
import { targetPrefix } from '../project/find.ts'
import { asByteText, bytesOf, inBytes } from './byte-text.ts'
import { withExplicitRules } from './explicit-rules.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { gnumakefile, includeFile } from './gnumakefile.ts'
import { withIncludeLines } from './include-lines.ts'
import type { Place, Wishes } from './plan.ts'
import { foldersAbove, recipeTool } from './tool-places.ts'

/** The file that a repository with a GNUmakefile of its own includes. */
export const INCLUDED = 'send-metrics.mk'
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

function explicitChanges({ folder, makefiles, database, project }: Place, { vendor }: Wishes, names: readonly string[]): FileChange[] {
  const file = path.join(folder, makefiles.main)
  const text = asByteText(contentOf(file) ?? Buffer.alloc(0))
  const all = database.makefiles.map((name) =>
    asByteText(contentOf(path.resolve(folder, Buffer.from(name, 'latin1').toString())) ?? Buffer.alloc(0)),
  )
  const rewriting = { text, makefile: makefiles.main, folder, database, all: all.join('\n') }
  const wanted = names.map(inBytes)
  return changeOf(
    file,
    bytesOf(withExplicitRules({ ...rewriting, prefix: targetPrefix(project?.found), tool: recipeTool(folder, vendor) }, wanted)),
  )
}
