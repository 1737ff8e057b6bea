import { printable } from '../../messages.ts'
import { wrapped } from '../../text-width.ts'
import { LEAST_RUNS, type Summary, type TargetSummary, WEEK_MS } from '../model.ts'
import { change, grouped, outstanding, percent, shortTime } from '../words.ts'
import type { Paint } from './colours.ts'
import { sparkline } from './sparkline.ts'
import { type Column, table } from './table.ts'

/** What the heading says beside the figures. */
export interface Heading {
  /** The project's name, or the file. */
  readonly title: string
  readonly where: string
}

const LONGEST_NAME = 60
const LEAST_WIDTH = 20

/** The whole of what `stats` prints on a terminal that is `width` columns wide, ready to be written. */
export function printSummary(summary: Summary, { title, where }: Heading, width: number, paint: Paint): string {
  const columns = Math.max(LEAST_WIDTH, width)
  const about = [printable(title), periodWords(summary), where].filter(Boolean).join(', ')
  const sentences = outstanding(summary)
  const said = sentences.length === 0 ? [nothing(summary)] : sentences.map((text) => `${text}.`)
  const lines = [
    ...wrapped(about, columns).map((line) => paint('bold', line)),
    ...wrapped(totals(summary), columns),
    '',
    ...table(columnsOf(summary), columns, paint),
    ...(summary.targets.some(isEarly)
      ? wrapped(`${ABOUT} of fewer than ${LEAST_RUNS} runs`, columns).map((line) => paint('dim', line))
      : []),
    '',
    ...said.flatMap((text) => wrapped(text, columns)),
  ]
  return `${lines.join('\n')}\n`
}

function nothing({ targets }: Summary): string {
  if (targets.some(({ trend }) => trend !== undefined)) return 'Nothing stands out: nothing got slower or faster, and nothing is flaky.'
  return `Nothing stands out. For a change there are too few runs: it takes two weeks, and ${LEAST_RUNS} passing runs at either end.`
}

function periodWords({ from, to }: Summary): string {
  const days = Math.max(1, Math.round((to - from) / (WEEK_MS / 7)))
  const weeks = Math.round(days / 7)
  const span = days % 7 === 0 ? `${weeks} ${weeks === 1 ? 'week' : 'weeks'}` : `${days} ${days === 1 ? 'day' : 'days'}`
  return `${span} up to ${new Date(to).toISOString().slice(0, 10)}`
}

function totals({ runs, people, spentMs, lost }: Summary): string {
  const parts = [
    `${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}${people > 1 ? ` of ${grouped(people)} people` : ''}`,
    `${shortTime(spentMs)} spent`,
    ...(lost.failedMs > 0 ? [`${shortTime(lost.failedMs)} of it in runs that failed`] : []),
    ...(lost.slowerMs > 0 ? [`${shortTime(lost.slowerMs)} by what got slower`] : []),
  ]
  return parts.join(', ')
}

/** Before a figure of so few runs that the next one may change it. */
const ABOUT = '~'

/** Whether a figure of few runs is shown of a target. */
function isEarly({ early, failure, passed, failed }: TargetSummary): boolean {
  return early !== undefined || (failure === undefined && passed + failed > 0)
}

function columnsOf({ targets }: Summary): Column[] {
  const column = (title: string, keep: number, cell: (target: TargetSummary) => string): Column => ({
    title,
    side: 'right',
    keep,
    cells: targets.map(cell),
    style: (row) => (cell(targets[row] as TargetSummary).startsWith(ABOUT) ? 'dim' : undefined),
  })
  return [
    { ...column('target', 10, ({ target }) => printable(target, LONGEST_NAME)), side: 'left', style: () => undefined },
    column('runs', 5, ({ runs }) => grouped(runs)),
    column('spent', 9, ({ spentMs }) => shortTime(spentMs)),
    column('p50', 8, (target) => timeOf(target, 'p50')),
    column('p95', 4, (target) => timeOf(target, 'p95')),
    column('failed', 6, failedOf),
    {
      ...column('trend', 7, ({ trend }) => (trend?.significant ? change(trend.percent) : '')),
      style: (row) => trendStyle(targets[row]),
    },
    column('lost', 3, ({ lost }) => (lost.failedMs + lost.slowerMs > 0 ? shortTime(lost.failedMs + lost.slowerMs) : '')),
    { ...column('weeks', 2, barsOf), side: 'left', least: LEAST_WEEKS },
  ]
}

/** Of passing runs; nothing where none passed. */
function timeOf({ quantiles, early }: TargetSummary, key: 'p50' | 'p95'): string {
  if (quantiles !== undefined) return shortTime(quantiles[key])
  return early === undefined ? '' : `${ABOUT}${shortTime(early[key])}`
}

function failedOf({ failure, passed, failed }: TargetSummary): string {
  if (failure !== undefined) return percent(failure.share)
  return passed + failed === 0 ? '' : `${ABOUT}${percent(failed / (passed + failed))}`
}

/** Nothing where no week has enough runs, so that the column can go. */
function barsOf({ weeks }: TargetSummary): string {
  const bars = sparkline(weeks.slice(-MOST_WEEKS).map(({ middle }) => middle?.p50))
  return bars.trim() === '' ? '' : bars
}

/** So many weeks have a place in a line, and at least so many where there is little room. */
const MOST_WEEKS = 12
const LEAST_WEEKS = 8

function trendStyle(target: TargetSummary | undefined): 'red' | 'green' | undefined {
  if (!target?.trend?.significant) return undefined
  return target.trend.percent > 0 ? 'red' : 'green'
}
