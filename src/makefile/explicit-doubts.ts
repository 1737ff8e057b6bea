import * as fs from 'node:fs'
import * as path from 'node:path'
import { didYouMean } from '../did-you-mean.ts'
import { type ByteText, readable } from './byte-text.ts'
import type { Rewriting } from './explicit-rules.ts'
import { writes } from './find-targets.ts'
import type { Database, KnownRule } from './parse-database.ts'
import type { WrittenRule } from './scan-rules.ts'

/** Special targets that name others, whose list would have to change as well. */
const LISTS = ['.SILENT', '.IGNORE', '.PRECIOUS', '.INTERMEDIATE', '.SECONDARY', '.NOTPARALLEL', '.NOTINTERMEDIATE']
const SHELL = /(?:^|\/)(?:ba|da|k|a|mk)?sh$/u
const OWN_NAME = /\$[@%]|\$[({][@%][DF]?[)}]/u
const PREREQUISITES = /\$[<^+?|]|\$[({][<^+?|][DF]?[)}]/u

type Doubt = (rewriting: Rewriting, written: readonly WrittenRule[], wanted: readonly ByteText[], known: KnownRule) => string | undefined

/** Why a target cannot be rewritten without changing what it does, in words; undefined where it can. */
export function whyNot(
  rewriting: Rewriting,
  rules: readonly WrittenRule[],
  wanted: readonly ByteText[],
  name: ByteText,
): string | undefined {
  const { targets, patterns } = rewriting.database
  const known = [...targets, ...patterns].find((rule) => rule.name === name)
  if (known === undefined) return noSuchTarget(rewriting, name)
  const written = rules.filter((rule) => rule.targets.some(({ word }) => word === name))
  for (const doubt of DOUBTS) {
    const why = doubt(rewriting, written, wanted, known)
    if (why !== undefined) return why
  }
  return undefined
}

function noSuchTarget({ makefile, database }: Rewriting, name: ByteText): string {
  const near = didYouMean(
    name,
    database.targets.map((rule) => rule.name),
  )
  return `${makefile} has no such target${near === undefined ? '' : `; did you mean ${readable(near) ?? 'another'}?`}`
}

const DOUBTS: readonly Doubt[] = [asWritten, inConditionals, asNamed, asFamily, asFile, inRecipe, elsewhere]

function asWritten(
  { makefile }: Rewriting,
  written: readonly WrittenRule[],
  wanted: readonly ByteText[],
  { from }: KnownRule,
): string | undefined {
  if (from !== undefined && path.normalize(from) !== path.normalize(makefile)) return `its rule is in ${readable(from) ?? 'another file'}`
  const rules = written.filter(({ kind }) => kind !== 'variable')
  if (rules.length === 0) return `its name is not written out in ${makefile}, so a variable or $(eval) makes its rule`
  const kinds: Record<string, string> = {
    'double-colon': 'has a double-colon rule (::)',
    grouped: 'is one of a group (&:)',
    'static-pattern': 'has a static pattern rule',
  }
  for (const { kind, targets } of written) {
    if (kinds[kind] !== undefined) return `it ${kinds[kind]}`
    const other = targets.find(({ word }) => !wanted.includes(word))
    if (other) return `its rule is also that of ${readable(other.word) ?? 'another'}: name both, or give each a rule of its own`
  }
  return undefined
}

/** One place, or in each branch of a conditional one; anything between can only be judged by a person. */
function inConditionals(_rewriting: Rewriting, written: readonly WrittenRule[]): string | undefined {
  const rules = written.filter(({ kind }) => kind !== 'variable')
  const withRecipe = rules.filter(({ hasRecipe }) => hasRecipe)
  const branches = new Set(rules.map(({ branch }) => branch.join(' ')))
  if (branches.size > 1 && (branches.size < rules.length || withRecipe.length < rules.length))
    return 'its rules are in and outside of conditionals'
  if (branches.has('') && branches.size > 1) return 'its rules are in and outside of conditionals'
  return branches.size === 1 && withRecipe.length > 1 ? 'it has more than one recipe' : undefined
}

function asNamed(
  { database, prefix, all }: Rewriting,
  _written: readonly WrittenRule[],
  _wanted: readonly ByteText[],
  { name }: KnownRule,
): string | undefined {
  if (database.targets.some((rule) => rule.name === `${prefix}${name}`)) return `there is a target ${prefix}${readable(name)} already`
  const list = LISTS.find((special) => database.special.get(special)?.includes(name))
  if (list !== undefined) return `it is listed under ${list}`
  if (!/^[\w.+@/-]*(?:%[\w.+@/-]*)?$/u.test(name.replace(/[\u0080-\u00FF]/gu, '_')))
    return 'its name holds characters that make or a shell would read in their own way'
  return all.includes('MAKECMDGOALS') ? 'a makefile looks at MAKECMDGOALS, which would be another' : undefined
}

function asFamily(
  _rewriting: Rewriting,
  written: readonly WrittenRule[],
  _wanted: readonly ByteText[],
  { name }: KnownRule,
): string | undefined {
  if (!name.includes('%')) return undefined
  return written.some(({ prerequisites }) => prerequisites.length > 0)
    ? 'it is a family with prerequisites, which decide whether it runs'
    : undefined
}

/** What makes a file runs only when it has to, by its own rule. */
function asFile(
  { database, folder }: Rewriting,
  _written: readonly WrittenRule[],
  _wanted: readonly ByteText[],
  rule: KnownRule,
): string | undefined {
  const { name, recipe } = rule
  if (name.includes('%') || database.special.get('.PHONY')?.includes(name)) return undefined
  if (fs.existsSync(path.join(folder, readable(name) ?? ''))) return 'it is not .PHONY, and there is a file of its name'
  return recipe !== undefined && writes(recipe, name) ? 'it is not .PHONY, and makes a file of its name' : undefined
}

function inRecipe(
  { database, prefix }: Rewriting,
  written: readonly WrittenRule[],
  wanted: readonly ByteText[],
  rule: KnownRule,
): string | undefined {
  const text = reached(database, [rule.recipe ?? '', ...written.map(({ rest }) => rest)])
  if (OWN_NAME.test(text)) return `its rule uses $@, which would be ${prefix}${readable(rule.name)}`
  const renamed = written.some(({ prerequisites }) => prerequisites.some(({ word }) => wanted.includes(word)))
  if (renamed && PREREQUISITES.test(text)) return 'its recipe uses the names of its prerequisites, which would be others'
  return undefined
}

function elsewhere({ database }: Rewriting): string | undefined {
  const shell = database.variables.get('SHELL')?.trim().split(/\s+/u)[0] ?? '/bin/sh'
  return SHELL.test(shell) ? undefined : `recipes are run by ${readable(shell) ?? 'another SHELL'}, not by a shell`
}

/** These texts with those of all variables that they use, and that those use. */
function reached({ variables }: Database, texts: readonly ByteText[]): ByteText {
  const seen = new Set<ByteText>()
  let all = ''
  for (const waiting = [...texts]; ; ) {
    const text = waiting.pop()
    if (text === undefined) return all
    all += `${text}\n`
    for (const [, plain, called] of text.matchAll(/\$[({](?:call\s+)?([^\s(){}$,:]+)|\$\$?([A-Za-z])/gu)) {
      const name = plain ?? called ?? ''
      const value = variables.get(name)
      if (value === undefined || seen.has(name)) continue
      seen.add(name)
      waiting.push(value)
    }
  }
}
