// Bundles src/ into dist/: CommonJS chunks, split where the source says `import()`.
// Why CommonJS and why bundled at all: docs/decisions/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import * as esbuild from 'esbuild'
import { notices } from './notices.mjs'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
const dist = path.join(root, 'dist')
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

// Parts of libraries that cannot be reached from here and would double the package.
const stubs = {
  name: 'stubs',
  setup(build) {
    build.onResolve({ filter: /^(@inquirer\/external-editor|ajv(\/.*)?|ajv-formats)$/ }, ({ path: name }) => ({
      path: name,
      namespace: 'stub',
    }))
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({
      contents: 'export default class {}; export const editAsync = undefined, Ajv2020 = undefined',
    }))
  },
}

const result = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  chunkNames: 'chunk-[name]-[hash]',
  define: { SEND_METRICS_VERSION: JSON.stringify(version) },
  plugins: [stubs],
  logLevel: 'warning',
})

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
for (const file of result.outputFiles) {
  // esbuild splits only ES modules; each chunk is turned into CommonJS afterwards, which Node starts faster.
  const { code } = await esbuild.transform(file.text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: file.text.includes('import.meta.url') ? 'const __importMetaUrl=require("node:url").pathToFileURL(__filename).href;' : '',
  })
  writeFileSync(path.join(dist, path.basename(file.path)), code)
}
writeFileSync(path.join(root, 'THIRD-PARTY-NOTICES.txt'), notices(root, Object.keys(result.metafile.inputs)))

const bytes = readdirSync(dist).reduce((sum, name) => sum + readFileSync(path.join(dist, name)).length, 0)
process.stdout.write(`dist: ${readdirSync(dist).length} files, ${Math.round(bytes / 1024)} KB\n`)
