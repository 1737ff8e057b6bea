import { fitted, textWidth } from '../../text-width.ts'
import type { Paint } from './colours.ts'

/** One column. The first is cut where there is no room; others go, the ones with the lowest `keep` first, and those without any content. */
export interface Column {
  readonly title: string
  readonly side: 'left' | 'right'
  readonly cells: readonly string[]
  /** How a cell is painted, if it is. */
  readonly style?: (row: number) => Parameters<Paint>[0] | undefined
  readonly keep: number
  /** Its cells may lose their start, down to so many columns, before any column goes. */
  readonly least?: number
}

const GAP = '  '

/** The first column keeps so much. */
const LEAST_NAME = 12

/** Lines of a table no wider than `width` columns, without blanks at their ends. */
export function table(columns: readonly Column[], width: number, paint: Paint): string[] {
  const shown = fitting(columns, width)
  const rows = shown[0]?.column.cells.length ?? 0
  const line = (cell: (column: Column) => string, style: (column: Column) => Parameters<Paint>[0] | undefined) => {
    const cells = shown.map(({ column, columns: room }) => {
      const text = fitted(column.least === undefined ? cell(column) : endOf(cell(column), room), room, column.side)
      const chosen = style(column)
      return chosen === undefined ? text : paint(chosen, text)
    })
    return cells.join(GAP).trimEnd()
  }
  const head = paint(
    'dim',
    line(
      ({ title }) => title,
      () => undefined,
    ),
  )
  const body = Array.from({ length: rows }, (_, row) =>
    line(
      ({ cells }) => cells[row] ?? '',
      ({ style }) => style?.(row),
    ),
  )
  return [head, ...body]
}

/** The last characters of a text, each of one column. */
function endOf(text: string, columns: number): string {
  return [...text].slice(-columns).join('')
}

interface Shown {
  readonly column: Column
  /** How wide it is. */
  readonly columns: number
}

function fitting(columns: readonly Column[], width: number): Shown[] {
  const filled = columns.filter(({ cells }) => cells.some((cell) => cell !== ''))
  let shown = filled.map((column): Shown => ({ column, columns: Math.max(textWidth(column.title), ...column.cells.map(textWidth)) }))
  const over = () => shown.reduce((sum, one) => sum + one.columns, GAP.length * (shown.length - 1)) - width
  const slack = () => shown.reduce((sum, one, at) => sum + slackOf(one, at === 0 ? LEAST_NAME : undefined), 0)
  while (shown.length > 1 && over() > slack()) {
    const least = Math.min(...shown.slice(1).map(({ column }) => column.keep))
    shown = shown.filter(({ column }, at) => at === 0 || column.keep !== least)
  }
  let rest = Math.max(0, over())
  // What can be cut at its start is; a name only where that is not enough.
  return shown
    .toReversed()
    .map((one, back) => {
      const isName = back === shown.length - 1
      const less = isName ? Math.min(rest, one.columns - 1) : Math.min(rest, slackOf(one))
      rest -= less
      return { ...one, columns: one.columns - less }
    })
    .toReversed()
}

/** By how much a column can get narrower. */
function slackOf({ column, columns }: Shown, least = column.least): number {
  return least === undefined ? 0 : Math.max(0, columns - Math.max(least, column.least === undefined ? 0 : textWidth(column.title)))
}
