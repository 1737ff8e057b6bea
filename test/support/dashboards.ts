import * as fs from 'node:fs'
import * as path from 'node:path'

const FOLDER = 'docs/dashboards'

/** A panel of a Grafana dashboard, as its classic JSON has it. */
export interface Panel {
  readonly title?: string
  readonly datasource?: { readonly uid?: string }
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } }
  readonly targets?: readonly { readonly expr?: string; readonly rawSql?: string; readonly datasource?: { readonly uid?: string } }[]
}

/** A variable of a Grafana dashboard. */
export interface Variable {
  readonly name: string
  readonly type: string
  readonly query: string
}

/** A Grafana dashboard. */
export interface Dashboard {
  readonly title: string
  readonly templating: { readonly list: readonly Variable[] }
  readonly panels: readonly Panel[]
}

/** A query of Honeycomb's (docs.honeycomb.io, "Query Specification"), with its title. */
export interface HoneycombQuery {
  readonly title: string
  readonly query: {
    readonly breakdowns?: readonly string[]
    readonly calculated_fields?: readonly { readonly name: string; readonly expression: string }[]
    readonly calculations?: readonly { readonly op: string; readonly column?: string }[]
    readonly filters?: readonly { readonly column: string; readonly op: string; readonly value?: unknown }[]
    readonly orders?: readonly { readonly op?: string; readonly column?: string; readonly order: string }[]
    readonly limit?: number
    readonly time_range?: number
    readonly granularity?: number
  }
}

/** The text of one of the files. */
export function dashboardText(name: string): string {
  return fs.readFileSync(path.join(FOLDER, name), 'utf8')
}

/** A Grafana dashboard of ours. */
export function grafana(name: 'grafana-prometheus.json' | 'grafana-postgres.json'): Dashboard {
  return JSON.parse(dashboardText(name)) as Dashboard
}

/** Honeycomb's queries. */
export function honeycombQueries(): HoneycombQuery[] {
  return JSON.parse(dashboardText('honeycomb.json')) as HoneycombQuery[]
}

/** The NRQL queries of the page about New Relic. */
export function nrqlQueries(): string[] {
  return [...dashboardText('new-relic.md').matchAll(/```sql\n([\s\S]*?)```/gu)].map(([, text]) => text ?? '')
}

/** Metrics and labels in PromQL that are not among the known ones, in the order in which they stand there. */
export function unknownInPromql(promql: string, known: ReadonlySet<string>): string[] {
  const plain = promql.replace(/"[^"]*"/gu, '""').replace(/\[[^\]]*\]/gu, '')
  const metrics = [...plain.matchAll(/\b\w+(?=\{)/gu)].map(([name]) => name)
  const matched = [...plain.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)/gu)].map(([, name]) => name ?? '')
  const grouped = [...plain.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/gu)].flatMap(([, list]) => (list ?? '').split(/,\s*/u))
  return [...metrics, ...matched, ...grouped].filter((name) => name !== '' && !known.has(name))
}

/** Columns of the runs in SQL, written `run.column` or within `to_jsonb(run) ->> 'column'`, that are not among the known ones. */
export function unknownInSql(sql: string, known: ReadonlySet<string>): string[] {
  const columns = [...sql.matchAll(/\brun\."?(\w+)"?|to_jsonb\(run\) ->> '(\w+)'/gu)].map(([, plain, json]) => plain ?? json ?? '')
  return columns.filter((name) => !known.has(name))
}

/** Columns in a query of Honeycomb's that are neither among the known ones nor calculated in it. */
export function unknownInHoneycomb({ query }: HoneycombQuery, known: ReadonlySet<string>): string[] {
  const calculated = new Set((query.calculated_fields ?? []).map(({ name }) => name))
  const inExpressions = (query.calculated_fields ?? []).flatMap(({ expression }) =>
    [...expression.matchAll(/\$([\w.]+)/gu)].map(([, name]) => name ?? ''),
  )
  const named = [...(query.calculations ?? []), ...(query.filters ?? []), ...(query.orders ?? [])].flatMap(({ column }) => column ?? [])
  return [...(query.breakdowns ?? []), ...named, ...inExpressions].filter((name) => !known.has(name) && !calculated.has(name))
}

/** Attributes in NRQL that are not among the known ones, and dotted names without the backticks by which they are told. */
export function unknownInNrql(nrql: string, known: ReadonlySet<string>): string[] {
  const attributes = [...nrql.matchAll(/`([^`]*)`/gu)].map(([, name]) => name ?? '')
  const bare = nrql.replace(/`[^`]*`|'[^']*'/gu, '').match(/\b[a-z]\w*\.\w[\w.]*/giu) ?? []
  return [...attributes.filter((name) => !known.has(name)), ...bare]
}
