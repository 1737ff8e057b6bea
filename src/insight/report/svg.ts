import { html, type Markup, type Part } from './markup.ts'
import type { Scale, Tick } from './scales.ts'

/** The width of a plot in its own units; the page stretches it to the room there is, and strokes stay as wide as they are. */
export const PLOT_WIDTH = 2000

/** A place on an axis in a plot's own units. */
export function across(scale: Scale, value: number): number {
  return Math.round(scale(value) * PLOT_WIDTH)
}

/** A plot that is stretched in width alone. `title` is read out, and shown to whoever points at it. */
export function plot(height: number, title: string, content: Part): Markup {
  return html`<svg class="plot" viewBox="0 0 ${PLOT_WIDTH} ${height}" height="${height}" preserveAspectRatio="none" role="img"><title>${title}</title>${content}</svg>`
}

/** Lines through a plot at the ticks of its axis. */
export function grid(ticks: readonly Tick[], scale: Scale, height: number): Markup {
  return html`<path class="grid" d="${ticks.map(({ value }) => `M${across(scale, value)} 0V${height}`).join('')}"/>`
}

/** The words of an axis. They are said with each value, too, so nobody has them read out. */
export function axis(ticks: readonly Tick[], scale: Scale, words: (value: number) => string): Markup {
  const texts = ticks.map(
    ({ value, minor }) =>
      html`<text${minor ? html` class="minor"` : undefined} x="${percentOf(scale(value))}" y="12">${words(value)}</text>`,
  )
  return html`<svg class="axis" height="18" aria-hidden="true">${texts}</svg>`
}

/** A place or a length as an attribute of a drawing that is not stretched. */
export function percentOf(part: number): string {
  return `${Number((part * 100).toFixed(2))}%`
}
