import type { Summary, TargetSummary } from '../model.ts'
import { grouped, percent } from '../words.ts'
import { words as failureWords } from './failure-chart.ts'
import { counted, day, duration, shortDuration, some } from './figures.ts'
import { html, type Markup, name, type Part } from './markup.ts'
import { charted, verdict } from './trend-charts.ts'

/** Further targets are in `report --json`. */
const MOST_ROWS = 200
const MOST_WEEKS = 104

/** A column: its head, and what stands in it. */
type Column = readonly [head: Part, cell: (target: TargetSummary) => Part]

/** Counts and durations of each target. */
export function durationTable({ targets }: Summary): Markup {
  const quantile = (key: 'p5' | 'p25' | 'p50' | 'p75' | 'p95'): Column[1] => {
    return ({ quantiles }) => (quantiles === undefined ? '–' : shortDuration(quantiles[key]))
  }
  return targetTable('Runs and durations', targets, [
    ['runs', ({ runs }) => grouped(runs)],
    ['passed', ({ passed }) => grouped(passed)],
    ['failed', ({ failed }) => grouped(failed)],
    ['interrupted', ({ interrupted }) => grouped(interrupted)],
    ['people', ({ people }) => grouped(people)],
    ['in all', ({ spentMs }) => duration(spentMs)],
    ['p5', quantile('p5')],
    ['p25', quantile('p25')],
    ['median', quantile('p50')],
    ['p75', quantile('p75')],
    ['p95', quantile('p95')],
    ['trend', ({ trend }) => verdict(trend).words],
  ])
}

/** The middle half of each week, a row for a week, newest first. */
export function weekTable(summary: Summary): Markup | undefined {
  const { shown } = charted(summary)
  if (shown.length === 0) return undefined
  const weeks =
    shown[0]?.weeks
      .map(({ from }, at) => ({ from, at }))
      .slice(-MOST_WEEKS)
      .reverse() ?? []
  const cell = (target: TargetSummary, at: number): Part => {
    const week = target.weeks[at]
    if (week?.middle === undefined) return html`<td class="none">–</td>`
    const { p25, p50, p75 } = week.middle
    return html`<td>${shortDuration(p50)} <small>${shortDuration(p25)}–${shortDuration(p75)}</small></td>`
  }
  const head = shown.map(({ target }) => html`<th scope="col">${name(target)}</th>`)
  const rows = weeks.map(({ from, at }) => html`<tr><th scope="row">${day(from)}</th>${shown.map((target) => cell(target, at))}</tr>`)
  return behind('Medians of each week, with the middle half', html`<th scope="col">week from</th>${head}`, rows)
}

/** Failure and flakiness of each target. */
export function failureTable({ targets }: Summary): Markup {
  return targetTable('Failures', targets, [
    ['failed', ({ failed }) => grouped(failed)],
    ['of', ({ passed, failed }) => grouped(passed + failed)],
    ['share, 95% interval', ({ failure }) => (failure === undefined ? '–' : failureWords(failure))],
    ['commits that did both', ({ mixed }) => (mixed === undefined ? '–' : `${mixed.count} of ${mixed.of}`)],
    ['flaky', ({ flaky }) => (flaky ? 'yes' : 'no')],
  ])
}

/** Time lost on each target. */
export function lostTable({ targets }: Summary): Markup {
  return targetTable('Time lost', targets, [
    ['in all', ({ spentMs }) => duration(spentMs)],
    ['in failed runs', ({ lost }) => duration(lost.failedMs)],
    ['slower than at first', ({ lost }) => duration(lost.slowerMs)],
    ['lost', ({ spentMs, lost }) => percent(spentMs === 0 ? 0 : (lost.failedMs + lost.slowerMs) / spentMs)],
  ])
}

function targetTable(title: string, targets: readonly TargetSummary[], columns: readonly Column[]): Markup {
  const { shown, more } = some(targets, MOST_ROWS)
  const head = columns.map(([text]) => html`<th scope="col">${text}</th>`)
  const rows = shown.map((target) => {
    const cells = columns.map(([, cell]) => html`<td>${cell(target)}</td>`)
    return html`<tr><th scope="row">${name(target.target)}</th>${cells}</tr>`
  })
  const note = more === 0 ? undefined : html`<p class="note">${counted(more, 'further target')}: send-metrics report --json</p>`
  return behind(title, html`<th scope="col">target</th>${head}`, rows, note)
}

/** The numbers behind a chart, folded away. */
function behind(title: string, head: Markup, rows: Part, note?: Part): Markup {
  return html`<details><summary>${title}, as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>${note}</details>`
}
