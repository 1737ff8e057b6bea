import { Registry } from 'prom-client'
import type { Series, Totals } from './prometheus-totals.ts'

/** The totals of one project. */
export interface ProjectTotals {
  readonly project: string
  readonly totals: Totals
}

interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: (project: string, series: Series, totals: Totals) => Sample[]
}

const DURATION = 'send_metrics_target_duration_seconds'

/** Every metric there is (prometheus.io/docs/practices/naming: base units, `_total` for counters). */
export const METRICS: readonly Metric[] = [
  {
    name: 'send_metrics_target_runs_total',
    help: 'Runs of make targets, by outcome.',
    type: 'counter',
    samples: (project, { target, outcome, count }) => [{ labels: { project, target, outcome }, value: count }],
  },
  { name: DURATION, help: 'How long make targets ran.', type: 'histogram', samples: histogram },
  {
    name: 'send_metrics_last_run_timestamp_seconds',
    help: 'When a make target last ended, in seconds since 1970.',
    type: 'gauge',
    samples: (project, { target, outcome, last }) => (last > 0 ? [{ labels: { project, target, outcome }, value: last }] : []),
  },
]

function histogram(project: string, { target, outcome, count, sum, buckets }: Series, { bounds }: Totals): Sample[] {
  const labels = { project, target, outcome }
  let below = 0
  const steps = bounds.map((le, at) => {
    below += buckets[at] ?? 0
    return { metricName: `${DURATION}_bucket`, labels: { ...labels, le }, value: below }
  })
  return [
    ...steps,
    { metricName: `${DURATION}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${DURATION}_sum`, labels, value: sum },
    { metricName: `${DURATION}_count`, labels, value: count },
  ]
}

/** The totals in Prometheus's text format (prometheus.io/docs/instrumenting/exposition_formats), ending in a newline. */
export async function exposition(projects: readonly ProjectTotals[]): Promise<string> {
  const registry = new Registry()
  for (const { name, help, type, samples } of METRICS) {
    const values = projects.flatMap(({ project, totals }) => totals.series.flatMap((series) => samples(project, series, totals)))
    // The library's own metrics can only count up from nothing; a registry takes whatever says what it holds.
    const metric = { name, help, type, aggregator: 'sum', get: async () => ({ name, help, type, aggregator: 'sum', values }) }
    registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0])
  }
  return registry.metrics()
}
