import type { Share, Summary, TargetSummary } from '../model.ts'
import { percent } from '../words.ts'
import { counted, some } from './figures.ts'
import { html, type Markup, name, type Part, plainName } from './markup.ts'
import { type Scale, shareScale, type Tick } from './scales.ts'
import { axis, percentOf } from './svg.ts'

const HEIGHT = 22
const MOST_ROWS = 20

/** The share of runs that failed, with what it may be by chance, and whether the same commit both fails and passes. */
export function failureChart({ targets }: Summary): Markup {
  const known = targets.flatMap((target) => (target.failure === undefined ? [] : { target, failure: target.failure }))
  if (known.length === 0) return html`<p class="note">No target has five runs that passed or failed.</p>`
  const { shown, more } = some(
    known.sort((one, other) => other.failure.share - one.failure.share),
    MOST_ROWS,
  )
  const { scale, ticks } = shareScale(Math.max(...shown.map(({ failure }) => failure.high)))
  const rows = shown.map(({ target, failure }) => row(target, failure, scale, ticks))
  const head = html`<div class="row"><span></span>${axis(ticks, scale, percent)}<span></span></div>`
  const note = more === 0 ? undefined : html`<p class="note">${counted(more, 'further target')} failed less often.</p>`
  return html`<div class="chart rows">${head}${rows}</div>${note}`
}

function row(target: TargetSummary, failure: Share, scale: Scale, ticks: readonly Tick[]): Markup {
  const title = `${plainName(target.target)}: ${failure.count} of ${failure.of} runs failed, ${words(failure)}`
  const marks = [lines(ticks, scale), bar(failure, scale)]
  const drawing = html`<svg class="bars" height="${HEIGHT}" role="img"><title>${title}</title>${marks}</svg>`
  return html`<div class="row"><span class="label">${name(target.target)}</span>${drawing}<span class="figure">${percent(failure.share)}</span>${flaky(target)}</div>`
}

/** A share and what it may be by chance: 14%, between 12% and 16%. */
export function words({ share, low, high }: Share): string {
  return `${percent(share)}, between ${percent(low)} and ${percent(high)}`
}

function lines(ticks: readonly Tick[], scale: Scale): Part {
  return ticks.map(({ value }) => {
    const x = percentOf(scale(value))
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${HEIGHT}"/>`
  })
}

function bar({ share, low, high }: Share, scale: Scale): Markup {
  const middle = HEIGHT / 2
  const failed = html`<rect class="failed" x="0" y="${middle - 7}" width="${percentOf(scale(share))}" height="14" rx="2"/>`
  return html`${failed}<line class="interval" x1="${percentOf(scale(low))}" x2="${percentOf(scale(high))}" y1="${middle}" y2="${middle}"/>`
}

function flaky({ flaky: isFlaky, mixed }: TargetSummary): Part {
  if (!isFlaky || mixed === undefined) return undefined
  return html`<span class="remark"><b class="badge">flaky</b> failed and passed on ${mixed.count} of ${counted(mixed.of, 'commit')}</span>`
}
