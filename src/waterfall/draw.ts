import { printable } from '../messages.ts'
import { type Bar, byStart, drawBlocks, drawPlain, longestBars } from './bars.ts'

/** A run, to be drawn with what ran inside. */
export interface Waterfall {
  readonly command: string
  readonly run_id: string
  /** RFC 3339, UTC. */
  readonly at: string
  readonly duration_ms: number
  readonly outcome: string
  readonly bars: readonly Bar[]
  /** Spans that were not recorded, beyond the bars. */
  readonly leftOut: number
}

/** What the terminal can show. */
export interface Canvas {
  readonly columns: number
  readonly colour: boolean
  /** Blocks and signs beyond ASCII. */
  readonly unicode: boolean
  /** What the person types to start this tool. */
  readonly tool: string
}

/** With the lines around them they fit a terminal of 24 lines. */
const MOST_ROWS = 18
const WIDEST = 120
const TIME_COLUMNS = 8
const LEAST_BAR = 10

const SIGNS: Readonly<Record<string, readonly [unicode: string, plain: string, colour: number]>> = {
  failure: ['✗', 'x', 31],
  interrupted: ['!', '!', 33],
}
const USUAL = [' ', ' ', 32] as const

/** A run as a waterfall: a line for each of its longest targets, with its bar under the time of the whole. */
export function drawWaterfall(run: Waterfall, canvas: Canvas): string {
  const width = Math.min(canvas.columns, WIDEST)
  const title = titleOf(run, width)
  const { shown, left } = longestBars(
    run.bars.map((bar) => ({ ...bar, name: printable(bar.name, 1000) })),
    MOST_ROWS - (title.length - 1),
  )
  const longest = Math.max(...shown.map(({ name, depth }) => depth + [...name].length), 6)
  const nameColumns = Math.max(6, Math.min(longest, Math.floor(width * 0.45)))
  const barColumns = Math.max(LEAST_BAR, width - nameColumns - TIME_COLUMNS - 4)
  const start = Math.min(Date.parse(run.at), ...shown.map((bar) => bar.start))
  const total = Math.max(run.duration_ms, ...shown.map((bar) => bar.start + bar.duration_ms - start), 1)
  const rows = shown.toSorted(byStart).map((bar) => drawRow(bar, { start, total, nameColumns, barColumns, canvas }))
  const ruler = `${' '.repeat(nameColumns + TIME_COLUMNS + 4)}0${seconds(total).padStart(barColumns - 1)}`
  return [...title, '', ruler, ...rows, ...footer(shown, left, run.leftOut, canvas)].map((line) => `${line.trimEnd()}\n`).join('')
}

/** On one line where there is room; a name is cut only where it alone is too long for one. */
function titleOf({ command, duration_ms, outcome, at, run_id }: Waterfall, width: number): string[] {
  const when = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const result = `: ${seconds(duration_ms)}, ${printable(outcome)}`
  const name = printable(command, 1000) || 'the default goal'
  const parts = [`${cutInTheMiddle(name, Math.max(LEAST_BAR, width - result.length - 1), '~')}${result}`, when, `run ${printable(run_id)}`]
  return parts.slice(1).reduce(
    (lines, part, at) => {
      const longer = `${lines.at(-1)}, ${part}`
      // The comma at the end of all but the last line needs its place.
      return longer.length < width + (at === parts.length - 2 ? 1 : 0)
        ? [...lines.slice(0, -1), longer]
        : [...lines.slice(0, -1), `${lines.at(-1)},`, part]
    },
    parts.slice(0, 1),
  )
}

interface Frame {
  readonly start: number
  readonly total: number
  readonly nameColumns: number
  readonly barColumns: number
  readonly canvas: Canvas
}

function drawRow(bar: Bar, { start, total, nameColumns, barColumns, canvas }: Frame): string {
  const [unicode, plain, colour] = (Object.hasOwn(SIGNS, bar.outcome) && SIGNS[bar.outcome]) || USUAL
  const draw = canvas.unicode ? drawBlocks : drawPlain
  const from = (bar.start - start) / total
  const cells = draw(from, Math.min(1, from + bar.duration_ms / total), barColumns)
  const indent = ' '.repeat(Math.min(bar.depth, 4))
  const name = `${indent}${cutInTheMiddle(bar.name, nameColumns - indent.length, canvas.unicode ? '…' : '~')}`
  const painted = canvas.colour ? `\u001b[${colour}m${cells.trimEnd()}\u001b[0m` : cells
  const sign = canvas.unicode ? unicode : plain
  return `${sign} ${name}${' '.repeat(Math.max(0, nameColumns - [...name].length))} ${seconds(bar.duration_ms).padStart(TIME_COLUMNS)} ${painted}`
}

/** Both ends of a name say what it is: `build/very…/main.o`. */
function cutInTheMiddle(text: string, most: number, mark: string): string {
  const characters = [...text]
  if (characters.length <= most) return text
  const end = Math.floor((most - 1) / 2)
  return `${characters.slice(0, most - 1 - end).join('')}${mark}${characters.slice(characters.length - end).join('')}`
}

function footer(shown: readonly Bar[], left: readonly Bar[], leftOut: number, { unicode, tool }: Canvas): string[] {
  const lines: string[] = []
  const outcomes = new Set(shown.map(({ outcome }) => outcome))
  const legend = Object.entries(SIGNS).flatMap(([outcome, [sign, plain]]) =>
    outcomes.has(outcome) ? [`${unicode ? sign : plain} ${outcome}`] : [],
  )
  if (legend.length > 0) lines.push(legend.join(', '))
  const most = left[0]
  if (most !== undefined) {
    const [count, each] = left.length === 1 ? ['1 more is', ''] : [`${left.length} more are`, ' or less each']
    lines.push(`${count} not shown: ${seconds(most.duration_ms)}${each}; ${tool} trace --json has all`)
  }
  if (leftOut > 0) lines.push(`${leftOut} shorter ones were not recorded`)
  return lines.length > 0 ? ['', ...lines] : []
}

/** `310 ms`, `12.4 s`, `3 m 07 s`. */
function seconds(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const whole = Math.round(ms / 1000)
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} m`
}
