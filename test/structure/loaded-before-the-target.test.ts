import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { NODE, run } from '../support/cli.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

/** Node's own modules that `wrap` loads before make runs, beyond those that any script needs to start a process. */
const BUILTINS = [
  'Internal Binding signal_wrap',
  // node:module with what it needs, for the compile cache, which saves more than it costs; not on Node 20, which has none.
  'NativeModule internal/modules/esm/assert',
  'NativeModule internal/modules/esm/loader',
  'NativeModule internal/source_map/source_map',
  'NativeModule module',
]

/** Files of the package. */
const FILES = ['bin/send-metrics.js', 'dist/main.js']

const SPY = `const cp = require('node:child_process')
const real = cp.ChildProcess.prototype.spawn
cp.ChildProcess.prototype.spawn = function (...words) {
  const loaded = { builtins: process.moduleLoadList, files: Object.keys(require.cache) }
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify(loaded))
  cp.ChildProcess.prototype.spawn = real
  return real.apply(this, words)
}
`

describe('what is loaded when the target starts', () => {
  let at: Scratch
  beforeAll(() => {
    at = scratch()
    addFiles(at.repo, { Makefile: 'impl-x: ; @:\n' })
    addFiles(at.folder, { 'spy.cjs': SPY })
    // The folder for compiled code, so that its cost is counted.
    fs.mkdirSync(path.join(at.home, '.cache/send-metrics'), { recursive: true })
  })

  /** Runs a script of the repository, and tells what it had loaded when it started make. */
  async function loadedBy(script: string, ...words: string[]): Promise<{ builtins: string[]; files: string[] }> {
    const file = path.join(at.folder, 'loaded.json')
    const env = { ...at.env, LOADED: file }
    const { code } = await run(NODE, ['--require', path.join(at.folder, 'spy.cjs'), path.resolve(script), ...words], { cwd: at.repo, env })
    expect(code).toBe(0)
    return JSON.parse(fs.readFileSync(file, 'utf8')) as { builtins: string[]; files: string[] }
  }

  test('is what any script loads that starts a process, and a short list', async () => {
    const floor = await loadedBy('bench/floor.js', 'x')
    const ours = await loadedBy('bin/send-metrics.js', 'wrap', 'x')
    expect(ours.builtins.filter((name) => !floor.builtins.includes(name) && !BUILTINS.includes(name))).toEqual([])
    const files = ours.files.map((file) => path.relative(process.cwd(), file)).filter((file) => !file.endsWith('spy.cjs'))
    expect(files.sort()).toEqual(FILES)
  })
})
