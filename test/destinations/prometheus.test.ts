import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HttpRequest, ReplaceRequest } from '../../src/destinations/destination.ts'
import { prometheus } from '../../src/destinations/prometheus.ts'
import { count, readTotals, TARGETS_MOST } from '../../src/destinations/prometheus-totals.ts'
import { message } from '../support/events.ts'

const run = (command: string, duration_ms = 100, more: object = {}) =>
  message({ properties: { command, duration_ms, outcome: 'success', start_time: '2026-11-21T09:00:00.000Z', ...more } })

const GATEWAY = { project: 'Demo', pushgateway: 'http://push:9091/' }

/** The samples of a text, by name and labels. */
function samples(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

const RUNS = (target: string, outcome = 'success') =>
  `send_metrics_target_runs_total{project="Demo",target="${target}",outcome="${outcome}"}`

describe('totals', () => {
  test('grow from run to run, each counted once however often it is handed in', async () => {
    const [one, two] = [run('build'), run('build')]
    const first = await prometheus.encode([one], GATEWAY)
    const again = await prometheus.encode([one], GATEWAY, first.learned)
    const second = await prometheus.encode([one, two], GATEWAY, again.learned)
    const [request] = second.requests as HttpRequest[]
    expect(samples(request?.body ?? '')[RUNS('build')]).toBe(2)
    expect(request?.messages).toEqual([one, two])
  })

  test('the histogram is cumulative, whatever the durations and in whatever parts they come', async () => {
    const durations = fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(durations, fc.nat(), async (all, cut) => {
        const events = all.map((ms) => run('build', ms))
        const at = cut % events.length
        const first = await prometheus.encode(events.slice(0, at), GATEWAY)
        const { requests } = await prometheus.encode(events.slice(at), GATEWAY, first.learned)
        const found = samples((requests[0] as HttpRequest).body)
        for (const [name, value] of Object.entries(found)) {
          const le = /le="([^"]+)"/u.exec(name)?.[1]
          if (le !== undefined)
            expect([le, value]).toEqual([le, all.filter((ms) => ms / 1_000 <= Number(le.replace('+Inf', 'Infinity'))).length])
        }
        const labels = '{project="Demo",target="build",outcome="success"}'
        expect(found[`send_metrics_target_duration_seconds_count${labels}`]).toBe(all.length)
        expect(found[`send_metrics_target_duration_seconds_sum${labels}`]).toBeCloseTo(
          all.reduce((sum, ms) => sum + ms / 1_000, 0),
          6,
        )
      }),
      { numRuns: 50 },
    )
  })

  test('tests, and events that are no runs, are settled without being counted', async () => {
    const events = [run('build', 1, { is_test: 'yes' }), message({ properties: { choice: 'accept' } })]
    const { requests } = await prometheus.encode(events, GATEWAY)
    expect(samples((requests[0] as HttpRequest).body)).toEqual({})
    expect(requests[0]?.messages).toEqual(events)
  })

  test(`there are never more than ${TARGETS_MOST} targets; the rest is other`, () => {
    const totals = readTotals(undefined)
    for (let at = 0; at < 300; at++)
      count(totals, `id-${at}`, { command: `target-${at}`, duration_ms: 1, outcome: at % 2 ? 'success' : 'failure' })
    count(totals, 'again', { command: 'target-5', duration_ms: 1, outcome: 'failure' })
    const targets = new Set(totals.series.map(({ target }) => target))
    expect(targets.size).toBe(TARGETS_MOST)
    expect(targets).toContain('other')
    expect(totals.series.reduce((sum, series) => sum + series.count, 0)).toBe(301)
    expect(totals.series.find(({ target, outcome }) => target === 'target-5' && outcome === 'failure')?.count).toBe(1)
  })

  test('bounds and whatever else another version wrote stay', async () => {
    const series = { target: 'build', outcome: 'success', count: 4, sum: 9, buckets: [1, 2], last: 0 }
    const kept = { version: 9, bounds: [1, 60], series: [series], counted: [], added: 'later' }
    const { requests, learned } = await prometheus.encode([run('build', 30_000)], GATEWAY, JSON.stringify(kept))
    const text = (requests[0] as HttpRequest).body
    expect(text.match(/_bucket\{/gu)).toHaveLength(3)
    expect(samples(text)[RUNS('build')]).toBe(5)
    expect(JSON.parse(learned ?? '')).toMatchObject({ version: 9, bounds: [1, 60], added: 'later', series: [{ buckets: [1, 3] }] })
  })

  test.each(['', '{', 'null', '{"series":[]}', '{"bounds":[1],"series":[{"target":1}],"counted":[]}'])(
    'counting begins again where what was kept is damaged: %s',
    (text) => expect(readTotals(text)).toMatchObject({ series: [], counted: [] }),
  )
})

describe('a request', () => {
  test("to a gateway replaces this person's group", async () => {
    const one = run('build')
    const [request] = (await prometheus.encode([one], GATEWAY)).requests as HttpRequest[]
    expect([request?.method, request?.url]).toEqual(['PUT', `http://push:9091/metrics/job/send_metrics/instance/${one.anonymousId}`])
  })

  test('to a file begins with the mark of its project, and has no timestamps and a last newline', async () => {
    const [request] = (await prometheus.encode([run('build')], { project: 'De"mo', absolute: '/x/demo.prom' })).requests as ReplaceRequest[]
    expect(request?.body.startsWith('# send-metrics, project "De\\"mo"\n# HELP')).toBe(true)
    expect(request?.body.endsWith('\n')).toBe(true)
    for (const line of request?.body.split('\n').filter((text) => text !== '' && !text.startsWith('#')) ?? [])
      expect(line).toMatch(/^\w+\{.*\} [\d.e+]+$/u)
  })

  test.each<[number, string]>([
    [200, 'delivered'],
    [202, 'delivered'],
    [302, 'retry'],
    [400, 'drop'],
    [429, 'retry'],
    [500, 'retry'],
  ])('%i: %s', (status, result) => {
    const messages = [run('build')]
    const request = { url: '', method: 'PUT', headers: {}, body: '', messages }
    expect(prometheus.judge(request, { status, headers: {}, body: '' })).toEqual([expect.objectContaining({ result })])
  })
})
