import type { Summary, TargetSummary } from '../model.ts'
import { counted, duration, some } from './figures.ts'
import { html, type Markup, name, plainName } from './markup.ts'
import { percentOf } from './svg.ts'

const HEIGHT = 16
const MOST_ROWS = 20

/** Time that need not have been spent, for each target: in runs that failed, and because it got slower. */
export function timeChart({ targets }: Summary): Markup {
  const losing = targets.filter((target) => total(target) > 0).sort((one, other) => total(other) - total(one))
  const first = losing[0]
  if (first === undefined) return html`<p class="note">None: no run failed, and no target got slower.</p>`
  const { shown, more } = some(losing, MOST_ROWS)
  const note = more === 0 ? undefined : html`<p class="note">${counted(more, 'further target')} lost less than these.</p>`
  return html`<div class="chart rows lost">${shown.map((target) => row(target, total(first)))}</div>${note}`
}

function total({ lost }: TargetSummary): number {
  return lost.failedMs + lost.slowerMs
}

function row(target: TargetSummary, most: number): Markup {
  const { failedMs, slowerMs } = target.lost
  const title = `${plainName(target.target)}: ${duration(failedMs)} in runs that failed, ${duration(slowerMs)} slower than at first`
  const failed = failedMs / most
  const drawing = html`<svg class="bars" height="${HEIGHT}" role="img"><title>${title}</title>${part('failed', 0, failed)}${part('slowed', failed, slowerMs / most)}</svg>`
  return html`<div class="row"><span class="label">${name(target.target)}</span>${drawing}<span class="figure">${duration(failedMs + slowerMs)}</span></div>`
}

function part(kind: string, start: number, width: number): Markup | undefined {
  if (width <= 0) return undefined
  return html`<rect class="${kind}" x="${percentOf(start)}" y="3" width="${percentOf(width)}" height="10"/>`
}
