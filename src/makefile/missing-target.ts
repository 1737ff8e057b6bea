import * as fs from 'node:fs'
import * as path from 'node:path'
import { didYouMean } from '../did-you-mean.ts'
import { type ByteText, inBytes, readable } from './byte-text.ts'
import { covers } from './fold-families.ts'
import { isOurs } from './gnumakefile.ts'
import { makefileBeside, makefileIn } from './makefile-names.ts'
import { scanRules } from './scan-rules.ts'

/** A makefile beyond this is made by a program, bytes. */
const MOST_BYTES = 1024 * 1024
/** What brings rules that are not in the text. */
const MORE_RULES = /^[ \t]*(?:-?include|sinclude|-?load)\b|\$[({](?:eval|call)\b/mu

/** A target that is not there, and what to call instead. */
export interface MissingTarget {
  readonly makefile: string
  readonly near: string
}

/**
 * The target that may have been meant by one that the makefile of a folder has no rule for, both without the prefix; undefined
 * where there is none like it, and where the text alone does not say for certain that the rule is missing. Runs nothing; never throws.
 */
export function missingTarget(folder: string, prefix: string, target: string): MissingTarget | undefined {
  try {
    const main = mainOf(folder)
    if (main === undefined) return undefined
    const file = path.join(folder, main)
    if (fs.statSync(file).size > MOST_BYTES) return undefined
    const names = namesIn(fs.readFileSync(file, 'latin1'))
    const wanted = inBytes(`${prefix}${target}`)
    if (names === undefined || names.some((name) => covers(name, wanted))) return undefined
    const others = names.flatMap((name) => (name.startsWith(prefix) && !name.includes('%') ? (readable(name) ?? []) : []))
    const near = didYouMean(
      target,
      others.map((name) => name.slice(prefix.length)),
    )
    return near === undefined ? undefined : { makefile: main, near }
  } catch {
    // What cannot be read says nothing.
    return undefined
  }
}

/** The makefile that people wrote. */
function mainOf(folder: string): string | undefined {
  const first = makefileIn(folder)
  return first !== undefined && isOurs(fs.readFileSync(path.join(folder, first), 'utf8')) ? makefileBeside(folder) : first
}

/** The names that a text has rules for; undefined where there may be others. */
function namesIn(text: ByteText): ByteText[] | undefined {
  if (MORE_RULES.test(text)) return undefined
  const rules = scanRules(text).filter(({ kind }) => kind !== 'variable')
  const names = rules.flatMap(({ targets }) => targets.map(({ word }) => word))
  return names.some((name) => /[$*?[]|^\.DEFAULT$/u.test(name)) ? undefined : names
}
