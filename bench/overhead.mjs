// What a wrapped run costs beside the floor that Node itself sets. `node bench/overhead.mjs [--pairs N] [--rows words] [node …]`
// Exits 1 when a bar is missed on Node 22 or 24. Results: bench/results.json.
import * as fs from 'node:fs'
import * as os from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { interleaved, median, quantile, run } from './measure.mjs'
import { nodesToMeasure } from './nodes.mjs'
import { ROWS, setUp } from './rows.mjs'
import { Scratch } from './scratch.mjs'
import { ROWS_WITHOUT_NODE } from './without-node.mjs'

const RESULTS = fileURLToPath(new URL('results.json', import.meta.url))
/** Figures of Node 20 are reported beside the others. */
const BINDING = /^v2[24]\./u

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string', default: '40' }, rows: { type: 'string', default: '' } },
})

async function measureRow(row, setting, pairs) {
  const reason = row.needs?.(setting)
  if (reason !== undefined) return { name: row.name, skipped: reason }
  const [beside, ours] = await interleaved(await row.measurers(setting), pairs)
  const value = row.judge(median(beside), median(ours))
  const bar = typeof row.bar === 'function' ? await row.bar(setting) : row.bar
  return {
    name: row.name,
    kind: row.kind ?? 'ms',
    beside: { median: median(beside), p95: quantile(beside, 0.95) },
    ours: { median: median(ours), p95: quantile(ours, 0.95) },
    value,
    unit: row.unit,
    bar,
    met: value <= bar,
    note: await row.note?.(setting),
  }
}

async function measureNode(node, pairs, wanted) {
  const version = (await run({ program: node, args: ['--version'], env: {} })).trim()
  process.stdout.write(`\nNode ${version}, ${pairs} pairs a row, interleaved${BINDING.test(version) ? '' : ' (for comparison, no bars)'}\n`)
  process.stdout.write(`${line('', 'beside', 'p95', 'ours', 'p95', 'result', 'bar')}\n`)
  const scratch = new Scratch(node)
  const setting = await setUp(scratch)
  const rows = []
  try {
    for (const row of ROWS.filter(({ name }) => name.includes(wanted))) {
      const result = await measureRow(row, setting, pairs)
      rows.push(result)
      process.stdout.write(`${describe(result)}\n`)
    }
  } finally {
    setting.receivers.close()
    scratch.remove()
  }
  return { version, binding: BINDING.test(version), rows }
}

/** Runs in which no Node is started: each beside the same makefile without us. */
async function measureWithoutNode(node, pairs, wanted) {
  process.stdout.write(`\nWhere nothing can follow a run, ${pairs} pairs a row, interleaved\n`)
  process.stdout.write(`${line('', 'beside', 'p95', 'ours', 'p95', 'result', 'bar')}\n`)
  const scratch = new Scratch(node)
  const rows = []
  try {
    for (const row of ROWS_WITHOUT_NODE.filter(({ name }) => name.includes(wanted))) {
      const result = await measureRow(row, { scratch }, pairs)
      rows.push({ ...result, ratio: result.ours.median / result.beside.median })
      process.stdout.write(`${describe(result)}  ${(result.ours.median / result.beside.median).toFixed(2)} ×\n`)
    }
  } finally {
    scratch.remove()
  }
  return rows
}

function describe({ name, kind, skipped, beside, ours, value, unit, bar, met, note }) {
  if (skipped !== undefined) return `${name}: not measured, ${skipped}`
  const figures = [beside.median, beside.p95, ours.median, ours.p95].map((figure) => figure.toFixed(1))
  const result = `${value.toFixed(2)} ${unit}`
  const said = `${line(name, ...figures, result, `≤ ${Number(bar.toFixed(2))}`)} ${met ? '' : 'MISSED'}${kind === 'MB' ? ' (MB)' : ''}`
  return note === undefined ? said.trimEnd() : `${said.trimEnd()}\n    ${note}`
}

function line(name, ...cells) {
  return `${name.padEnd(56)}${cells.map((cell) => cell.padStart(9)).join('')}`
}

function machine() {
  const cpus = os.cpus()
  return {
    system: `${os.type()} ${os.release()}`,
    processor: cpus[0]?.model ?? '',
    processors: cpus.length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
  }
}

async function bench() {
  const here = machine()
  process.stdout.write(`${here.system}, ${here.processors} × ${here.processor}, ${here.memoryGb} GB; milliseconds unless said\n`)
  const nodes = []
  const withoutNode = await measureWithoutNode(process.execPath, Number(values.pairs), values.rows)
  for (const node of await nodesToMeasure(positionals)) nodes.push(await measureNode(node, Number(values.pairs), values.rows))
  fs.writeFileSync(RESULTS, `${JSON.stringify({ at: new Date().toISOString(), machine: here, withoutNode, nodes }, undefined, 2)}\n`)
  const binding = [...nodes.filter((one) => one.binding), { version: 'without Node', rows: withoutNode }]
  const missed = binding.flatMap(({ version, rows }) => rows.filter(({ met }) => met === false).map(({ name }) => `${version}: ${name}`))
  process.stdout.write(missed.length === 0 ? '\nEvery bar is met.\n' : `\nMissed:\n${missed.map((one) => `  ${one}\n`).join('')}`)
  return missed.length === 0
}

process.exitCode = (await bench()) ? 0 : 1
