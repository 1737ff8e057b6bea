// Bundles src/ into dist/. Why CommonJS, and why these pieces: docs/decisions/.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import { notices } from './notices.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = path.join(root, 'dist')
const versionIn = (folder) => JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')).version

/**
 * A run passes through a few phases; each is one file, because every further file costs half a millisecond.
 * What two of them share is in both. The other commands share chunks, where that does not matter.
 */
const PHASES = {
  'src/main.ts': 'main',
  'src/delivery/connect-tls.ts': 'connect-tls',
  'src/context/commit.ts': 'commit',
  'src/wrap/decided.ts': 'decided',
  'src/wrap/command-line.ts': 'command-line',
  'src/wrap/stand-in.ts': 'stand-in',
  'src/wrap/complain.ts': 'complain',
  'src/disk/fault.ts': 'fault',
  'src/consent/door-notes.ts': 'door-notes',
  'src/wrap/aftermath.ts': 'aftermath',
  'src/project/read.ts': 'project',
  'src/project/position.ts': 'position',
  'src/record/record-run.ts': 'record',
  'src/consent/may-ask.ts': 'may-ask',
  'src/consent/ask.ts': 'ask',
  'src/spans/tracer.ts': 'spans',
  'src/consent/store.ts': 'store',
  'src/insight/hint.ts': 'hint',
  'src/fitted-notes.ts': 'fitted-notes',
  'src/makefile/missing-target.ts': 'missing-target',
  'src/destinations/segment-client.ts': 'segment-client',
  'src/destinations/file.ts': 'file',
  'src/destinations/exec.ts': 'exec',
  'src/destinations/honeycomb.ts': 'honeycomb',
  'src/destinations/otlp.ts': 'otlp',
  'src/destinations/prometheus.ts': 'prometheus',
  // Shared with a command, and large.
  'src/destinations/prometheus-text.ts': 'prometheus-text',
}
const COMMANDS = 'src/commands/index.ts'

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // The report's style sheet goes into the page as it is, a completion into the shell.
  loader: { '.css': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
  minify: true,
  legalComments: 'none',
  // The ES module form of a library loses what nobody calls, and is not wrapped in a function for each of its files.
  mainFields: ['module', 'main'],
  metafile: true,
  write: false,
  define: {
    SEND_METRICS_VERSION: JSON.stringify(versionIn('.')),
    SEGMENT_CLIENT_VERSION: JSON.stringify(versionIn('node_modules/@segment/analytics-node')),
  },
  logLevel: 'warning',
  logOverride: { 'import-is-undefined': 'error' },
}

/** What takes the place of a part of a library that is never reached from here. */
const NOTHING = 'export default function () {}; '
const STUBS = {
  '@inquirer/external-editor': `${NOTHING}export const editAsync = undefined`,
  'when-exit': NOTHING,
  // conf is told where its file is; this one, when it is loaded, throws for a user without a home.
  'env-paths': NOTHING,
  // Of the client for Prometheus only what writes the text is used; the rest measures Node itself, which nobody asked for.
  'prom-client': `export { default as Registry } from 'prom-client/lib/registry'`,
  // conf compares versions for migrations, of which there are none.
  semver: `export default {}`,
  'ajv/dist/2020.js': `${NOTHING}export const Ajv2020 = undefined`,
  'ajv-formats': NOTHING,
  // Segment's OAuth: 86 KB and node:crypto for a setting that there is not.
  jose: 'export const SignJWT = undefined, importPKCS8 = undefined',
  // Every message has its ID already; this one would load node:crypto.
  '@lukeed/uuid': `export const v4 = () => ''`,
  // simple-git's debug lines would go to the person's stderr wherever DEBUG=* is set.
  debug: `const log = () => Object.assign(() => {}, { extend: log }); export default Object.assign(log, { formatters: {} })`,
}

/** Parts of libraries that cannot be reached from here, and would cost every run or double the package. */
const stubs = {
  name: 'stubs',
  setup(build) {
    const filter = new RegExp(`^(${Object.keys(STUBS).join('|')})$`)
    build.onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: 'stub' }))
    build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path: name }) => ({ contents: STUBS[name], resolveDir: root }))
  },
}

/** Leaves a phase to run time wherever another file imports it, so that its libraries are in the package once. */
const phases = {
  name: 'phases',
  setup(build) {
    const { splitting } = build.initialOptions
    build.onResolve({ filter: /^\./ }, ({ path: name, kind, resolveDir }) => {
      const file = path.relative(root, path.resolve(resolveDir, name))
      if (kind === 'entry-point' || file === 'src/main.ts') return undefined
      const phase = file === COMMANDS && kind === 'dynamic-import' ? 'commands' : PHASES[file]
      // It would be in the phase that may load it, which is what the import is to avoid.
      if (phase === undefined && kind === 'dynamic-import' && !splitting)
        return { errors: [{ text: `${file} is imported by import() and is no phase: give it a line in PHASES` }] }
      return phase === undefined ? undefined : { path: `./${phase}.js`, external: true }
    })
  },
}

/** Sentences and examples of the tables of fields, of which only documentation is made; they would be in five files. */
const withoutDocumentation = {
  name: 'without-documentation',
  setup(build) {
    build.onLoad({ filter: /[/\\]src[/\\]event[/\\](?:tilt-)?fields\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8')
      const value = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\w.]+/u.source
      return { contents: text.replace(new RegExp(`\\n\\s*(?:description|example):\\s*(?:${value}),`, 'gu'), ''), loader: 'ts' }
    })
  },
}

/**
 * The one screen of messages as an export for each, so that a phase has those that it says and not all: they would be in sixteen files.
 * A message that is not found so is an error of the build.
 */
const messagesInUse = {
  name: 'messages-in-use',
  setup(build) {
    const SCREEN = /^export const say = \{\n(?<entries>.*?)\n\} as const$/msu
    build.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8')
      if (!file.endsWith(path.join('src', 'messages.ts'))) {
        const importing = /^import \{(?<others>.*?),? say \} from (?<from>'[./]+\/messages\.ts')$/mu.exec(text)
        if (importing === null) return undefined
        const { others, from } = importing.groups
        const lines = [`import * as say from ${from}`, ...(others === '' ? [] : [`import {${others} } from ${from}`])]
        return { contents: text.replace(importing[0], lines.join('; ')), loader: 'ts' }
      }
      const { entries } = SCREEN.exec(text).groups
      const exported = entries
        .split(/\n(?= {2}\w+:)/u)
        .map((entry) => entry.replace(/^ {2}(\w+):/u, 'export const $1 =').replace(/,\s*$/u, ';'))
      return { contents: text.replace(SCREEN, () => exported.join('\n')), loader: 'ts' }
    })
  },
}

const phased = await esbuild.build({
  ...common,
  entryPoints: Object.entries(PHASES).map(([input, out]) => ({ in: input, out })),
  outdir: 'dist',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  plugins: [stubs, phases, withoutDocumentation, messagesInUse],
  banner: { js: '"use strict";' },
})

// esbuild splits only ES modules; each chunk is turned into CommonJS afterwards, which Node starts faster.
const commands = await esbuild.build({
  ...common,
  entryPoints: [{ in: COMMANDS, out: 'commands' }],
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  chunkNames: 'commands-[name]-[hash]',
  plugins: [stubs, phases, withoutDocumentation, messagesInUse],
})

/**
 * `import * as fs from 'node:fs'` becomes a copy of all its properties, in each module anew, which costs a run
 * milliseconds; the module itself serves as well wherever nothing asks for its default export.
 */
function plainBuiltins(text) {
  return text.replace(/(?:([\w$]+)=|=>)[\w$]+\((require\("node:\w+"\))(?:,1)?\)/gu, (whole, name, plain) => {
    if (name === undefined) return `=>${plain}`
    return text.includes(`${name}.default`) ? whole : `${name}=${plain}`
  })
}

/** As bin/send-metrics.js loads it: a function, behind a sum of it by which the code is found that was compiled of it. */
function loadable(text) {
  const whole = `(function(exports,require,module,__filename,__dirname){${text}})`
  return `/*${createHash('sha256').update(whole).digest('hex').slice(0, 16)}*/${whole}`
}

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
for (const file of phased.outputFiles) writeFileSync(path.join(dist, path.basename(file.path)), loadable(plainBuiltins(file.text)))
for (const file of commands.outputFiles) {
  const usesUrl = file.text.includes('import.meta.url')
  const { code } = await esbuild.transform(file.text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    // What a run loads stays ASCII, which V8 keeps in half the memory; a command is better off smaller.
    charset: 'utf8',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: usesUrl ? 'const __importMetaUrl=require("node:url").pathToFileURL(__filename).href;' : '',
  })
  writeFileSync(path.join(dist, path.basename(file.path)), loadable(plainBuiltins(code)))
}
const inputs = [phased, commands].flatMap(({ metafile }) => Object.keys(metafile.inputs))
writeFileSync(path.join(root, 'THIRD-PARTY-NOTICES.txt'), notices(root, inputs))

const files = readdirSync(dist)
const bytes = files.reduce((sum, name) => sum + statSync(path.join(dist, name)).size, 0)
process.stdout.write(`dist: ${files.length} files, ${Math.round(bytes / 1024)} KB\n`)
