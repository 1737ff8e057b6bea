import * as fs from 'node:fs'
import * as path from 'node:path'
import { statOf } from '../disk/stat.ts'
import { type ByteText, inBytes, readable } from './byte-text.ts'
import { findMakefiles } from './find-makefile.ts'
import { findTargets, isIdle, isTyped, type TargetPlace } from './find-targets.ts'
import type { Database, KnownRule } from './parse-database.ts'
import { Refusal } from './refusal.ts'
import { scanRules } from './scan-rules.ts'

/** A rule that takes whatever is typed: `%` or `.DEFAULT`. */
export interface AnyName {
  readonly rule: KnownRule
  /** What can be known of the names that it is meant for, without running it. */
  readonly names: readonly string[]
}

/** Where that is looked for. */
export interface AnyNamePlace extends TargetPlace {
  /** The text of all makefiles that make read. */
  readonly text: ByteText
  /** Asks make about another makefile. */
  ask(folder: string, makefile: string): Promise<Database>
}

/** The rule for any name, if there is one, and the names for it that the makefile's text and makefiles below it tell. */
export async function findAnyName(place: AnyNamePlace): Promise<AnyName | undefined> {
  const { database } = place
  const rule = anyNameRule(database)
  if (rule === undefined) return undefined
  const known = new Set(database.targets.filter(({ recipe }) => recipe !== undefined).map(({ name }) => readable(name)))
  const names = [...namesInText(place.text), ...neededNames(place), ...sphinxBuilders(rule)].filter(
    (name) => isTyped(inBytes(name), place) && !/[./]/u.test(name) && !known.has(name) && !rule.prerequisites.includes(inBytes(name)),
  )
  return { rule, names: [...new Set([...names, ...(await targetsBelow(place, rule))])].sort() }
}

/** A pattern that needs a file of the same name is for files. */
function anyNameRule(database: Database): KnownRule | undefined {
  const patterns = database.patterns.filter(({ name, prerequisites }) => name === '%' && !prerequisites.some((one) => one.includes('%')))
  const rules = [...patterns, ...(database.fallback ? [database.fallback] : [])]
  return rules.find(({ recipe }) => !isIdle(recipe, database))
}

/** Names that a makefile's text speaks of: in `make html`, in a line of help, where it looks at what was typed. */
function namesInText(text: ByteText): string[] {
  const whole = readable(text) ?? text
  const found = SPOKEN.flatMap((form) => [...whole.matchAll(form)].flatMap((match) => (match[1] ?? '').split(/\s+/u)))
  const withVariables = scanRules(text).filter(({ kind }) => kind === 'variable')
  return [...found, ...withVariables.flatMap(({ targets }) => targets.map(({ word }) => readable(word) ?? ''))].filter((name) =>
    /^[A-Za-z0-9][\w+-]*$/u.test(name),
  )
}

const NAME = '([A-Za-z0-9][\\w+-]*)'
const SPOKEN: readonly RegExp[] = [
  // "make html" in quotes, or before a gap or the end of a comment.
  new RegExp(`[\`'"]make ${NAME}[\`'"]`, 'gu'),
  new RegExp(`(?:#|echo|printf|info)[\\s"'(@]*make ${NAME}(?=[ \\t]{2,}|[ \\t]*(?:[-–:#=]|["'\`)]|$))`, 'gmu'),
  // A line of help: a name, a gap, what it does.
  new RegExp(`(?:echo|printf|info)[ \\t](?:[ \\t]*["'])?[ \\t]+${NAME}[ \\t]{2,}\\S`, 'gu'),
  /\$[({]filter(?:-out)?\s([^,$(){}]+),\s*\$[({]MAKECMDGOALS[)}]/gu,
  new RegExp(`ifn?eq\\s*\\(\\s*\\$[({](?:MAKECMDGOALS|@)[)}]\\s*,\\s*${NAME}\\s*\\)`, 'gu'),
  new RegExp(`\\$@["']?\\s*={1,2}\\s*["']?${NAME}`, 'gu'),
]

/** What other targets need and no rule makes, and no file is. */
function neededNames({ database, folder }: AnyNamePlace): string[] {
  const names = database.targets.flatMap(({ prerequisites }) => prerequisites.map((name) => readable(name) ?? ''))
  return names.filter((name) => name !== '' && !fs.existsSync(path.join(folder, name)))
}

/** `sphinx-build -M html`: what Sphinx's own makefile hands on. Source: make_mode.py of Sphinx, 1.4 to 8. */
const SPHINX =
  'changes clean coverage devhelp dirhtml doctest epub gettext help html htmlhelp info json latex latexpdf linkcheck man pickle pseudoxml qthelp singlehtml texinfo text xml'

function sphinxBuilders({ recipe = '' }: KnownRule): string[] {
  return /\s-M\s+["']?\$(?:@|[({]@[)}])/u.test(recipe) ? SPHINX.split(' ') : []
}

/** As many other makefiles are asked at most. */
const MOST_BELOW = 5

/** The targets of the makefiles that the rule hands the name to. */
async function targetsBelow(place: AnyNamePlace, rule: KnownRule): Promise<string[]> {
  const found: string[] = []
  for (const { folder, file } of handedTo(place, rule).slice(0, MOST_BELOW)) {
    try {
      const makefile = file ?? findMakefiles(folder).main
      found.push(...findTargets({ ...place, folder, database: await place.ask(folder, makefile) }))
    } catch (error) {
      // What cannot be asked has nothing to offer.
      if (!(error instanceof Refusal)) throw error
    }
  }
  return found
}

/** The folders and makefiles of each `cd src && $(MAKE) $@`, `$(MAKE) -C src -f other.mk $@`; only folders below this one. */
function handedTo({ database, folder }: AnyNamePlace, { recipe = '' }: KnownRule): { folder: string; file: string | undefined }[] {
  const text = expanded(recipe, database)
  const calls = [...text.matchAll(/(?:\bcd\s+(?<cd>\S+?)\s*(?:&&|;)[\s@+-]*)?\$[({]MAKE[)}](?<words>[^\n;&|]*)/gu)]
  const places = calls.flatMap(({ groups = {} }) => {
    const words = groups.words ?? ''
    if (!/\$@|\$[({](?:@|MAKECMDGOALS)[)}]|\$\*/u.test(words)) return []
    const into = [groups.cd, /\s(?:-C\s*|--directory[= ])(\S+)/u.exec(words)?.[1]]
    const file = /\s(?:-f\s*|--(?:make)?file[= ])(\S+)/u.exec(words)?.[1]
    return eachOf(into.filter((one) => one !== undefined).join('/') || '.', text).map((one) => ({
      folder: path.resolve(folder, one),
      file,
    }))
  })
  return places.filter(({ folder: one, file }) => {
    const isBelow = one !== folder ? one.startsWith(folder + path.sep) : file !== undefined
    return isBelow && statOf(one)?.isDirectory() === true
  })
}

/** `$$dir` of a loop stands for each of its words. */
function eachOf(folder: string, text: ByteText): string[] {
  const name = /^\$\$\{?(\w+)\}?$/u.exec(folder)?.[1]
  if (name === undefined) return [folder.replace(/^["']|["']$/gu, '')]
  const words = new RegExp(`\\bfor\\s+${name}\\s+in\\s+([^;\\n]*)`, 'u').exec(text)?.[1] ?? ''
  return words.split(/\s+/u).filter((word) => /^[\w./-]+$/u.test(word))
}

/** A recipe with the plain values of its variables; MAKE stays. */
function expanded(recipe: ByteText, { variables }: Database): ByteText {
  return recipe.replace(/\$[({](?!MAKE[)}])([\w.-]+)[)}]/gu, (written, name: string) => {
    const value = variables.get(name)
    return value === undefined || value.includes('$') ? written : value
  })
}
