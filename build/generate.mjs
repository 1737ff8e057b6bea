// Writes what is made from the source: schema/send-metrics.schema.json, docs/events.md, docs/destination-examples.md, and the
// lists of fields in other pages.
// `--check` writes nothing, names what is stale, and exits 1.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import { destinationExamples } from './destination-examples.mjs'
import { eventsPage } from './events-page.mjs'
import { withFieldList } from './field-lists.mjs'
import { projectFileSchema } from './project-file-schema.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const versionIn = (folder) => JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')).version

const SOURCE = `
export { projectSchema } from './src/project/schema.ts'
export { FIELDS, fieldNames, SCHEMA_VERSION, SPAN_FIELD } from './src/event/fields.ts'
export { DOCKER_FIELDS, TILT_FIELDS } from './src/event/tilt-fields.ts'
export { eventNames, observationName } from './src/event/message.ts'
export { serialize } from './src/event/serialize.ts'
export { DESTINATIONS } from './src/destinations/index.ts'
export { NEVER } from './src/consent/wording.ts'
`

/** Pages written by hand, but for their list of fields. */
const WITH_FIELDS = ['docs/privacy.md', 'docs/for-maintainers.md']

/** The modules of src/ that the files are made from, loaded as they are. */
async function loadSource() {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'send-metrics-generate-'))
  try {
    const outfile = path.join(scratch, 'source.cjs')
    await esbuild.build({
      absWorkingDir: root,
      stdin: { contents: SOURCE, resolveDir: root, loader: 'ts' },
      outfile,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      define: {
        SEND_METRICS_VERSION: JSON.stringify(versionIn('.')),
        SEGMENT_CLIENT_VERSION: JSON.stringify(versionIn('node_modules/@segment/analytics-node')),
      },
      logLevel: 'error',
    })
    return createRequire(import.meta.url)(outfile)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Every generated file, by its path from the project's root. */
async function generated() {
  const loaded = await loadSource()
  const source = { ...loaded, FIELDS: [...loaded.FIELDS, loaded.SPAN_FIELD] }
  return {
    'schema/send-metrics.schema.json': `${JSON.stringify(projectFileSchema(source.projectSchema), undefined, 2)}\n`,
    'docs/events.md': eventsPage(source),
    'docs/destination-examples.md': await destinationExamples(source),
    ...Object.fromEntries(WITH_FIELDS.map((name) => [name, withFieldList(readFileSync(path.join(root, name), 'utf8'), name, source)])),
  }
}

const check = process.argv.includes('--check')
const stale = []
for (const [name, text] of Object.entries(await generated())) {
  const file = path.join(root, name)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  stale.push(name)
  if (!check) writeFileSync(file, text)
}
for (const name of stale) process.stderr.write(check ? `${name} is stale; write it anew with: make docs\n` : `wrote ${name}\n`)
process.exitCode = check && stale.length > 0 ? 1 : 0
