import { type FoundTable, quoted } from './find-table.ts'

/** SQL for each fact about a run, whatever type its column has; NULL where there is no such column. */
export interface Facts {
  readonly id: string
  readonly person: string
  /** When it started, timestamptz (or timestamp, in a session whose zone is UTC). */
  readonly instant: string
  readonly target: string
  /** Ms, a number of any type. */
  readonly duration: string
  readonly outcome: string
  readonly test: string
  /** What tells commits apart, as `commitOf` says (run-of.ts). */
  readonly commit: string
  /** What that is made of, for whoever reads whole rows: a look at each text would take the database longer than to send it. */
  readonly commitPseudonym: string
  readonly commitTime: string
  readonly runId: string
  readonly parentRunId: string
  readonly os: string
  readonly arch: string
  readonly cpus: string
  readonly memoryGb: string
}

/**
 * Segment's time comes first, since it is corrected for wrong clocks (its documentation, "Timestamps in the Common Spec"); the
 * others are for tables that something else has filled.
 */
const TIMES = ['timestamp', 'start_time', 'original_timestamp', 'received_at']

/** What a time must look like where a column has it as text. */
const TIME_FORM = '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z?$'
/** A day, as a column of texts, of times or of days has it. */
const DAY_FORM = '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]00:00:00([.]0+)?(Z|[+]00(:?00)?)?)?$'
const NUMBER_FORM = '^[0-9]{1,15}([.][0-9]{1,9})?$'

/** Reads what a table's columns are; throws where nothing says when a run was. */
export function factsIn({ schema, table, columns }: FoundTable): Facts {
  const text = (name: string) => {
    if (!columns.has(name)) return 'NULL::text'
    return columns.get(name) === 'text' ? quoted(name) : `${quoted(name)}::text`
  }
  const number = (name: string) => (columns.has(name) ? numberFrom(quoted(name), columns.get(name) ?? '') : 'NULL::float8')
  const instant = instantIn(columns)
  if (instant === undefined) throw new Error(`${schema}.${table} has no time of a run; wanted: a column ${TIMES.join(', ')}`)
  const clean = (sql: string) => (columns.has('git_dirty') ? `CASE WHEN ${isTrue('git_dirty', columns)} THEN NULL ELSE ${sql} END` : sql)
  const [pseudonym, time] = [text('git_commit_pseudonym'), text('git_commit_time')]
  return {
    id: text('id'),
    person: text('anonymous_id'),
    instant,
    target: text('command'),
    duration: number('duration_ms'),
    outcome: text('outcome'),
    test: text('is_test'),
    commit: clean(`COALESCE(NULLIF(${pseudonym}, ''), CASE WHEN ${time} ~ '${DAY_FORM}' THEN NULL ELSE ${time} END)`),
    commitPseudonym: clean(pseudonym),
    commitTime: clean(time),
    runId: text('run_id'),
    parentRunId: text('parent_run_id'),
    os: text('os_type'),
    arch: text('host_arch'),
    cpus: number('cpu_count'),
    memoryGb: number('memory_gb'),
  }
}

/** The first of the times that is one; else the first that is text. Not whichever a row has: then no statistics would help the database to plan. */
function instantIn(columns: ReadonlyMap<string, string>): string | undefined {
  const first = (types: RegExp) => TIMES.find((name) => types.test(columns.get(name) ?? ''))
  const instant = first(/^timestamp/u)
  if (instant !== undefined) return quoted(instant)
  const text = first(/^(?:text|varchar|bpchar)$/u)
  return text === undefined ? undefined : fromText(quoted(text))
}

/** Ms since 1970, float8. */
export function epochMs(instant: string): string {
  return `date_part('epoch', ${instant}) * 1000`
}

/** Days are counted from the first of the month, because a 30 February would be an error of the whole query. */
function fromText(column: string): string {
  const month = `(left(${column}, 7) || '-01T' || substr(${column}, 12))::timestamptz`
  return `CASE WHEN ${column} ~ '${TIME_FORM}' THEN ${month} + (substr(${column}, 9, 2)::int - 1) * interval '1 day' END`
}

function isTrue(name: string, columns: ReadonlyMap<string, string>): string {
  return columns.get(name) === 'bool' ? quoted(name) : `lower(${quoted(name)}::text) IN ('true', 't', '1')`
}

function numberFrom(column: string, type: string): string {
  if (/^(?:int|float|numeric)/u.test(type)) return column
  return `CASE WHEN ${column}::text ~ '${NUMBER_FORM}' THEN ${column}::text::float8 END`
}
