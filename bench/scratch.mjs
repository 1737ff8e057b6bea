import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './measure.mjs'

const BIN = fileURLToPath(new URL('../bin/send-metrics.js', import.meta.url))
const MAKEFILE = `nothing: ; @:
impl-nothing: ; @:
alone: ; @$(MAKE) --no-print-directory impl-nothing
plain: ; @:
alone-plain: ; @$(MAKE) --no-print-directory impl-plain
impl-short: ; @sleep 0.3
impl-half: ; @sleep 0.5; $(STAMP)
`
const STAMP = '#!/bin/bash\necho "$EPOCHREALTIME" > "$STAMP_FILE"\n'

/** A scratch repository, and a home folder for each thing a person may have decided. */
export class Scratch {
  constructor(node) {
    this.node = node
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-bench-'))
    this.stamp = path.join(this.folder, 'stamp')
    this.stampFile = path.join(this.folder, 'stamped')
    fs.writeFileSync(this.stamp, STAMP, { mode: 0o755 })
    this.bin = path.join(this.folder, 'bin')
    fs.mkdirSync(this.bin)
    fs.symlinkSync(node, path.join(this.bin, 'node'))
    fs.symlinkSync(BIN, path.join(this.bin, 'send-metrics'))
  }

  /** A repository with one commit whose project sends to `url`; the folder. */
  async repository(name, url) {
    const folder = path.join(this.folder, name)
    fs.mkdirSync(folder)
    const destinations = [{ type: 'segment', writeKey: 'key', host: url }]
    fs.writeFileSync(path.join(folder, 'send-metrics.json'), JSON.stringify({ project: `Bench ${name}`, targets: ['%'], destinations }))
    fs.writeFileSync(path.join(folder, 'Makefile'), MAKEFILE)
    const git = (...args) => run({ program: 'git', args: ['-C', folder, ...args], env: this.environment('nobody') })
    await git('init', '--quiet')
    await git('add', '.')
    await git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', 'commit', '--quiet', '--message', 'Bench')
    return folder
  }

  /** The environment of somebody with a home folder of their own. */
  environment(home, more = {}) {
    const folder = path.join(this.folder, 'homes', home)
    fs.mkdirSync(folder, { recursive: true })
    return { PATH: `${this.bin}:${process.env.PATH}`, HOME: folder, ...more }
  }

  /** Runs a command of the tool, to prepare; what it prints. */
  tool(cwd, env, ...words) {
    return run({ program: this.node, args: [BIN, ...words], env, cwd })
  }

  /** What `wrap` is measured with: the tool as it is typed, with this Node. */
  wrap(cwd, env, target, before) {
    return { program: path.join(this.bin, 'send-metrics'), args: ['wrap', target], env, cwd, before }
  }

  /** The same without the door, which takes what NODE_OPTIONS says from Node. */
  wrapByNode(cwd, env, target) {
    return { program: this.node, args: [BIN, 'wrap', target], env, cwd }
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The state folder of the only project in a home. */
export function stateFolder(env) {
  const parent = path.join(env.HOME, '.local/state/send-metrics')
  return path.join(parent, fs.readdirSync(parent)[0])
}

/** Lets the next run try again at once. */
export function closeBreakers(env) {
  fs.rmSync(path.join(stateFolder(env), 'breakers'), { recursive: true })
}

/** Fills the ledger with copies of its last run, `count` of them over the last eleven months. */
export function fillLedger(env, count) {
  const state = stateFolder(env)
  const sample = fs.readdirSync(state).find((name) => name.startsWith('runs-'))
  const line = JSON.parse(fs.readFileSync(path.join(state, sample), 'utf8').trim().split('\n').at(-1))
  const months = Array.from({ length: 11 }, (_, back) => new Date(Date.now() - back * 30 * 86_400_000).toISOString().slice(0, 7))
  for (const month of new Set(months)) {
    const lines = Array.from({ length: Math.ceil(count / new Set(months).size) }, () => JSON.stringify({ ...line, id: randomUUID() }))
    fs.appendFileSync(path.join(state, `runs-${month}.jsonl`), `${lines.join('\n')}\n`)
  }
}

/** Keeps `count` events waiting; what a run delivered is put back before the next. */
export class FullOutbox {
  constructor(env, count) {
    this.count = count
    const outboxes = path.join(stateFolder(env), 'outbox')
    this.folder = path.join(outboxes, fs.readdirSync(outboxes)[0])
    const [sample] = fs.readdirSync(this.folder)
    this.event = JSON.parse(fs.readFileSync(path.join(this.folder, sample), 'utf8'))
  }

  refill() {
    const missing = this.count - fs.readdirSync(this.folder).length
    for (let at = 0; at < missing; at++) this.add()
  }

  add() {
    const now = Date.now().toString(16).padStart(12, '0')
    const id = `${now.slice(0, 8)}-${now.slice(8)}-7${randomUUID().slice(15)}`
    fs.writeFileSync(path.join(this.folder, `${id}.json`), JSON.stringify({ ...this.event, id }))
  }
}
