// What it takes to look at a million runs: `make bench-insight`. The figures of docs/performance.md.
import { randomBytes, randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, timed } from './measure.mjs'
import { Scratch, stateFolder } from './scratch.mjs'

const BIN = fileURLToPath(new URL('../bin/send-metrics.js', import.meta.url))
const PEAK = fileURLToPath(new URL('peak.cjs', import.meta.url))
const RUNS = 1_000_000
const TIMES = 5
const LIMIT_MS = 2_000
const LIMIT_MB = 300
const TARGETS = ['build', 'test', 'lint', 'docs', 'dev.up', 'dev.provision', 'migrate']
const YEAR_MS = 335 * 86_400_000

/** Fills a ledger with runs over eleven months, each line as long as a real one. */
function fill(state, count) {
  const now = Date.now()
  const files = new Map()
  for (let at = 0; at < count; at++) {
    const start = new Date(now - ((count - at) / count) * YEAR_MS).toISOString()
    const month = start.slice(0, 7)
    const lines = files.get(month) ?? []
    lines.push(JSON.stringify(line(at, start)))
    files.set(month, lines)
    if (lines.length === 5_000) write(state, month, lines.splice(0))
  }
  for (const [month, lines] of files) write(state, month, lines)
}

function write(state, month, lines) {
  if (lines.length > 0) fs.appendFileSync(path.join(state, `runs-${month}.jsonl`), `${lines.join('\n')}\n`)
}

function line(at, start) {
  const failed = at % 13 === 0
  return {
    type: 'run',
    id: randomUUID(),
    command_type: 'make',
    command: TARGETS[at % TARGETS.length],
    start_time: start,
    duration_ms: Math.round(Math.exp(8 + (at % TARGETS.length) / 2 + Math.random())),
    exit_status: failed ? 2 : 0,
    outcome: failed ? 'failure' : 'success',
    git_commit_time: `${start.slice(0, 10)}T00:00:00Z`,
    git_commit_pseudonym: start.slice(0, 13).replace(/\D/gu, '').padStart(16, '0'),
    git_checked_out_default_branch: true,
    git_dirty: at % 3 === 0,
    os_type: 'linux',
    host_arch: 'amd64',
    cpu_count: 8,
    memory_gb: 16,
    is_ci: false,
    is_container: false,
    is_test: 'no',
    run_id: randomBytes(8).toString('hex'),
    trace_id: randomBytes(16).toString('hex'),
    send_metrics_version: '0.1.0',
    schema_version: 1,
  }
}

/** Time, processor time and peak memory of a command, the median of a few. */
async function measure(env, cwd, words) {
  const peakFile = path.join(env.HOME, 'peak')
  const times = []
  const peaks = []
  const processor = []
  for (let at = 0; at < TIMES; at++) {
    const args = ['--require', PEAK, BIN, ...words]
    times.push(await timed({ program: process.execPath, args, env: { ...env, PEAK_FILE: peakFile }, cwd }))
    peaks.push(Number(fs.readFileSync(peakFile, 'utf8')) / 1_024)
    processor.push(Number(fs.readFileSync(`${peakFile}.cpu`, 'utf8')))
  }
  return { seconds: median(times) / 1_000, cpu: median(processor) / 1_000, mb: median(peaks) }
}

const scratch = new Scratch(process.execPath)
try {
  const cwd = await scratch.repository('insight', 'http://127.0.0.1:9')
  const env = scratch.environment('one')
  await scratch.tool(cwd, env, 'consent', 'local')
  await scratch.tool(cwd, env, 'wrap', 'nothing')
  fill(stateFolder(env), RUNS)
  const all = fs.readdirSync(stateFolder(env)).filter((name) => name.startsWith('runs-'))
  const files = all.map((name) => path.join(stateFolder(env), name))
  const rows = [
    ['stats'],
    ['stats', '--since', 'all'],
    ['stats', '--since', 'all', '--json'],
    ['stats', '--since', 'all', '--input', ...files],
    ['report', '--since', 'all', '--force', '-o', path.join(scratch.folder, 'report.html')],
  ]
  process.stdout.write(`${RUNS.toLocaleString('en-US')} runs, Node ${process.version}; limit ${LIMIT_MS / 1_000} s and ${LIMIT_MB} MB\n`)
  for (const words of rows) {
    const { seconds, cpu, mb } = await measure(env, cwd, words)
    const missed = seconds * 1_000 > LIMIT_MS || mb > LIMIT_MB ? '  over the limit' : ''
    process.stdout.write(
      `${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of processor)  ${String(Math.round(mb)).padStart(4)} MB  send-metrics ${shown(words)}${missed}\n`,
    )
  }
} finally {
  scratch.remove()
}

function shown(words) {
  return (
    words
      .map((word) => (word.startsWith('/') ? '' : word))
      .filter(Boolean)
      .join(' ') + (words.includes('--input') ? ' FILE…' : '')
  )
}
