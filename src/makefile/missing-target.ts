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
  /** It has no prefix: make runs it by this very name. */
  readonly isPlain: boolean
}

/**
 * The target that may have been meant by one that the makefile of a folder has no rule for, without the prefix: one behind the prefix,
 * else one that has none. Undefined where there is none like it, and where the text alone does not say for certain that the rule is
 * missing. Runs nothing; never throws.
 */
export function missingTarget(folder: string, prefix: string, target: string): MissingTarget | undefined {
  try {
    const main = mainOf(folder)
    if (main === undefined) return undefined
    const file = path.join(folder, main)
    if (fs.statSync(file).size > MOST_BYTES) return undefined
    const rules = rulesIn(fs.readFileSync(file, 'latin1'))
    const wanted = inBytes(`${prefix}${target}`)
    if (rules === undefined || rules.some(({ name }) => covers(name, wanted))) return undefined
    const typeable = rules.flatMap(({ name, wraps }) => (name.includes('%') ? [] : [{ name: readable(name) ?? '', wraps }]))
    const behind = typeable.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
    const plain = typeable.flatMap(({ name, wraps }) => (wraps || name.startsWith(prefix) || name.startsWith('.') ? [] : [name]))
    // The very name is the best there can be.
    const near = plain.includes(target) ? undefined : didYouMean(target, behind)
    const other = near ?? (plain.includes(target) ? target : didYouMean(target, plain))
    return other === undefined ? undefined : { makefile: main, near: other, isPlain: near === undefined }
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

/** The names that a text has rules for, and whether those call this tool; undefined where there may be others. */
function rulesIn(text: ByteText): { name: ByteText; wraps: boolean }[] | undefined {
  if (MORE_RULES.test(text)) return undefined
  const rules = scanRules(text).filter(({ kind }) => kind !== 'variable')
  const names = rules.flatMap(({ targets, rest }) => targets.map(({ word }) => ({ name: word, wraps: /\bwrap\b/u.test(rest) })))
  return names.some(({ name }) => /[$*?[]|^\.DEFAULT$/u.test(name)) ? undefined : names
}
