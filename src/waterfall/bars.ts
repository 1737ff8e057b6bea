/** Something that took its time: a target, or a run inside another. */
export interface Bar {
  readonly name: string
  /** Wall clock, ms. */
  readonly start: number
  readonly duration_ms: number
  readonly outcome: string
  /** How far it is set in: what runs inside something is one deeper. */
  readonly depth: number
  /** 16 hexadecimal digits. */
  readonly id: string
}

/** The longest of some bars, in the order in which they began, and what was left out. */
export function longestBars(bars: readonly Bar[], most: number): { readonly shown: readonly Bar[]; readonly left: readonly Bar[] } {
  const byLength = bars.toSorted((one, other) => other.duration_ms - one.duration_ms)
  return { shown: byLength.slice(0, most).sort(byStart), left: byLength.slice(most) }
}

/** As they began; of two that began together, the longer one first, since the other may be a part of it. */
export function byStart(one: Bar, other: Bar): number {
  return one.start - other.start || other.duration_ms - one.duration_ms
}

/** Cells filled from the left by so many eighths. */
const FROM_THE_LEFT = ['▏', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█']

/** A bar from `from` to `to`, both parts of 1, in `width` cells, to an eighth of a cell at its end; never nothing. */
export function drawBlocks(from: number, to: number, width: number): string {
  const start = Math.min(from * width, width - 1 / 8)
  const end = Math.max(to * width, start + 1 / 8)
  return Array.from({ length: width }, (_cell, at) => block(start - at, end - at)).join('')
}

/** One cell, of which the bar fills what lies between these two, where the cell is from 0 to 1. */
function block(start: number, end: number): string {
  if (start >= 1 || end <= 0) return ' '
  if (start <= 0) return FROM_THE_LEFT[Math.round(Math.min(end, 1) * 8)] ?? ' '
  // There are only two that are filled from the right, and none that is filled in the middle.
  if (Math.min(end, 1) - start >= 0.5) return '▐'
  return start < 0.5 ? '▏' : '▕'
}

/** The same where blocks cannot be shown. */
export function drawPlain(from: number, to: number, width: number): string {
  const first = Math.min(Math.round(from * width), width - 1)
  const last = Math.max(first + 1, Math.min(width, Math.round(to * width)))
  return `${' '.repeat(first)}${'#'.repeat(last - first)}${' '.repeat(width - last)}`
}
