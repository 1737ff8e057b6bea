import * as fs from 'node:fs'
import * as path from 'node:path'
import type { World } from '../world.ts'
import type { RecipeTool } from './explicit-rules.ts'
import type { ToolPlace } from './gnumakefile.ts'
import { VENDOR_FOLDER, VENDORED_ENTRY, VENDORED_SCHEMA } from './vendor.ts'

const IN_MODULES = 'node_modules/.bin/send-metrics'
const SCHEMA_IN_MODULES = 'node_modules/send-metrics/schema/send-metrics.schema.json'

/** Where a generated makefile looks for the tool; a copy in the repository only where there is one, or will be. */
export function toolPlaces(folder: string, vendor: boolean): ToolPlace[] {
  return [...(hasCopy(folder, vendor) ? [{ vendored: VENDORED_ENTRY }] : []), 'node_modules', 'PATH']
}

/** How a recipe of the explicit way looks for the tool, and calls it. */
export function recipeTool(folder: string, vendor: boolean): RecipeTool {
  const node = 'command -v node && '
  if (hasCopy(folder, vendor)) return { present: `${node}test -f ${VENDORED_ENTRY}`, call: `node ${VENDORED_ENTRY}` }
  if (fs.existsSync(path.join(folder, IN_MODULES))) return { present: `${node}test -x ${IN_MODULES}`, call: IN_MODULES }
  return { present: `${node}command -v send-metrics`, call: 'send-metrics' }
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
