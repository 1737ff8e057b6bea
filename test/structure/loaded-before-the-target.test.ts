import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { NODE, run } from '../support/cli.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

/** Node's own modules that `wrap` loads before make runs, beyond those that any script needs to start a process. */
const BUILTINS = ['Internal Binding signal_wrap']

/** Files of the package, and who needs more of them: whoever has decided, and whoever hands make more than a target. */
const FILES = ['bin/send-metrics.js', 'dist/main.js']
const DECIDED = 'dist/decided.js'
const COMMAND_LINE = 'dist/command-line.js'

const SPY = `const cp = require('node:child_process')
const vm = require('node:vm')
const real = cp.ChildProcess.prototype.spawn
const compiled = []
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    compiled.push(options.filename)
  }
}
cp.ChildProcess.prototype.spawn = function (...words) {
  const loaded = { builtins: process.moduleLoadList, files: [...Object.keys(require.cache), ...compiled] }
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

  async function filesLoadedBy(...words: string[]): Promise<string[]> {
    const { files } = await loadedBy('bin/send-metrics.js', 'wrap', ...words)
    return files.map((file) => path.relative(process.cwd(), file)).filter((file) => !file.endsWith('spy.cjs'))
  }

  test('is what any script loads that starts a process, and a short list', async () => {
    const floor = await loadedBy('bench/floor.js', 'x')
    const ours = await loadedBy('bin/send-metrics.js', 'wrap', 'x')
    expect(ours.builtins.filter((name) => !floor.builtins.includes(name) && !BUILTINS.includes(name))).toEqual([])
    expect(await filesLoadedBy('x')).toEqual(FILES)
    expect(await filesLoadedBy('--', 'make', 'impl-x')).toEqual([...FILES, COMMAND_LINE])
  })

  test('is one file more for whoever has decided', async () => {
    await at.tool(['consent', 'local'])
    expect(await filesLoadedBy('x')).toEqual([...FILES, DECIDED])
  })
})
