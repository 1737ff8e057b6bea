import { isExampleText, isPlaceholder } from '../destinations/placeholder.ts'

/** A place that a project may send its runs to, as `init` asks for it. */
export interface WhereRow {
  /** What is typed, and what `--to` takes. */
  readonly name: string
  /** For people, after the name. */
  readonly title: string
  /** What else is to be known; undefined for nothing. */
  readonly ask?: {
    readonly line: string
    /** Enter takes it; undefined where something has to be typed, empty where it may come from the environment. */
    readonly otherwise: string | undefined
    /** What is said where it is left out. */
    readonly leftOut?: string
  }
  /** The destination for the project file; undefined for none. */
  readonly destination: (value: string) => Readonly<Record<string, string>> | undefined
}

const isAddress = (value: string) => /^https?:\/\//u.test(value)

/** The first is what Enter says. A new one is a row here, beside its row in src/destinations/index.ts. */
export const WHERE: readonly WhereRow[] = [
  { name: 'local', title: 'this machine only, for now', destination: () => undefined },
  {
    name: 'segment',
    title: 'Segment',
    ask: {
      line: 'Write key of the Segment source (Enter: from SEND_METRICS_WRITE_KEY):',
      otherwise: '',
      leftOut: 'set SEND_METRICS_WRITE_KEY where people run make',
    },
    destination: (writeKey) => ({ type: 'segment', ...(writeKey !== '' && { writeKey }) }),
  },
  {
    name: 'honeycomb',
    title: 'Honeycomb',
    ask: { line: 'Name of the Honeycomb dataset:', otherwise: 'builds', leftOut: 'set HONEYCOMB_API_KEY where people run make' },
    destination: (dataset) => ({ type: 'honeycomb', dataset }),
  },
  {
    name: 'otlp',
    title: 'OpenTelemetry',
    ask: {
      line: 'Address that takes traces (Enter: from OTEL_EXPORTER_OTLP_ENDPOINT):',
      otherwise: '',
      leftOut: 'set OTEL_EXPORTER_OTLP_ENDPOINT where people run make',
    },
    destination: (endpoint) => ({ type: 'otlp', ...(endpoint !== '' && { endpoint }) }),
  },
  {
    name: 'prometheus',
    title: 'Prometheus',
    ask: { line: 'Address of a Pushgateway, or a path for node-exporter that ends in .prom:', otherwise: undefined },
    destination: (value) => ({ type: 'prometheus', ...(isAddress(value) ? { pushgateway: value } : { textfile: value }) }),
  },
  {
    name: 'file',
    title: 'a file in this repository',
    ask: { line: 'Path of the file, from send-metrics.json:', otherwise: 'metrics.jsonl' },
    destination: (file) => ({ type: 'file', path: file }),
  },
]

/** The place that a name stands for, as typed or as `--to name=value` has it. */
export function whereNamed(name: string): WhereRow | undefined {
  return WHERE.find((row) => row.name === name.trim().toLowerCase())
}

/** Why a value will not do for a place, in words; the schema of the project file judges its form. */
export function whyNotValue({ name, ask }: WhereRow, value: string): string | undefined {
  if (value === '' && ask !== undefined && ask.otherwise === undefined) return 'it cannot be left out'
  if (ask === undefined) return value === '' ? undefined : 'it takes nothing more'
  if (name === 'segment' ? isPlaceholder(value) : isExampleText(value))
    return `'${value}' is a placeholder${name === 'segment' ? "; paste the key from the source's settings in Segment" : ''}`
  return undefined
}
