import * as fs from 'node:fs'
import * as path from 'node:path'
import { type ByteText, readable } from './byte-text.ts'
import type { Database, KnownRule } from './parse-database.ts'

/** What has a meaning to make or a shell, so that a goal of such a name is not sent through us; and what no list may hold. */
const NOT_PLAIN = /[\s\p{Cc}\p{Cf}%:;|*?[\]\\~()&'"<>!{}#$=]/u
/** As many characters as the project file takes. */
const LONGEST = 200

/**
 * The targets that a person would type, sorted, families as `test-%`. That is what is .PHONY, and what is no product:
 * a path, a name with an ending that the recipe makes, a file that is there. A target that does nothing is left out, and so
 * is one behind another (`impl-build` behind `build`). The list only says which names may be reported, so a
 * product too many does no harm.
 */
export function findTargets(database: Database, folder: string, prefix: string): string[] {
  const phony = new Set(database.special.get('.PHONY'))
  const names = new Set(database.targets.map(({ name }) => name))
  const behind = (name: string) => name.startsWith(prefix) && names.has(name.slice(prefix.length))
  const typed = database.targets.filter((rule) => {
    if (!isPlain(rule.name) || database.makefiles.includes(rule.name) || behind(rule.name) || doesNothing(rule)) return false
    return phony.has(rule.name) || !isProduct(rule, folder)
  })
  const families = database.patterns.filter((rule) => isFamily(rule) && !rule.name.startsWith(prefix))
  const readables = [...typed, ...families].map(({ name }) => readable(name)).filter((name) => name !== undefined)
  return [...new Set(readables)].sort()
}

function isPlain(name: ByteText): boolean {
  return !name.startsWith('.') && name.length <= LONGEST && !NOT_PLAIN.test(readable(name) ?? ' ')
}

/** `FORCE:`, and what is only declared. */
function doesNothing({ prerequisites, recipe }: KnownRule): boolean {
  return prerequisites.length === 0 && recipe === undefined
}

/** Whether a target that is not .PHONY is a file that its rule makes, as far as can be told. */
function isProduct(rule: KnownRule, folder: string): boolean {
  const { name, recipe, from, prerequisites } = rule
  if (name.includes('/') || /(?:^|[-_.])stamp$/u.test(name) || isOutside(from)) return true
  const dot = name.lastIndexOf('.')
  if (dot === -1) return false
  if (recipe === undefined || /\$@|\$[({]@/u.test(recipe) || writes(recipe, name)) return true
  const stem = name.slice(0, dot)
  return prerequisites.some((one) => path.basename(one).startsWith(`${stem}.`)) || exists(folder, name)
}

/** Whether a recipe says that it writes a file of this name. */
export function writes(recipe: ByteText, name: ByteText): boolean {
  const escaped = name.replace(/[.+^$()[\]{}|\\*?/]/gu, '\\$&')
  return new RegExp(`(?:-o ?|>{1,2} ?|--output[= ]|\\btouch |\\bmkdir (?:-p )?)(?:\\./)?${escaped}(?![\\w./-])`, 'u').test(recipe)
}

/** Makefiles from outside the repository bring rules for their own purposes. */
function isOutside(from: ByteText | undefined): boolean {
  return from !== undefined && (path.isAbsolute(from) || from.startsWith('..'))
}

function exists(folder: string, name: ByteText): boolean {
  return fs.existsSync(path.join(folder, readable(name) ?? ''))
}

/** `test-%` and `%-test` are typed; `%.o`, `lib%.so`, `dist/%` and `%` are for files. */
function isFamily({ name, from, recipe, prerequisites }: KnownRule): boolean {
  const [start = '', end, ...more] = name.split('%')
  if (end === undefined || more.length > 0 || !recipe?.trim() || isOutside(from)) return false
  if (!isPlain(`${start}${end}`) || end.includes('.')) return false
  if (prerequisites.some((one) => one.startsWith(`${name}.`))) return false
  return start !== '' || /^[-_]./u.test(end)
}
