import { type Summary, type TargetSummary, WEEK_MS } from '../model.ts'
import { percent } from '../words.ts'
import { counted, duration, some } from './figures.ts'
import { html, type Markup, name, type Part } from './markup.ts'

const MOST_NAMES = 2

/** What stands out, in a few boxes. */
export function tiles(summary: Summary, leastPeople?: number): Markup {
  const all = [
    spent(summary),
    failed(summary),
    slower(summary),
    flaky(summary),
    outliers(summary, leastPeople === undefined ? ['machine', 'machines'] : ['kind of machine', 'kinds of machines']),
  ]
  return html`<ul class="tiles">${all}</ul>`
}

function tile(figure: Part, words: string, alarming = false): Markup {
  return html`<li class="tile"><b class="${alarming ? 'alarm' : 'calm'}">${figure}</b> <span>${words}</span></li>`
}

function spent({ spentMs, people, from, to }: Summary): Markup {
  const weekly = spentMs / people / Math.max(1, (to - from) / WEEK_MS)
  return tile(duration(spentMs), `spent waiting on make, ${duration(weekly)} a ${people > 1 ? 'person a ' : ''}week`)
}

function failed({ spentMs, lost }: Summary): Markup {
  return tile(duration(lost.failedMs), `of that in runs that failed (${percent(spentMs === 0 ? 0 : lost.failedMs / spentMs)})`)
}

function slower({ targets }: Summary): Markup {
  const known = targets.flatMap(({ trend }) => trend ?? [])
  const slow = targets.filter(({ trend }) => trend?.significant && trend.percent > 0)
  if (known.length === 0) return tile('–', 'too few weeks to tell what gets slower')
  if (slow.length === 0) return tile('none', `of ${counted(known.length, 'target')} got slower`)
  const weeks = Math.max(...known.map((trend) => trend.weeks))
  const span = weeks === 1 ? 'last week against the first' : `last ${weeks} weeks against the first\u00a0${weeks}`
  return tile(['▲ ', names(slow)], `got slower: ${span}`, true)
}

function flaky({ targets }: Summary): Markup {
  const known = targets.filter(({ mixed }) => mixed !== undefined)
  const found = targets.filter((target) => target.flaky)
  if (known.length === 0) return tile('–', 'no commit was tried twice, to tell what is flaky')
  if (found.length === 0) return tile('none', `of ${counted(known.length, 'target')} is flaky`)
  return tile(['≈ ', names(found)], 'flaky: failed and passed on the same commit', true)
}

/** With the word for what a row of the table is, one and many. */
function outliers({ machines }: Summary, [one, many]: readonly [string, string]): Part {
  if (machines.length === 0) return undefined
  const found = machines.filter(({ outlier }) => outlier)
  if (found.length === 0) return tile('none', `of ${counted(machines.length, one, many)} is far from the team`)
  const { shown, more } = some(
    found.map(({ code }) => code),
    MOST_NAMES,
  )
  return tile(`≫ ${shown.join(', ')}${others(more)}`, `${found.length === 1 ? `a ${one}` : many} far slower than the team`, true)
}

function names(targets: readonly TargetSummary[]): Part {
  const { shown, more } = some(targets, MOST_NAMES)
  return [shown.map(({ target }, at) => [at === 0 ? undefined : ', ', name(target)]), others(more)]
}

function others(more: number): string {
  return more === 0 ? '' : ` and ${more} more`
}
