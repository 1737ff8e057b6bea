import * as fs from 'node:fs'
import * as path from 'node:path'
import { type ByteText, readable } from './byte-text.ts'
import { GNUMAKEFILE, INCLUDED } from './gnumakefile.ts'
import type { ListUse } from './list-uses.ts'
import type { Database, KnownRule } from './parse-database.ts'
import { VENDOR_FOLDER } from './vendor.ts'
import { words } from './words.ts'

/** A file of ours that make's rules take for one of theirs. */
export interface Clash {
  /** Its name, relative to the folder. */
  readonly file: string
  /** In words. */
  readonly why: string
  /** As the rules spell it, for `$(filter-out …)`: `./GNUmakefile`, `.send-metrics/`; with % for all that is in a folder. */
  readonly spelled: string
  /** A rule that works on every file of a kind works on ours as well; all others do what they should not. */
  readonly isOneOfMany?: boolean
}

/** What make knows while files of ours are in a folder, and before. */
export interface WithOurFiles {
  readonly folder: string
  readonly makefile: string
  readonly database: Database
  /** What it knew without them; undefined where they have been there all along. */
  readonly before: Database | undefined
  /** The recipes that work on names of files, of which make was asked what they stand for. */
  readonly uses: readonly ListUse[]
  /** How often a line of ours has the file to include included, which says so itself while it is one to ask with. */
  readonly ownIncludes: number
}

/** Files that make reads: of these it may remake whatever any rule names. */
const MAKEFILES = [GNUMAKEFILE, INCLUDED]

/**
 * Which files of ours the rules of a makefile make, need or list, each with the first reason. A file that make does not
 * read may be named, as long as nothing is made because of it. They have to be there.
 */
export function clashesIn(place: WithOurFiles, files: readonly string[]): Clash[] {
  return files.flatMap((file) => {
    const clash =
      (MAKEFILES.includes(file) ? whyNamed(place, file) : undefined) ?? whyMadeFor(place, file, files) ?? whyUsed(place, file, files)
    if (clash === undefined) return []
    const { why, name, isOneOfMany = false } = clash
    return [{ file, why, spelled: spelling(place.folder, file, name), ...(isOneOfMany && { isOneOfMany }) }]
  })
}

/** Whether a name is that of a file, or of one in it. */
function isWithin(folder: string, file: string, name: ByteText): boolean {
  return `${path.resolve(folder, readable(name) ?? '')}/`.startsWith(`${path.join(folder, file)}/`)
}

function spelling(folder: string, file: string, name: ByteText | undefined): string {
  const text = readable(name ?? '') ?? ''
  const at = path.resolve(folder, text)
  if (at === path.join(folder, file)) return text
  const inside = path.relative(path.join(folder, file), at)
  return name !== undefined && !inside.startsWith('..') && text.endsWith(inside) ? `${text.slice(0, -inside.length)}%` : file
}

/** Why a file is a clash, and the name in the rules that makes it one, where it is the file's own. */
interface Reason {
  readonly why: string
  readonly name: ByteText | undefined
  readonly isOneOfMany?: boolean
}

function whyNamed({ folder, database, makefile, ownIncludes }: WithOurFiles, file: string): Reason | undefined {
  const { targets, patterns, special } = database
  const isIt = (name: ByteText) => isWithin(folder, file, name)
  const included = database.makefiles.filter(isIt)[file === INCLUDED ? ownIncludes : 0]
  if (included !== undefined) return { why: words.includesIt(makefile), name: included }
  const rule = targets.find((one) => isIt(one.name) && doesSomething(one))
  if (rule) return { why: words.makesIt(placeOf(rule, makefile)), name: rule.name }
  const [list, listed] = [...special].find(([, names]) => names.some(isIt)) ?? []
  if (list !== undefined) return { why: words.listsIt(makefile, list), name: listed?.find(isIt) }
  const needs = [...targets, ...patterns].find(({ prerequisites }) => prerequisites.some(isIt))
  return needs && { why: words.needsIt(nameOf(needs), makefile), name: needs.prerequisites.find(isIt) }
}

/** What is needed by a rule and has to be made, and is there only because of the file: `clean-GNUmakefile` for `clean`. */
function whyMadeFor({ folder, database, before, makefile }: WithOurFiles, file: string, files: readonly string[]): Reason | undefined {
  const { targets, patterns, special } = database
  const known = new Set(before === undefined ? [] : namesIn(before))
  const stem = before === undefined ? file : stemOf(file)
  const phony = special.get('.PHONY') ?? []
  const takesAny = patterns.some((one) => one.name === '%' && !one.prerequisites.some((needed) => needed.includes('%')))
  const made = new Set([...targets.filter(doesSomething).map(({ name }) => name), ...phony])
  const isThere = (name: ByteText) => fs.existsSync(path.resolve(folder, readable(name) ?? ''))
  for (const rule of [...targets, ...patterns])
    for (const name of rule.prerequisites) {
      if (known.has(name)) continue
      if (isWithin(folder, file, name)) {
        if (made.has(name) || takesAny || !isThere(name)) return { why: words.needsItMade(nameOf(rule), makefile), name }
      } else if (path.basename(name).includes(stem) && ![...files, VENDOR_FOLDER].some((other) => isWithin(folder, other, name)))
        return { why: words.needsMadeOfIt(nameOf(rule), makefile, readable(name) ?? ''), name: undefined }
    }
  return undefined
}

/** What a recipe would work on because of the file: `for d in $(SUBDIRS)`, `$(MAKE) $(LINTS)`. */
function whyUsed(place: WithOurFiles, file: string, files: readonly string[]): Reason | undefined {
  const { folder, database, before, makefile, uses } = place
  const stem = before === undefined ? file : stemOf(file)
  const found = uses.flatMap(({ rule, expression }): Reason[] => {
    const old = wordsOf(before?.asked?.get(expression))
    const names = wordsOf(database.asked?.get(expression)).filter((name) => !old.includes(name))
    const isOther = (name: ByteText) => [...files, VENDOR_FOLDER].some((other) => other !== file && isWithin(folder, other, name))
    const name = names.find((one) => isWithin(folder, file, one)) ?? names.find((one) => path.basename(one).includes(stem) && !isOther(one))
    if (name === undefined) return []
    const target = nameOf(rule)
    const own = isWithin(folder, file, name) ? name : undefined
    if (!expectsTargets(rule, folder, before === undefined ? names : old))
      return [{ why: words.worksOnIt(target, makefile), name: own, isOneOfMany: true }]
    return [{ why: words.takesIt(target, makefile, own === undefined ? readable(name) : undefined), name: own }]
  })
  return found.find(({ isOneOfMany }) => isOneOfMany !== true) ?? found[0]
}

/** Whether a recipe would fail of a name that is neither a folder nor a target: it calls make or goes there for each. */
function expectsTargets({ recipe = '' }: KnownRule, folder: string, names: readonly ByteText[]): boolean {
  if (/\$[({]MAKE[)}]|(?<![\w./-])g?make\s|(?<![\w./-])cd\s/u.test(recipe)) return true
  const isFolder = (name: ByteText) =>
    fs.statSync(path.resolve(folder, readable(name) ?? ''), { throwIfNoEntry: false })?.isDirectory() === true
  return /(?<![\w./-])for\s+\w+\s+in\s/u.test(recipe) && names.some(isFolder)
}

function wordsOf(text: ByteText | undefined): ByteText[] {
  return (text ?? '').split(/\s+/u).filter((word) => word !== '')
}

function stemOf(file: string): string {
  return file.replace(/^\.|\.[^.]*$/gu, '')
}

/** A rule that only says that there is nothing to do does no harm. */
function doesSomething({ recipe, prerequisites }: KnownRule): boolean {
  return prerequisites.length > 0 || (recipe ?? '').trim() !== ''
}

function namesIn({ targets, patterns }: Database): ByteText[] {
  return [...targets, ...patterns].flatMap(({ name, prerequisites }) => [name, ...prerequisites])
}

function nameOf({ name }: KnownRule): string {
  return readable(name) ?? 'a target'
}

function placeOf({ from, line }: KnownRule, makefile: string): string {
  const file = from === undefined ? makefile : (readable(from) ?? makefile)
  return line === undefined ? file : `${file}:${line}`
}
