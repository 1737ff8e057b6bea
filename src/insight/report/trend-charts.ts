import type { Summary, TargetSummary, Trend, Week } from '../model.ts'
import { day, duration, shortDuration, some } from './figures.ts'
import { html, type Markup, name, type Part, plainName } from './markup.ts'
import { left } from './strip-chart.ts'

const WIDTH = 340
const HEIGHT = 118
/** Where the plot is in the drawing. */
const PLOT = { left: 58, right: 332, top: 12, bottom: 92 }
const MOST_CHARTS = 12
/** Points on a line would be closer to each other than they are wide. */
const MOST_POINTS = 60

/** The targets that have a chart of their own: those that changed, and then those that took most time. */
export function charted({ targets }: Summary): { shown: readonly TargetSummary[]; more: number } {
  const able = targets.filter(({ weeks }) => weeks.filter(({ middle }) => middle !== undefined).length > 1)
  const { shown, more } = some(
    [...able].sort((one, other) => rank(one) - rank(other)),
    MOST_CHARTS,
  )
  return { shown: able.filter((target) => shown.includes(target)), more }
}

function rank({ trend }: TargetSummary): number {
  return trend?.significant ? 0 : 1
}

/** A small chart for each target: the median of each week, and around it the middle half. */
export function trendCharts(summary: Summary): Markup {
  const { shown, more } = charted(summary)
  if (shown.length === 0) return html`<p class="note">Two weeks of one target, with five passing runs in each, are needed for a chart.</p>`
  return html`<div class="cards">${shown.map((target) => card(target, summary))}</div>${left(more)}`
}

/** What is said of a trend, and the class that colours it. The sign says it without colour. */
export function verdict(trend: Trend | undefined): { words: string; kind: string } {
  if (trend === undefined) return { words: 'too few runs to tell', kind: 'steady' }
  if (!trend.significant) return { words: '· steady', kind: 'steady' }
  const size = `${Math.abs(Math.round(trend.percent))}%`
  return trend.percent > 0 ? { words: `▲ ${size} slower`, kind: 'slower' } : { words: `▼ ${size} faster`, kind: 'faster' }
}

function card(target: TargetSummary, { from, to }: Summary): Markup {
  const { words, kind } = verdict(target.trend)
  return html`<article class="card"><h3><span class="label">${name(target.target)}</span> <span class="verdict ${kind}">${words}</span></h3>${chart(target, kind, from, to)}</article>`
}

/** A time on the vertical axis, top first. */
type Height = (ms: number) => number

function chart({ target, weeks }: TargetSummary, kind: string, from: number, to: number): Markup {
  const present = weeks.flatMap(({ middle }) => middle ?? [])
  const low = Math.max(1, Math.min(...present.map(({ p25 }) => p25)))
  const high = Math.max(low * 1.5, ...present.map(({ p75 }) => p75))
  const height: Height = (ms) =>
    Number((PLOT.bottom - (Math.log(Math.max(low, ms) / low) / Math.log(high / low)) * (PLOT.bottom - PLOT.top)).toFixed(1))
  const medians = present.map(({ p50 }) => duration(p50))
  const title = `${plainName(target)}, median of each week: first ${medians[0]}, last ${medians.at(-1)}`
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title}</title>${scaleLines(low, high, height)}${bands(weeks, height)}<path class="line ${kind}" d="${lines(weeks, height)}"/><path class="points ${kind}" d="${points(weeks, height)}"/><g class="axis" aria-hidden="true"><text class="first" x="${PLOT.left}" y="${HEIGHT - 6}">${day(from)}</text><text class="last" x="${PLOT.right}" y="${HEIGHT - 6}">${day(to)}</text></g></svg>`
}

function scaleLines(low: number, high: number, height: Height): Markup {
  const values = [high, Math.sqrt(low * high), low]
  const texts = values.map((ms) => html`<text class="last" x="${PLOT.left - 8}" y="${height(ms) + 4}">${shortDuration(ms)}</text>`)
  const paths = values.map((ms) => `M${PLOT.left} ${height(ms)}H${PLOT.right}`).join('')
  return html`<path class="grid" d="${paths}"/><g class="axis" aria-hidden="true">${texts}</g>`
}

function x(week: number, weeks: number): number {
  return Number((PLOT.left + (week / Math.max(1, weeks - 1)) * (PLOT.right - PLOT.left)).toFixed(1))
}

/** A week with its place, where it has enough runs. */
interface Placed {
  readonly x: number
  readonly middle: NonNullable<Week['middle']>
}

/** Runs of weeks without a gap. */
function stretches(weeks: readonly Week[]): Placed[][] {
  const found: Placed[][] = [[]]
  for (const [at, { middle }] of weeks.entries()) {
    if (middle !== undefined) found.at(-1)?.push({ x: x(at, weeks.length), middle })
    else if (found.at(-1)?.length !== 0) found.push([])
  }
  return found.filter(({ length }) => length > 0)
}

function bands(weeks: readonly Week[], height: Height): Part {
  const d = stretches(weeks).map((stretch) => {
    const upper = stretch.map((at) => `${at.x} ${height(at.middle.p75)}`)
    const lower = stretch.map((at) => `${at.x} ${height(at.middle.p25)}`).reverse()
    return `M${[...upper, ...lower].join('L')}z`
  })
  return html`<path class="band" d="${d.join('')}"/>`
}

function lines(weeks: readonly Week[], height: Height): string {
  return stretches(weeks)
    .map((stretch) => `M${stretch.map((at) => `${at.x} ${height(at.middle.p50)}`).join('L')}`)
    .join('')
}

function points(weeks: readonly Week[], height: Height): string {
  const all = stretches(weeks)
  // One without a neighbour has no line.
  return (weeks.length > MOST_POINTS ? all.filter(({ length }) => length === 1) : all)
    .flat()
    .map((at) => `M${at.x} ${height(at.middle.p50)}h0`)
    .join('')
}
