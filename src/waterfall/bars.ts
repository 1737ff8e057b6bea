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

/** In blocks, with eighths of a cell at the end: ▏ to █ fill it from the left, ▐ and ▕ from the right. */
const FROM_THE_LEFT = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█']

/** A bar from `from` to `to`, both parts of 1, in `width` cells; never nothing. */
export function drawBlocks(from: number, to: number, width: number): string {
  const [start, end] = [Math.min(from * width, width - 1 / 8), to * width]
  return cells(
    width,
    (at) => {
      const filled = Math.min(end, at + 1) - Math.max(start, at)
      if (start <= at) return FROM_THE_LEFT[Math.round(filled * 8)] ?? '█'
      if (end < at + 1) return FROM_THE_LEFT[Math.max(1, Math.round(filled * 8))] ?? '█'
      return filled >= 0.5 ? '▐' : '▕'
    },
    start,
    end,
  )
}

/** The same where blocks cannot be shown. */
export function drawPlain(from: number, to: number, width: number): string {
  const first = Math.min(Math.round(from * width), width - 1)
  const last = Math.max(first + 1, Math.min(width, Math.round(to * width)))
  return `${' '.repeat(first)}${'#'.repeat(last - first)}${' '.repeat(width - last)}`
}

function cells(width: number, draw: (at: number) => string, start: number, end: number): string {
  const touched = (at: number) => at < Math.max(end, start + 1 / 8) && at + 1 > start
  return Array.from({ length: width }, (_cell, at) => (touched(at) ? draw(at) : ' ')).join('')
}
