import * as fs from 'node:fs'
import * as path from 'node:path'
import type { World } from '../world.ts'
import type { RecipeTool } from './explicit-rules.ts'
import type { ToolPlace } from './gnumakefile.ts'
import { VENDOR_FOLDER, VENDORED_ENTRY, VENDORED_SCHEMA } from './vendor.ts'

const IN_MODULES = 'node_modules/.bin/send-metrics'
const ENTRY_IN_MODULES = 'node_modules/send-metrics/bin/send-metrics.js'
const SCHEMA_IN_MODULES = 'node_modules/send-metrics/schema/send-metrics.schema.json'

/** Where a generated makefile looks for the tool; a copy in the repository only where there is one, or will be. */
export function toolPlaces(folder: string, vendor: boolean): ToolPlace[] {
  return [...(hasCopy(folder, vendor) ? [{ vendored: VENDORED_ENTRY }] : []), 'node_modules', 'PATH']
}

/**
 * How a recipe of the explicit way asks the tool whether to call it: the recipe's own shell reads it, and survives a damaged one
 * (`command`). What PATH has may be a version manager's, known by its second line not being ours, and is run.
 */
export function recipeTool(folder: string, vendor: boolean): RecipeTool {
  const copy = hasCopy(folder, vendor) ? VENDORED_ENTRY : ENTRY_IN_MODULES
  const isHere = copy === VENDORED_ENTRY || fs.existsSync(path.join(folder, copy))
  const read = (file: string) => `command . ${file} >/dev/null 2>&1 || send_metrics=;`
  const answer = 'case $${send_metrics:+go} in'
  if (isHere) return { asks: ['send_metrics=; set -- --door;', read(copy), answer], call: `"$$send_metrics" ${copy}` }
  const asks = [
    'send_metrics=; l=; set -- --door; t=$$(command -v send-metrics) || :;',
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
  if (hasCopy(folder, vendor)) return `./${VENDORED_SCHEMA}`
  return fs.existsSync(path.join(folder, SCHEMA_IN_MODULES)) ? `./${SCHEMA_IN_MODULES}` : undefined
}

/** Whether a makefile of this folder would find the tool. */
export function toolAnywhere({ env }: Pick<World, 'env'>, folder: string): boolean {
  if (hasCopy(folder, false) || fs.existsSync(path.join(folder, IN_MODULES))) return true
  return (env.PATH ?? '').split(path.delimiter).some((one) => one !== '' && fs.existsSync(path.join(one, 'send-metrics')))
}

function hasCopy(folder: string, vendor: boolean): boolean {
  return vendor || fs.existsSync(path.join(folder, VENDOR_FOLDER, 'SHA256SUMS'))
}
