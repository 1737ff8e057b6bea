import * as fs from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { HttpRequest, Settings } from '../../src/destinations/destination.ts'
import { honeycomb } from '../../src/destinations/honeycomb.ts'
import { otlp } from '../../src/destinations/otlp.ts'
import { METRICS } from '../../src/destinations/prometheus-text.ts'
import { count, readTotals } from '../../src/destinations/prometheus-totals.ts'
import { FIELDS } from '../../src/event/fields.ts'
import type { Properties } from '../../src/event/serialize.ts'
import {
  type Dashboard,
  grafana,
  honeycombQueries,
  nrqlQueries,
  unknownInHoneycomb,
  unknownInNrql,
  unknownInPromql,
  unknownInSql,
} from '../support/dashboards.ts'
import { message } from '../support/events.ts'
import { decodedTraces } from '../support/otlp.ts'

const DASHBOARDS = ['grafana-prometheus.json', 'grafana-postgres.json'] as const

/** A run with every field that there is. */
const RUN = message({
  nodeVersion: 'v24.0.0',
  properties: Object.fromEntries(FIELDS.filter(({ kinds }) => kinds.includes('run')).map(({ name, example }) => [name, example])),
})

async function bodyOf(destination: typeof otlp, settings: Settings): Promise<string> {
  const { requests } = await destination.encode([RUN], settings)
  return (requests[0] as HttpRequest).body
}

/** Names and labels of all metrics, from the very samples; job and instance come from the scraper or the gateway. */
function metricNames(): Set<string> {
  const totals = readTotals(undefined)
  count(totals, 'id', RUN.properties as Properties)
  const samples = METRICS.flatMap(({ name, samples }) =>
    totals.series.flatMap((series) => samples('Demo', series, totals).map((sample) => ({ name, ...sample }))),
  )
  return new Set(['job', 'instance', ...samples.flatMap(({ name, metricName, labels }) => [metricName ?? name, ...Object.keys(labels)])])
}

/** Columns of a table that Segment makes of an event: the event's fields beside its own (its warehouse schema). */
function columnNames(): Set<string> {
  const own = ['id', 'anonymous_id', 'event', 'event_text', 'timestamp', 'original_timestamp', 'sent_at', 'received_at', 'uuid_ts']
  return new Set([...own, ...Object.keys(RUN.properties)])
}

async function honeycombColumns(): Promise<Set<string>> {
  const entries = JSON.parse(await bodyOf(honeycomb, { apiHost: 'http://127.0.0.1', dataset: 'builds' })) as { data: object }[]
  return new Set(entries.flatMap(({ data }) => Object.keys(data)))
}

/** Attributes of a span, and New Relic's own names for its parts (docs.newrelic.com, "OTLP span mapping"). */
async function spanAttributes(): Promise<Set<string>> {
  const groups = decodedTraces(await bodyOf(otlp, { url: 'http://127.0.0.1/v1/traces', headers: {} }))
  const own = groups.flatMap(({ resource, spans }) => [resource, ...spans.map(({ attributes }) => attributes)].flatMap(Object.keys))
  return new Set(['timestamp', 'duration.ms', 'parent.id', 'trace.id', 'name', ...own])
}

const promqlOf = ({ panels, templating }: Dashboard): string[] => [
  ...panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr ?? '')),
  ...templating.list.filter(({ type }) => type === 'query').map(({ query }) => query),
]
const sqlOf = ({ panels }: Dashboard): string[] => panels.flatMap(({ targets }) => (targets ?? []).map(({ rawSql }) => rawSql ?? ''))

describe('every name in the dashboards is one that is sent', () => {
  test('metrics and labels of Grafana with Prometheus', () => {
    const queries = promqlOf(grafana('grafana-prometheus.json'))
    expect(queries.length).toBeGreaterThan(10)
    expect(queries.flatMap((promql) => unknownInPromql(promql, metricNames()))).toEqual([])
  })

  test('columns of Grafana with Postgres', () => {
    const queries = sqlOf(grafana('grafana-postgres.json'))
    expect(queries.length).toBeGreaterThan(10)
    expect(queries.flatMap((sql) => unknownInSql(sql, columnNames()))).toEqual([])
  })

  test('columns of Honeycomb', async () => {
    const known = await honeycombColumns()
    expect(honeycombQueries().length).toBeGreaterThanOrEqual(5)
    expect(honeycombQueries().flatMap((one) => unknownInHoneycomb(one, known))).toEqual([])
  })

  test('attributes of New Relic', async () => {
    const known = await spanAttributes()
    expect(nrqlQueries().length).toBeGreaterThanOrEqual(5)
    expect(nrqlQueries().flatMap((nrql) => unknownInNrql(nrql, known))).toEqual([])
  })
})

describe('a wrong name is seen', () => {
  test.each([
    ['sum(send_metrics_target_run_total{target="build"})', ['send_metrics_target_run_total']],
    ['sum by (tarket, le) (send_metrics_target_runs_total{outcome="success",proyect=~"$project"})', ['proyect', 'tarket']],
    ['label_values(send_metrics_runs{job="$job"}, project)', ['send_metrics_runs']],
  ])('in PromQL: %s', (promql, unknown) => expect(unknownInPromql(promql, metricNames())).toEqual(unknown))

  test.each([
    ['SELECT run.comand, run."timestemp" FROM t AS run', ['comand', 'timestemp']],
    ["SELECT 1 FROM t AS run WHERE to_jsonb(run) ->> 'parent' IS NULL", ['parent']],
  ])('in SQL: %s', (sql, unknown) => expect(unknownInSql(sql, columnNames())).toEqual(unknown))

  test('in a query of Honeycomb', async () => {
    const query = {
      breakdowns: ['a'],
      calculated_fields: [{ name: 'failed', expression: 'IF($b, 1, 0)' }],
      calculations: [
        { op: 'AVG', column: 'failed' },
        { op: 'MAX', column: 'c' },
      ],
      filters: [{ column: 'd', op: 'exists' }],
      orders: [{ op: 'MAX', column: 'e', order: 'descending' }],
    }
    expect(unknownInHoneycomb({ title: 't', query }, await honeycombColumns())).toEqual(['a', 'c', 'd', 'e', 'b'])
  })

  test('in NRQL, also without backticks', async () => {
    const nrql = "SELECT max(duration.ms) FROM Span WHERE `service.names` = 'a.b' AND `os.type` = 'x'"
    expect(unknownInNrql(nrql, await spanAttributes())).toEqual(['service.names', 'duration.ms'])
  })
})

describe.each(DASHBOARDS)('%s', (name) => {
  const { templating, panels, title } = grafana(name)

  test('has a title, a unit and the chosen data source in every panel', () => {
    expect(title).not.toBe('')
    for (const { title, fieldConfig, datasource, targets = [] } of panels) {
      expect([title, fieldConfig?.defaults?.unit]).toEqual([expect.stringMatching(/\w/u), expect.stringMatching(/\w/u)])
      expect(targets.length).toBeGreaterThan(0)
      const sources = [datasource, ...targets.map((target) => target.datasource)].map((source) => source?.uid)
      expect([title, ...new Set(sources)]).toEqual([title, expect.stringMatching(/^\$\{datasource\}$/u)])
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  })

  test('uses every variable that it has, and no other', () => {
    const own = templating.list.map(({ name }) => name).sort()
    expect(own).toContain('datasource')
    const text = JSON.stringify({ panels, queries: templating.list.map(({ query }) => query) })
    const used = new Set([...text.matchAll(/\$\{?(?!__)([a-z]+)\}?/gu)].map(([, variable]) => variable))
    expect([...used].sort()).toEqual(own)
  })
})

test("Honeycomb's queries keep to its specification", () => {
  const OPS = /^(?:COUNT|SUM|AVG|MAX|MIN|P50|P95|P99|HEATMAP)$/u
  for (const { title, query } of honeycombQueries()) {
    const { calculations = [], orders = [], granularity, time_range = 0, limit = 0 } = query
    expect([title, calculations.filter(({ op, column }) => !OPS.test(op) || (op !== 'COUNT') !== (column !== undefined))]).toEqual([
      title,
      [],
    ])
    const isCalculated = (op?: string, column?: string) => calculations.some((one) => one.op === op && one.column === column)
    expect([title, orders.filter(({ op, column }) => !isCalculated(op, column))]).toEqual([title, []])
    expect(limit).toBeLessThanOrEqual(1_000)
    if (granularity !== undefined) expect(time_range / granularity).toBeGreaterThanOrEqual(10)
  }
})

test('the page beside them names every file', () => {
  const page = fs.readFileSync('docs/dashboards/README.md', 'utf8')
  for (const file of fs.readdirSync('docs/dashboards')) if (file !== 'README.md') expect(page).toContain(`](${file})`)
})
