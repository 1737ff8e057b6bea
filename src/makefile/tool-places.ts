import * as fs from 'node:fs'
import * as path from 'node:path'
import { isFile } from '../disk/stat.ts'
import type { World } from '../world.ts'
import type { RecipeTool } from './explicit-rules.ts'
import { INSTALLED_ENTRIES, VENDORED_ENTRY } from './gnumakefile.ts'
import { isPassing } from './package-manager.ts'
import { SUMS, VENDOR_FOLDER, VENDORED_SCHEMA } from './vendor.ts'

const SUMS_IN_COPY = path.posix.join(VENDOR_FOLDER, SUMS)
const SCHEMA_IN_MODULES = 'node_modules/send-metrics/schema/send-metrics.schema.json'

/**
 * How a recipe of the explicit way asks the tool whether to call it: the recipe's own shell reads it, and survives a damaged one
 * (`command`). What PATH has may be a version manager's, known by its second line not being ours, and is run.
 */
export function recipeTool(folder: string, vendor: boolean): RecipeTool {
  const here = vendor && copyAbove(folder) === undefined ? VENDORED_ENTRY : readableEntry(folder)
  const read = (file: string) => `command . ${file} >/dev/null 2>&1 || send_metrics=;`
  const answer = 'case $${send_metrics:+go} in'
  if (here !== undefined) return { asks: ['send_metrics=; set -- --door;', read(here), answer], call: `"$$send_metrics" ${here}` }
  const asks = [
    ...searches(folder, 'send_metrics=; l=; set -- --door;'),
    '{ read -r l; read -r l; } 2>/dev/null <"$$t" || :; case $$l in',
    `*"/* send-metrics") ${read('"$$t"')};`,
    '*) case "$$("$$t" --door 2>/dev/null && echo .)" in',
    '  "go|"*.) send_metrics=/usr/bin/env;; esac;; esac;',
    answer,
  ]
  return { asks, call: '"$$send_metrics" "$$t"' }
}

/** Where an editor finds the JSON Schema, relative to the folder; undefined where it is not there. */
export function schemaPlace(folder: string, vendor: boolean): string | undefined {
  if (vendor && copyAbove(folder) === undefined) return `./${VENDORED_SCHEMA}`
  const places = ['.', ...foldersAbove(folder)].flatMap((at) => [`${at}/${VENDORED_SCHEMA}`, `${at}/${SCHEMA_IN_MODULES}`])
  return places.find((place) => fs.existsSync(path.join(folder, place)))
}

/**
 * The file that a makefile of this folder would find as the tool, absolute; undefined where there is none, or where all that
 * PATH has is gone once the package manager that runs this has ended.
 */
export function toolForMake({ env }: Pick<World, 'env'>, folder: string): string | undefined {
  const near = entriesOf(folder).find((entry) => isFile(path.join(folder, entry)))
  if (near !== undefined) return path.join(folder, near)
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((one) => one !== '' && !isPassing(env, one))
  return onPath.map((one) => path.resolve(folder, one, 'send-metrics')).find(isFile)
}

/** The nearest folder above, up to the git root, that has a copy of the tool, relative to this one; undefined where this one has its own. */
export function copyAbove(folder: string): string | undefined {
  const hasCopy = (at: string) => [SUMS_IN_COPY, VENDORED_ENTRY].some((name) => fs.existsSync(path.join(folder, at, name)))
  return hasCopy('.') ? undefined : foldersAbove(folder).find(hasCopy)
}

/** The folders above up to the git root, nearest first, as `..` and `../..`; none outside of git, where they may be anybody's. */
export function foldersAbove(folder: string): string[] {
  let count = 0
  for (let at = folder; !fs.existsSync(path.join(at, '.git')); at = path.dirname(at)) {
    if (path.dirname(at) === at) return []
    count++
  }
  return nearestAbove(count)
}

/** So many folders above, nearest first, as `..` and `../..`. */
export function nearestAbove(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `..${'/..'.repeat(at)}`)
}

/** Everything that is there of what a generated makefile looks for beside PATH, in its order, relative to the folder. */
function entriesOf(folder: string): string[] {
  return ['', ...foldersAbove(folder).map((at) => `${at}/`)].flatMap((at) =>
    [VENDORED_ENTRY, ...INSTALLED_ENTRIES].flatMap((entry) => matches(folder, `${at}${entry}`)),
  )
}

/** A file that a shell can read as ours, if one is there, relative to the folder; a copy first, which everybody has. */
function readableEntry(folder: string): string | undefined {
  const entries = entriesOf(folder).filter((entry) => !entry.includes('/unplugged/') && isFile(path.join(folder, entry)))
  return entries.find((entry) => entry.endsWith(VENDORED_ENTRY)) ?? entries.find((entry) => entry.endsWith('.js'))
}

/** Sets $t to what a package manager has installed or will have, else to what PATH has. */
function searches(folder: string, first: string): string[] {
  const onPath = '$$(command -v send-metrics || :)'
  const packages = ['.', ...foldersAbove(folder)].filter((at) => fs.existsSync(path.join(folder, at, 'package.json')))
  if (packages.length === 0) return [`${first} t=${onPath};`]
  const entries = packages.flatMap((at) => INSTALLED_ENTRIES.map((entry) => path.posix.join(at, entry)))
  return [`${first} for t in`, ...entries.map((entry) => `  ${entry}`), `  "${onPath}"; do [ ! -f "$$t" ] || break; done;`]
}

/** The names of what a pattern stands for, with one `*` in it at most, as make and a shell read it. */
function matches(folder: string, pattern: string): string[] {
  const [, before = '', start = '', end = '', after = ''] = /^([^*]*\/)([^/*]*)\*([^/*]*)(\/[^*]*)$/u.exec(pattern) ?? []
  if (before === '') return [pattern]
  const names = namesIn(path.join(folder, before)).sort()
  return names.filter((name) => name.startsWith(start) && name.endsWith(end)).map((name) => `${before}${name}${after}`)
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}
