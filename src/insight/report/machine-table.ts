import type { Cell, PersonSummary, Summary } from '../model.ts'
import { machineWords } from '../words.ts'
import { counted, some, times } from './figures.ts'
import { html, type Markup, name, type Part } from './markup.ts'

const MOST_TARGETS = 10
/** Rows from each end, and further outliers; you are shown wherever you are. */
const MOST_SLOW = 30
const MOST_FAST = 10
const MOST_OUTLIERS = 30

/** From which ratio on a cell is shaded how much; the same for its inverse. */
const SHADES = [1.1, 1.3, 1.6, 2, 2.6]

/** Who is how much slower or faster than everybody else, target by target. */
export function machineTable({ machines, targets }: Summary): Markup {
  const { shown: columns, more } = some(
    targets.map(({ target }) => target).filter((target) => machines.some(({ cells }) => cells.some((cell) => cell.target === target))),
    MOST_TARGETS,
  )
  const head = columns.map((target) => html`<th scope="col">${name(target)}</th>`)
  const note =
    more === 0 ? undefined : html`<p class="note">“overall” is of all targets; ${counted(more, 'further target')} have no column.</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Machines compared"><table class="machines"><thead><tr><th scope="col">who</th><th scope="col">overall</th><th scope="col">machine</th>${head}</tr></thead><tbody>${rows(machines, columns)}</tbody></table></div>${note}`
}

function rows(machines: readonly PersonSummary[], columns: readonly string[]): Part {
  const shown = shownOf(machines)
  const hidden = machines.filter((machine) => !shown.has(machine))
  return machines.map((machine) => {
    if (machine === hidden[0]) return gap(hidden, columns.length)
    return shown.has(machine) ? row(machine, columns) : undefined
  })
}

function shownOf(machines: readonly PersonSummary[]): ReadonlySet<PersonSummary> {
  const further = machines.slice(MOST_SLOW).filter(({ outlier }) => outlier)
  const you = machines.filter((machine) => machine.you)
  const ends = [...machines.slice(0, MOST_SLOW), ...machines.slice(MOST_SLOW).slice(-MOST_FAST)]
  return new Set([...ends, ...further.slice(0, MOST_OUTLIERS), ...you])
}

/** Stands for those that are left out between the slow and the fast. */
function gap(hidden: readonly PersonSummary[], columns: number): Markup {
  const [slowest = 1, fastest = 1] = [hidden[0]?.ratio, hidden.at(-1)?.ratio]
  const outliers = hidden.filter(({ outlier }) => outlier).length
  const among = outliers === 0 ? '' : `; ${counted(outliers, 'outlier')} among them`
  return html`<tr><td class="gap" colspan="${columns + 3}">${counted(hidden.length, 'more', 'more')}, between ${times(fastest)} and ${times(slowest)}${among}</td></tr>`
}

function row(machine: PersonSummary, columns: readonly string[]): Markup {
  const { code, you, outlier, ratio } = machine
  const cells = new Map(machine.cells.map((cell) => [cell.target, cell]))
  const badge = outlier ? html` <b class="badge">outlier</b>` : undefined
  const who = html`<th scope="row">${code}${you ? html` <b class="you">you</b>` : undefined}</th>`
  return html`<tr${you ? html` class="own"` : undefined}>${who}<td class="overall">${badge} ${times(ratio)}</td><td class="machine">${machineWords(machine.machine)}</td>${columns.map((target) => shaded(cells.get(target)))}</tr>`
}

function shaded(cell: Cell | undefined): Markup {
  if (cell === undefined) return html`<td class="none">–</td>`
  return html`<td class="${shade(cell.ratio)}">${times(cell.ratio)}</td>`
}

function shade(ratio: number): string {
  const strength = SHADES.filter((least) => Math.max(ratio, 1 / ratio) >= least).length
  return strength === 0 ? 'same' : `${ratio > 1 ? 'slow' : 'fast'}${strength}`
}
