import type { Paint } from './colours.ts'
import { fitted, textWidth } from './text-width.ts'

/** One column. The first is cut where there is no room; others go, the ones with the lowest `keep` first, and those without any content. */
export interface Column {
  readonly title: string
  readonly side: 'left' | 'right'
  readonly cells: readonly string[]
  /** How a cell is painted, if it is. */
  readonly style?: (row: number) => Parameters<Paint>[0] | undefined
  readonly keep: number
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
      const text = fitted(cell(column), room, column.side)
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

function fitting(columns: readonly Column[], width: number): { column: Column; columns: number }[] {
  const filled = columns.filter(({ cells }) => cells.some((cell) => cell !== ''))
  let shown = filled.map((column) => ({ column, columns: Math.max(textWidth(column.title), ...column.cells.map(textWidth)) }))
  const total = () => shown.reduce((sum, one) => sum + one.columns, GAP.length * (shown.length - 1))
  const name = () => Math.min(shown[0]?.columns ?? 0, LEAST_NAME)
  while (shown.length > 1 && total() - (shown[0]?.columns ?? 0) + name() > width) {
    const least = Math.min(...shown.slice(1).map(({ column }) => column.keep))
    shown = shown.filter(({ column }, at) => at === 0 || column.keep !== least)
  }
  const over = Math.max(0, total() - width)
  return shown.map((one, at) => (at === 0 ? { ...one, columns: Math.max(1, one.columns - over) } : one))
}
