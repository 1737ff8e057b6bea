import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exposition } from '../../src/destinations/prometheus-text.ts'
import { count, readTotals } from '../../src/destinations/prometheus-totals.ts'
import { grafana } from '../support/dashboards.ts'
import { filledPrometheus, hasPrometheus, type Sample, type Server, samplesAt } from '../support/prometheus.ts'
import { testdir } from '../support/testdir.ts'

const IS_THERE = hasPrometheus()
const STEP = 300
const STEPS = 26 * 12
const END = Math.floor(Date.now() / 1_000 / STEP) * STEP
/** When the dashboard is looked at, with twelve hours before it. */
const NOW = END - 3_600

let server: Server
beforeAll(async () => {
  if (IS_THERE) server = await filledPrometheus(testdir(), await samples())
})
afterAll(() => server?.stop())

/** In each step one run of each target: a slow one, one that fails every other time, one that is interrupted, one with outliers. */
async function samples(): Promise<string> {
  const totals = readTotals(undefined)
  const lines: string[] = []
  for (let step = 0; step < STEPS; step++) {
    const at = END - (STEPS - step) * STEP
    const run = (command: string, seconds: number, outcome: string) => {
      const start_time = new Date((at - seconds) * 1_000).toISOString()
      count(totals, `${command}${step}`, { command, outcome, duration_ms: seconds * 1_000, start_time, is_test: 'no' })
    }
    run('build', 20, 'success')
    run('test', 100, step % 2 === 0 ? 'success' : 'failure')
    run('serve', 4, 'interrupted')
    run('deploy', step % 25 === 24 ? 2_000 : 2, 'success')
    const text = await exposition([{ project: 'Demo', totals }])
    for (const line of text.split('\n'))
      if (line !== '' && !line.startsWith('#')) lines.push(`${line.replace('{', '{job="local",')} ${at}\n`)
  }
  return lines.join('')
}

/** As Grafana fills it in. */
function filledIn(promql: string): string {
  const values = { job: 'local', project: '(Demo)', target: '(build|test|serve|deploy)', __range: '12h', __interval: '1h' }
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`$${name}`, value), promql)
}

async function show(title: string): Promise<Sample[]> {
  const panel = grafana('grafana-prometheus.json').panels.find((one) => one.title === title)
  return samplesAt(server, filledIn(panel?.targets?.[0]?.expr ?? ''), NOW)
}

const byTarget = (samples: readonly Sample[]) => samples.map(({ labels, value }) => [labels.target, Math.round(value * 100) / 100])

test('Prometheus answers the query of every panel with something', async () => {
  if (!IS_THERE) return
  const { panels } = grafana('grafana-prometheus.json')
  for (const { title = '' } of panels) {
    const samples = await show(title)
    expect([title, samples.length > 0, samples.every(({ value }) => Number.isFinite(value))]).toEqual([title, true, true])
  }
})

test('the panels show what happened', async () => {
  if (!IS_THERE) return
  // Twelve hours of a run every five minutes.
  expect((await show('Runs'))[0]?.value).toBeCloseTo(4 * 144, 0)
  expect((await show('Failed'))[0]?.value).toBeCloseTo(72 / 432, 2)
  expect((await show('Time lost'))[0]?.value).toBeCloseTo(72 * 100 + 144 * 4, 0)
  // Estimates within the bounds of a bucket: 60 to 120, 10 to 30, 1 to 2.5 seconds.
  expect(byTarget(await show('Slowest targets: median'))).toEqual([
    ['test', 90],
    ['build', 20],
    ['deploy', expect.closeTo(1.79, 1)],
  ])
  expect(byTarget(await show('Slowest targets: 95th percentile'))[0]).toEqual(['test', 117])
  expect(byTarget(await show('Failure rate'))).toEqual([['test', 0.5]])
  expect(byTarget(await show('Time lost by target')).map(([target]) => target)).toEqual(['test', 'serve'])
  expect(byTarget(await show('Outliers: 99th percentile as a multiple of the median'))[0]?.[0]).toBe('deploy')
  const long = await show('Outliers: runs of more than ten minutes')
  expect(long.map(({ labels, value }) => [labels.target, Math.round(value)])).toEqual([['deploy', expect.closeTo(6, -1)]])
})

test('the variables have values', async () => {
  if (!IS_THERE) return
  for (const { query, type } of grafana('grafana-prometheus.json').templating.list) {
    if (type !== 'query') continue
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/u.exec(query) ?? []
    const found = await samplesAt(server, `count by (${label}) (${filledIn(selector)})`, NOW)
    expect([query, found.length > 0, found.every(({ labels }) => labels[label])]).toEqual([query, true, true])
  }
})
