// Wrapped runs, many at a time, against a receiver that fails at random; then what became of every one.
// `node bench/soak.mjs [runs] [at a time] [seed]`; exits 1 when an event was lost, doubled in the ledger or changed.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { moodyReceiver } from './moody-receiver.mjs'

const [runs, atATime, seed] = [process.argv[2] ?? 5_000, process.argv[3] ?? 20, process.argv[4] ?? Date.now() % 100_000].map(Number)
const NODE = process.env.NODE_UNDER_TEST || process.execPath
const BIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '../bin/send-metrics.js')
/** A failure keeps every run away for five minutes; a flush after so many runs does not care. */
const FLUSH_EVERY = 20
/** Far below the outbox's own bound of 1,000, where dropping would be right: the runs wait for the flushes. */
const MOST_WAITING = 500

function scratch(url) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-soak-'))
  const destinations = [{ type: 'segment', writeKey: 'key', host: url }]
  fs.mkdirSync(path.join(folder, 'home'))
  fs.writeFileSync(path.join(folder, 'send-metrics.json'), JSON.stringify({ project: 'Soak', budgetMs: 500, destinations }))
  fs.writeFileSync(path.join(folder, 'Makefile'), 'impl-%: ; @exit $$(( $* % 3 ))\n')
  return folder
}

function tool(folder, words) {
  const env = { PATH: process.env.PATH, HOME: path.join(folder, 'home') }
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, [BIN, ...words], { cwd: folder, env, stdio: 'ignore' })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal ?? code))
  })
}

/** Takes numbers from a shared count, so that there are always `atATime` runs at once. */
async function wrapAll(folder) {
  const failures = []
  let next = 0
  let flushing = Promise.resolve()
  const worker = async () => {
    for (let number = next++; number < runs; number = next++) {
      const end = await tool(folder, ['wrap', String(number)])
      // make exits 2 for any recipe that failed.
      if (end !== (number % 3 === 0 ? 0 : 2)) failures.push(`run ${number} ended with ${end}`)
      if (number % FLUSH_EVERY !== FLUSH_EVERY - 1) continue
      flushing = flushing.then(() => tool(folder, ['flush']))
      while (waitingIn(folder) > MOST_WAITING) await tool(folder, ['flush'])
    }
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  await flushing
  return failures
}

function stateFolder(folder) {
  const parent = path.join(folder, 'home/.local/state/send-metrics')
  return path.join(parent, fs.readdirSync(parent)[0])
}

function waitingIn(folder) {
  const outboxes = path.join(stateFolder(folder), 'outbox')
  return fs.readdirSync(outboxes).flatMap((name) => fs.readdirSync(path.join(outboxes, name))).length
}

/** What the ledger holds. */
function ledger(folder) {
  const state = stateFolder(folder)
  const lines = (series) =>
    fs
      .readdirSync(state)
      .filter((name) => name.startsWith(series))
      .flatMap((name) => fs.readFileSync(path.join(state, name), 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { recorded: lines('runs-').filter(({ type }) => type === 'run'), attempts: lines('attempts-') }
}

/** Each of these must be nothing. */
function faults({ recorded, attempts }, waiting, bodies) {
  const ids = recorded.map(({ id }) => id)
  return {
    'runs that are not in the ledger': runs - new Set(recorded.map(({ command }) => command)).size,
    'runs that are there more than once': ids.length - new Set(recorded.map(({ command }) => command)).size,
    'events that were never received': ids.filter((id) => !bodies.has(id)).length,
    'events received that are not in the ledger': [...bodies.keys()].filter((id) => !ids.includes(id)).length,
    'events received under two bodies': [...bodies.values()].filter(({ size }) => size > 1).length,
    'events dropped': attempts.filter(({ result }) => result === 'drop').flatMap(({ events }) => events).length,
    'events still waiting': waiting,
  }
}

function print(figures) {
  for (const [name, value] of Object.entries(figures)) process.stdout.write(`${String(value).padStart(8)}  ${name}\n`)
}

async function soak() {
  const receiver = await moodyReceiver(seed)
  const folder = scratch(receiver.url)
  const start = performance.now()
  await tool(folder, ['consent', 'on'])
  receiver.calm = false
  const failures = await wrapAll(folder)
  const seconds = Math.round((performance.now() - start) / 1000)
  const left = waitingIn(folder)
  receiver.calm = true
  for (let round = 0; round < 5 && waitingIn(folder) > 0; round++) await tool(folder, ['flush'])
  const kept = ledger(folder)
  const times = [...receiver.bodies.values()].map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0))
  const wrong = { ...faults(kept, waitingIn(folder), receiver.bodies), 'runs that ended otherwise than their target': failures.length }
  process.stdout.write(`soak: ${runs} runs, ${atATime} at a time, seed ${seed}, Node of the tool: ${NODE}, ${seconds} s\n`)
  print(Object.fromEntries(Object.entries(receiver.answers).map(([name, count]) => [`requests or connections ${name}`, count])))
  print({
    'runs in the ledger': kept.recorded.length,
    'events received': receiver.bodies.size,
    'of them more than once, the same each time': times.filter((count) => count > 1).length,
    'events waiting when the last run had ended': left,
    ...wrong,
  })
  const sound = Object.values(wrong).every((count) => count === 0)
  process.stdout.write(sound ? 'nothing lost, nothing changed\n' : `WRONG; the first: ${failures[0] ?? 'see above'}\n`)
  receiver.close()
  fs.rmSync(folder, { recursive: true, force: true })
  return sound
}

process.exitCode = (await soak()) ? 0 : 1
