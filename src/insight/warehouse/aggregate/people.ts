import { WEEK_MS } from '../../model.ts'
import { Packing, type Passing } from '../../passing.ts'
import type { Period } from '../../period.ts'
import type { Names } from '../../run-table.ts'
import type { Spans } from '../../trend.ts'
import type { Warehouse } from '../connect.ts'
import { bucketSql, LAST_BUCKET, Spread } from './buckets.ts'
import { choiceSql, instantSql, withinSql } from './runs-sql.ts'

/** A target to be read, with its spans; undefined where it was run in one week only. */
export interface WantedTarget {
  readonly target: string
  readonly spans: Spans | undefined
  readonly passed: number
}

/** A target's runs, as exact as their buckets. */
export interface PeopleRuns {
  readonly target: string
  /** How many runs each person has, by number, with those that did not pass. */
  readonly runs: ReadonlyMap<number, number>
  readonly passing: Passing
}

/** Which part of the period a run is of: the first weeks of its target, the last, those between; or it did not pass. */
const FIRST = 0
const LAST = 1
const BETWEEN = 2
const NOT_PASSED = 3

/** Part and bucket of a run are a number of four hexadecimal digits, above this one. */
const BASE = 0x1000
const DIGITS = 4
const PER_PART = LAST_BUCKET + 1

/** More passing runs than this of one target are thinned out evenly, person by person: what two million don't show is no matter. */
const MOST_OF_TARGET = 2_000_000

/** What is read. */
export interface Question {
  readonly runs: string
  readonly period: Period
  /** Gets everybody's number. */
  readonly people: Names
  readonly wanted: readonly WantedTarget[]
  /** Whether no other target has runs in the period. */
  readonly isAll: boolean
}

/** Reads some targets, one after the other; only one is in memory at a time. */
export async function readPeople(warehouse: Warehouse, question: Question, take: (runs: PeopleRuns) => Promise<void>): Promise<void> {
  const { period, people, wanted } = question
  let now: Gathered | undefined
  const parameters: string[] = []
  const sql = sqlOf(question, / Redshift /u.test(warehouse.version), parameters)
  await warehouse.query(sql, parameters, async (rows) => {
    for (const [name, person, digits] of rows) {
      if (now?.wanted.target !== name) {
        if (now !== undefined) await take(runsOf(now, period, people))
        const next = wanted.find(({ target }) => target === name)
        now = next && { wanted: next, lists: [] }
      }
      now?.lists.push([people.numberOf(String(person ?? '')), Buffer.from(String(digits), 'latin1')])
    }
  })
  if (now !== undefined) await take(runsOf(now, period, people))
}

interface Gathered {
  readonly wanted: WantedTarget
  /** For each person, by number, the digits of their runs. */
  readonly lists: (readonly [person: number, digits: Buffer])[]
}

/**
 * Each person's runs of a target are one row. Counting them by duration as well takes the database twice as long, and saves little
 * before there are thousands for each person and target. With one more column to add up, PostgreSQL sorts all rows for it.
 */
function sqlOf({ runs, period, wanted, isAll }: Question, isRedshift: boolean, parameters: string[]): string {
  const { to, weeks } = period
  const startOf = (week: number) => instantSql(to - (weeks - week) * WEEK_MS)
  const partOf = (spans: Spans | undefined) => {
    if (spans === undefined) return String(BETWEEN)
    const first = `instant >= ${startOf(spans.first)} AND instant < ${startOf(spans.first + spans.weeks)}`
    return `CASE WHEN instant >= ${startOf(weeks - spans.weeks)} THEN ${LAST} WHEN ${first} THEN ${FIRST} ELSE ${BETWEEN} END`
  }
  const part = choiceSql(
    wanted.map(({ target, spans }) => [target, partOf(spans)]),
    parameters,
  )
  const code = `CASE outcome WHEN 'success' THEN ${part} * ${PER_PART} + ${bucketSql('ms')} ELSE ${NOT_PASSED * PER_PART} END`
  const digits = `to_hex(CAST(${BASE} + ${code} AS int))`
  return `SELECT target, person, ${isRedshift ? `listagg(${digits})` : `string_agg(${digits}, '')`}
    FROM ${runs} WHERE ${withinSql(period)} AND ${onlySql({ wanted, isAll }, parameters)} GROUP BY 1, 2 ORDER BY 1`
}

/** SQL for being a run of a target that is read. Names go to `parameters`. */
export function onlySql({ wanted, isAll }: Pick<Question, 'wanted' | 'isAll'>, parameters: string[]): string {
  return isAll ? 'true' : `target IN (${wanted.map(({ target }) => `$${parameters.push(target)}`).join(', ')})`
}

function runsOf({ wanted, lists }: Gathered, { weeks }: Period, people: Names): PeopleRuns {
  const { target, spans, passed } = wanted
  const share = Math.min(1, MOST_OF_TARGET / Math.max(1, passed))
  const weekOfPart = [spans?.first ?? 0, weeks - 1, weekBetween(spans, weeks)]
  const runs = new Map<number, number>()
  const size = lists.reduce((sum, [, digits]) => sum + Math.ceil((digits.length / DIGITS) * share), 0)
  const packing = new Packing(size, people.list.length, weeks)
  const spread = new Spread()
  for (const [person, digits] of lists) {
    runs.set(person, (runs.get(person) ?? 0) + digits.length / DIGITS)
    let due = 0
    for (let at = 0; at < digits.length; at += DIGITS) {
      const code = codeAt(digits, at)
      const week = weekOfPart[Math.floor(code / PER_PART)]
      if (week === undefined) continue
      due += share
      if (due < 1) continue
      due -= 1
      packing.add(spread.next(code % PER_PART), person, week)
    }
  }
  return { target, runs, passing: packing.sorted() }
}

/** The number of four lower-case digits. */
function codeAt(digits: Buffer, start: number): number {
  let code = 0
  for (let at = start; at < start + DIGITS; at++) {
    const digit = digits[at] as number
    code = code * 16 + (digit < 0x3a ? digit - 0x30 : digit - 0x57)
  }
  return code - BASE
}

/** A week that is neither among the first nor the last; where there is none, no run needs it. */
function weekBetween(spans: Spans | undefined, weeks: number): number {
  if (spans === undefined) return 0
  const after = spans.first + spans.weeks
  return after < weeks - spans.weeks ? after : 0
}
