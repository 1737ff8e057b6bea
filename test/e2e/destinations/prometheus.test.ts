import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { NODE, run } from '../../support/cli.ts'
import { otherVersion } from '../../support/other-version.ts'
import { eventually } from '../../support/patience.ts'
import { complaints, hasPrometheus, nodeExporter, prometheusServer, pushgateway, query, type Server } from '../../support/prometheus.ts'
import { type Scratch, scratch } from '../../support/scratch.ts'
import { stranger } from '../../support/trouble.ts'

const IS_THERE = hasPrometheus()
const TARGETS = ['build', 'test', 'lint']
const RUNS_EACH = 40
const MAKEFILE = 'impl-build impl-test: ; @:\nimpl-lint: ; @exit 1\n'

let running: Server[] = []
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})

async function keep(starting: Promise<Server>): Promise<Server> {
  const server = await starting
  running.push(server)
  return server
}

/** Waits until a query has that answer, which Prometheus has after its next scrape. */
async function answers(server: Server, promql: string, expected: number): Promise<void> {
  let value: number | undefined
  await eventually(
    () => `${promql} is ${expected}, not ${value}`,
    async () => {
      value = await query(server, promql)
      return value === expected
    },
  )
}

/** All runs of all targets, a few processes at a time. */
async function runAll(at: Scratch): Promise<void> {
  const todo = TARGETS.flatMap((target) => Array.from({ length: RUNS_EACH }, () => target))
  const worker = async () => {
    for (let target = todo.pop(); target !== undefined; target = todo.pop()) await at.wrap([target])
  }
  await Promise.all(Array.from({ length: 6 }, worker))
  expect((await at.tool(['flush'])).code).toBe(0)
}

const text = async (server: Server) => (await fetch(`${server.url}/metrics`)).text()
const own = (metrics: string) =>
  metrics.split('\n').filter((line) => line.startsWith('send_metrics_') || /^# \w+ send_metrics_/u.test(line))

test('runs from parallel processes: every way to Prometheus has each of them once, and a second version goes on', async () => {
  if (!IS_THERE) return
  const gateway = await keep(pushgateway())
  const at = scratch({
    makefile: MAKEFILE,
    project: {
      targets: TARGETS,
      destinations: [
        { type: 'prometheus', pushgateway: gateway.url },
        { type: 'prometheus', textfile: 'prom/demo.prom' },
      ],
    },
    files: { 'prom/.keep': '' },
  })
  await at.agree()
  const exporter = await keep(nodeExporter(path.join(at.repo, 'prom')))
  const server = await keep(prometheusServer(at.folder, { gateway: gateway.port, exporter: exporter.port }))
  await runAll(at)

  const all = TARGETS.length * RUNS_EACH
  for (const where of ['job="send_metrics"', 'job="exporter"']) {
    await answers(server, `sum(send_metrics_target_runs_total{${where}})`, all)
    await answers(server, `sum(send_metrics_target_runs_total{${where},target="lint",outcome="failure"})`, RUNS_EACH)
    await answers(server, `sum(send_metrics_target_duration_seconds_bucket{${where},le="+Inf"})`, all)
    await answers(server, `sum(send_metrics_target_duration_seconds_count{${where}})`, all)
    await answers(server, `count(send_metrics_last_run_timestamp_seconds{${where}})`, TARGETS.length)
  }
  const recorded = (await at.log()).filter((line) => line.type === 'run')
  for (const le of [0.1, 0.25, 0.5, 1, 2.5]) {
    const within = recorded.filter((line) => Number(line.duration_ms) <= le * 1_000).length
    await answers(server, `sum(send_metrics_target_duration_seconds_bucket{job="exporter",le="${le}"})`, within)
  }
  const exported = (await at.tool(['export', 'prometheus'])).stdout
  for (const metrics of [exported, await text(gateway), await text(exporter)]) expect(complaints(`${own(metrics).join('\n')}\n`)).toBe('')
  const counts = (metrics: string) => own(metrics).filter((line) => line.startsWith('send_metrics_target_runs_total')).length
  expect([exported, await text(gateway), await text(exporter)].map(counts)).toEqual([3, 3, 3])

  const options = { cwd: at.repo, env: at.env }
  const ended = await run(NODE, [otherVersion(at.folder), 'wrap', 'build'], options)
  expect(ended.code).toBe(0)
  for (const where of ['job="send_metrics"', 'job="exporter"'])
    await answers(server, `sum(send_metrics_target_runs_total{${where}})`, all + 1)
  const again = (await run(NODE, [otherVersion(at.folder), 'export', 'prometheus'], options)).stdout
  expect(again).toContain(`send_metrics_target_runs_total{project="Demo",target="build",outcome="success"} ${RUNS_EACH + 1}\n`)
})

test('a scraper is answered until Ctrl-C', async () => {
  if (!IS_THERE) return
  const at = scratch({ makefile: MAKEFILE, project: { targets: TARGETS } })
  await at.tool(['consent', 'local'])
  for (const target of TARGETS) await at.wrap([target])
  const screen = at.screen('send-metrics', ['export', 'prometheus', '--listen', '127.0.0.1:0'])
  let address: string | undefined
  while (address === undefined) {
    address = /http:\/\/127\.0\.0\.1:(\d+)\/metrics/u.exec(await screen.screen())?.[1]
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const server = await keep(prometheusServer(at.folder, { local: Number(address) }))
  await answers(server, 'sum(send_metrics_target_runs_total)', 3)
  await at.wrap(['build'])
  await answers(server, 'sum(send_metrics_target_runs_total{target="build"})', 2)
  const there = `http://127.0.0.1:${address}`
  expect((await fetch(`${there}/`)).status).toBe(404)
  expect((await fetch(`${there}/metrics`, { method: 'POST' })).status).toBe(405)
  screen.type('\x03')
  expect((await screen.ended).code).toBe(0)
})

test('what is exported does not go back when old months are removed', async () => {
  const at = scratch({ makefile: MAKEFILE, project: { targets: TARGETS } })
  await at.tool(['consent', 'local'])
  await at.wrap(['build'])
  const first = (await at.tool(['export', 'prometheus'])).stdout
  const state = path.join(at.home, '.local/state/send-metrics')
  for (const name of fs.readdirSync(state, { recursive: true }) as string[]) if (/runs-/u.test(name)) fs.rmSync(path.join(state, name))
  expect((await at.tool(['export', 'prometheus'])).stdout).toBe(first)
  await at.wrap(['build'])
  expect((await at.tool(['export', 'prometheus'])).stdout).toContain('target="build",outcome="success"} 2\n')
})

test.each([
  ['a port that is none', ['export', 'prometheus', '--listen', '127.0.0.1:99999'], 2, /It must be a host and a port/u],
  ['nothing to export', ['export'], 2, /prometheus/u],
  ['something else', ['export', 'promethues'], 2, /prometheus/u],
])('a mistake is told: %s', async (_name, words, code, message) => {
  expect(await scratch().tool(words)).toMatchObject({ code, stderr: expect.stringMatching(message) })
})

test('a port that is taken is told, and nothing is recorded here is said', async () => {
  const taken = await stranger(() => {})
  const address = new URL(taken.url).host
  const { code, stderr } = await scratch().tool(['export', 'prometheus', '--listen', address]).finally(taken.close)
  expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/u)])
  expect(await scratch().tool(['export', 'prometheus'])).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing is recorded') })
})

test('the file can be read by another user, whatever the umask of whoever runs make', async () => {
  const at = scratch({ project: { destinations: [{ type: 'prometheus', textfile: 'x.prom' }] } })
  await at.agree()
  const mask = process.umask(0o077)
  await at.wrap(['build']).finally(() => process.umask(mask))
  expect(fs.statSync(path.join(at.repo, 'x.prom')).mode & 0o777).toBe(0o644)
})

test("a file that holds something else is not overwritten, nor another project's", async () => {
  const at = scratch({ project: { destinations: [{ type: 'prometheus', textfile: 'x.prom' }] }, files: { 'x.prom': 'node_load1 1\n' } })
  await at.tool(['consent', 'on'])
  await at.wrap(['build'])
  expect(fs.readFileSync(path.join(at.repo, 'x.prom'), 'utf8')).toBe('node_load1 1\n')
  expect((await at.log()).find((line) => line.type === 'attempt')).toMatchObject({
    result: 'retry',
    reason: expect.stringContaining('is not ours'),
  })
})
