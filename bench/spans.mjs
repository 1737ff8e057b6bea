// What a recipe line costs more with spans: the same makefile of 1,000 lines under `wrap`, with and without them, one
// after the other in turn, the lowest of some rounds. The start of /bin/true beside it, because both tracers are little
// more than a start.
import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'

const LINES = 1_000
const ROUNDS = 9
const root = fileURLToPath(new URL('..', import.meta.url))
const KINDS = {
  'a line for the shell': '@: $@ && :',
  'a program by itself': '@/bin/true $@',
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-spans-bench-'))
try {
  const homes = Object.fromEntries(['sh', 'C'].map((tracer) => [tracer, home(tracer)]))
  for (const [kind, line] of Object.entries(KINDS)) {
    fs.writeFileSync(path.join(scratch, 'Makefile'), `N := $(shell seq 1 ${LINES})\nall: $(N)\n$(N): ; ${line}\n`)
    const times = { without: [], sh: [], C: [], start: [] }
    for (let round = 0; round < ROUNDS; round++) {
      times.without.push(timed(homes.sh, []))
      times.sh.push(timed(homes.sh, ['--spans']))
      times.C.push(timed(homes.C, ['--spans']))
      times.start.push(starts())
    }
    const { without, sh, C, start } = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, Math.min(...list) / LINES]))
    const more = (ms) => `+${(ms - without).toFixed(2)} ms`
    process.stdout.write(
      `${kind}: ${without.toFixed(2)} ms; in sh ${more(sh)}, in C ${more(C)}; a start of /bin/true ${start.toFixed(2)} ms\n`,
    )
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true })
}

/** A home in which this machine only was chosen, with the tracer built for C. */
function home(tracer) {
  const folder = path.join(scratch, tracer)
  fs.mkdirSync(path.join(folder, '.cache/send-metrics/tracer'), { recursive: true })
  if (tracer === 'C') {
    const out = path.join(folder, '.cache/send-metrics/tracer', `line-1-${process.platform}-${process.arch}`)
    execFileSync('cc', ['-O2', '-static', '-o', out, path.join(root, 'tracer/line.c')])
  }
  fs.writeFileSync(path.join(scratch, 'send-metrics.json'), '{ "project": "Bench" }')
  wrap(folder, ['consent', 'local'])
  return folder
}

function wrap(folder, words) {
  const env = { PATH: process.env.PATH, HOME: folder }
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'bin/send-metrics.js'), ...words], { cwd: scratch, env })
  if (status !== 0) throw new Error(`${words.join(' ')}: ${status} ${stderr}`)
}

function timed(folder, words) {
  const start = process.hrtime.bigint()
  wrap(folder, ['wrap', ...words, '--', 'make'])
  return Number(process.hrtime.bigint() - start) / 1e6
}

/** As many starts by a shell, in ms. */
function starts() {
  const start = process.hrtime.bigint()
  execFileSync('/bin/sh', ['-c', `i=0; while [ $i -lt ${LINES} ]; do /bin/true; i=$((i + 1)); done`])
  return Number(process.hrtime.bigint() - start) / 1e6
}
