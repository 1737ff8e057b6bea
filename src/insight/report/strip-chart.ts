import type { SampledRun, Summary, TargetSummary } from '../model.ts'
import { counted, duration, some } from './figures.ts'
import { html, type Markup, name, type Part, plainName } from './markup.ts'
import { type Scale, type Tick, timeScale } from './scales.ts'
import { across, axis, grid, plot } from './svg.ts'

const HEIGHT = 40
const MIDDLE = HEIGHT / 2
/** How far from the middle a run may stand, so that they don't hide each other. */
const SPREAD = 14
const MOST_ROWS = 40
/** Of your own runs so many have a mark, even where that is more than their share. */
const LEAST_YOURS = 20

/** The targets that have a row. */
export function stripped({ targets }: Summary): { shown: readonly TargetSummary[]; more: number } {
  return some(targets, MOST_ROWS)
}

/** The runs of a target that have a mark. A sample has more of your own than their share, which would make them seem to be most. */
export function drawnOf({ sample, runs }: TargetSummary): readonly SampledRun[] {
  const yours = sample.filter(({ you }) => you).length
  const wanted = Math.max(LEAST_YOURS, Math.round((yours * sample.length) / runs))
  if (sample.length === runs || yours <= wanted) return sample
  let nth = 0
  const isWanted = () => Math.floor((++nth * wanted) / yours) > Math.floor(((nth - 1) * wanted) / yours)
  return sample.filter(({ you }) => !you || isWanted())
}

/** Every run of each target as a mark on a time axis, with a box for the middle half. */
export function stripChart(summary: Summary): Markup {
  const { shown, more } = stripped(summary)
  const { scale, ticks } = timeScale(shown.flatMap(extent))
  const rows = shown.map((target) => strip(target, summary.people > 1, scale, ticks))
  return html`<div class="chart rows"><div class="row"><span></span>${axis(ticks, scale, duration)}</div>${rows}</div>${left(more)}`
}

/** Says how many targets a chart has no room for. */
export function left(more: number): Part {
  return more === 0 ? undefined : html`<p class="note">${counted(more, 'further target')} took less time than these.</p>`
}

function extent({ sample, quantiles }: TargetSummary): number[] {
  const all = sample.map(({ durationMs }) => durationMs)
  return quantiles === undefined ? all : [...all, quantiles.p5, quantiles.p95]
}

function strip(target: TargetSummary, isTeam: boolean, scale: Scale, ticks: readonly Tick[]): Markup {
  const content = [grid(ticks, scale, HEIGHT), marks(isTeam ? drawnOf(target) : target.sample, isTeam, scale), box(target, scale)]
  return html`<div class="row"><span class="label">${name(target.target)}</span>${plot(HEIGHT, title(target), content)}</div>`
}

function title({ target, runs, failed, quantiles }: TargetSummary): string {
  const start = `${plainName(target)}: ${counted(runs, 'run')}, ${failed} failed`
  if (quantiles === undefined) return `${start}; too few passed for a median`
  const { p25, p50, p75, p5, p95 } = quantiles
  const middle = `median ${duration(p50)}, middle half ${duration(p25)} to ${duration(p75)}`
  return `${start}; ${middle}, 5th to 95th percentile ${duration(p5)} to ${duration(p95)}`
}

/** One path for each kind, since there may be thousands; what matters most comes last and so on top. */
function marks(sample: readonly SampledRun[], isTeam: boolean, scale: Scale): Part {
  const kinds: Record<string, string> = { dots: '', stopped: '', fails: '', yours: '', yourfails: '' }
  for (const [at, { durationMs, outcome, you }] of sample.entries()) {
    const kind = kindOf(outcome, you && isTeam)
    const y = MIDDLE + jitter(at)
    const mark = kind === 'dots' || kind === 'yours' ? `${y}h0` : `${y - 3}v6`
    kinds[kind] += `M${across(scale, durationMs)} ${mark}`
  }
  const { yours = '', ...others } = kinds
  // Twice, the wider one below: a rim that makes them stand out from the others on any ground.
  const own = yours === '' ? undefined : [html`<path class="rim" d="${yours}"/>`, html`<path class="yours" d="${yours}"/>`]
  return [Object.entries(others).map(([kind, d]) => (d === '' ? undefined : html`<path class="${kind}" d="${d}"/>`)), own]
}

function kindOf(outcome: SampledRun['outcome'], you: boolean): string {
  if (outcome === 'success') return you ? 'yours' : 'dots'
  if (outcome === 'interrupted') return 'stopped'
  return you ? 'yourfails' : 'fails'
}

/** Spreads runs up and down, evenly and the same each time (the golden ratio's multiples never cluster). */
function jitter(at: number): number {
  return Math.round((((at * 0.618034) % 1) * 2 - 1) * SPREAD)
}

function box({ quantiles }: TargetSummary, scale: Scale): Part {
  if (quantiles === undefined) return undefined
  const [p5, p25, p50, p75, p95] = (['p5', 'p25', 'p50', 'p75', 'p95'] as const).map((key) => across(scale, quantiles[key]))
  const [top, bottom] = [MIDDLE - 8, MIDDLE + 8]
  return html`<path class="box" d="M${p25} ${top}H${p75}V${bottom}H${p25}z"/><path class="whisker" d="M${p5} ${MIDDLE}H${p25}M${p75} ${MIDDLE}H${p95}"/><path class="median" d="M${p50} ${top}V${bottom}"/>`
}
