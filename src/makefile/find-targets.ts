import * as fs from 'node:fs'
import * as path from 'node:path'
import { type ByteText, readable } from './byte-text.ts'
import type { Database, KnownRule } from './parse-database.ts'

/** What has a meaning to make or a shell, so that a goal of such a name is not sent through us; and what no list may hold. */
const NOT_PLAIN = /[\s\p{Cc}\p{Cf}%:;|*?[\]\\~()&'"<>!{}#$=]/u
/** Nobody types these: files that are hidden, options, paths from the root, names that a makefile keeps for itself. */
const NOT_TYPED = /^[./_-]/u
/** Files of ours, which a makefile may have for targets where they are. */
const OURS = /^(?:GNUmakefile|send-metrics\.(?:mk|json))$/u
/** As many characters as the project file takes. */
const LONGEST = 200

/** Where targets are looked for. */
export interface TargetPlace {
  readonly database: Database
  readonly folder: string
  /** What stands before the name of a target that another one calls, such as `impl-`. */
  readonly prefix: string
  /** Folders of this machine, absolute: a name with one in it is no use to anybody else. */
  readonly machine: readonly string[]
}

/**
 * The targets that a person would type, sorted, families as `test-%`. That is what is .PHONY, and what is no product:
 * a path, a name with an ending that the recipe makes, a file that is there. A target that does nothing is left out, and so
 * is one behind another (`impl-build` behind `build`). The list only says which names may be reported, so a
 * product too many does no harm.
 */
export function findTargets(place: TargetPlace): string[] {
  const { database, folder, prefix } = place
  const phony = new Set(database.special.get('.PHONY'))
  const rules = new Map(database.targets.map((rule) => [rule.name, rule]))
  const behind = (name: string) => name.startsWith(prefix) && rules.has(name.slice(prefix.length))
  const doesSomething = workers(database, rules)
  const typed = database.targets.filter((rule) => {
    if (!isTyped(rule.name, place) || database.makefiles.includes(rule.name) || behind(rule.name) || !doesSomething(rule)) return false
    return phony.has(rule.name) || !isProduct(rule, folder)
  })
  const families = database.patterns.filter((rule) => isFamily(rule, place) && !rule.name.startsWith(prefix))
  const readables = [...typed, ...families].map(({ name }) => readable(name)).filter((name) => name !== undefined)
  return [...new Set(readables)].sort()
}

/** Whether a person could type this name, and would. */
export function isTyped(name: ByteText, { machine }: Pick<TargetPlace, 'machine'>): boolean {
  const text = readable(name) ?? ' '
  if (NOT_TYPED.test(text) || OURS.test(text) || name.length > LONGEST || NOT_PLAIN.test(text)) return false
  return !machine.some((folder) => text.includes(folder))
}

/** Tells `FORCE:`, `noop: ; @:`, and what only needs such, from the rest. */
function workers(database: Database, rules: ReadonlyMap<ByteText, KnownRule>): (rule: KnownRule) => boolean {
  const known = new Map<KnownRule, boolean>()
  const doesSomething = (rule: KnownRule): boolean => {
    const before = known.get(rule)
    if (before !== undefined) return before
    // A circle of targets that need each other does nothing.
    known.set(rule, false)
    const needed = rule.prerequisites.map((name) => rules.get(name))
    const is = !isIdle(rule.recipe, database) || needed.some((one) => one === undefined || doesSomething(one))
    known.set(rule, is)
    return is
  }
  return doesSomething
}

/** Whether a recipe does nothing: none, `:` or `true`, comments; also where a variable has that. */
export function isIdle(recipe: ByteText | undefined, { variables }: Pick<Database, 'variables'>): boolean {
  return (recipe ?? '').split('\n').every((written) => {
    const line = withoutMarks(written)
    const variable = /^\$[({]([^\s(){}$]+)[)}]$/u.exec(line)?.[1]
    return /^(?:(?::|true|exit 0)?[;\s]*|#.*)$/u.test(variable === undefined ? line : withoutMarks(variables.get(variable) ?? ''))
  })
}

function withoutMarks(line: ByteText): ByteText {
  return line.replace(/^[@+\-\s]+/u, '').trim()
}

/** Whether a target that is not .PHONY is a file that its rule makes, as far as can be told. */
function isProduct(rule: KnownRule, folder: string): boolean {
  const { name, recipe, from, prerequisites } = rule
  if (name.includes('/') || /(?:^|[-_.])stamp$/u.test(name) || isOutside(from)) return true
  const dot = name.lastIndexOf('.')
  if (dot === -1) return false
  if (recipe === undefined || writesTarget(recipe, name)) return true
  const stem = name.slice(0, dot)
  return prerequisites.some((one) => path.basename(one).startsWith(`${stem}.`)) || exists(folder, name)
}

/** What files end in that are made from others. */
const MADE =
  /\.(?:[ao]|\d?asm|bin|bz2|c|cc|class|cpp|css|csv|d|db|deb|dll|dylib|elf|exe|gif|go|gz|h|hex|hpp|html?|img|info|iso|jar|jpe?g|js|json|l[ao]|lock|log|map|md|mjs|pdf|png|ps|py|rpm|rst|s|sh|so|sql|svg|tar|tex|tgz|toml|ts|tsx|txt|wasm|webp|whl|xml|xz|ya?ml|zip|zst)$/iu
const TARGET = '["\']?\\$(?:@|[({]@[)}])(?![DF])'
/** Options and programs that write the file that they name. */
const WRITING = new RegExp(
  `(?:>{1,2}[|]?\\s*|\\s-[a-zA-Z]*[oO]\\s*|--out[\\w-]*[= ]\\s*|\\b(?:of|out|output)=)${TARGET}|` +
    `(?:^|[\\s;&|@(+-])(?:\\S*/)?(?:touch|mkdir|cp|mv|ln|install|tee|ar|tar|zip|dd|curl|wget|rsync|convert|magick|\\$[({](?:AR|CC|CXX|LD|INSTALL\\w*|CP|MV|LN_S|MKDIR_P|OBJCOPY)[)}])\\s[^;&|\\n]*?${TARGET}(?![\\w./-])`,
  'mu',
)

/** Whether a recipe makes a file of its target's name, as far as it says so. One that only speaks of `$@` makes none. */
function writesTarget(recipe: ByteText, name: ByteText): boolean {
  if (writes(recipe, name) || WRITING.test(recipe)) return true
  return /\$@|\$[({]@/u.test(recipe) && (MADE.test(name) || /\$[<^+?]|\$[({][<^+?]/u.test(recipe))
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
function isFamily({ name, from, recipe, prerequisites }: KnownRule, place: TargetPlace): boolean {
  const [start = '', end, ...more] = name.split('%')
  if (end === undefined || more.length > 0 || isIdle(recipe, place.database) || isOutside(from)) return false
  if (!isTyped(start === '' ? `x${end}` : `${start}${end}`, place)) return false
  if (end.includes('.') && (MADE.test(end) || writesTarget(recipe ?? '', name) || prerequisites.some((one) => one.includes('%'))))
    return false
  if (name.includes('/') && (/\$[@<]|\$[({][@<]/u.test(recipe ?? '') || prerequisites.some((one) => one.includes('%')))) return false
  if (prerequisites.some((one) => one.startsWith(`${name}.`))) return false
  return start !== '' || /^[-_./]./u.test(end)
}
