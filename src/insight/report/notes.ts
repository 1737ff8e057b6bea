import { LEAST_RUNS, type LeftOut, type Summary } from '../model.ts'
import { grouped } from '../words.ts'
import { counted } from './figures.ts'
import { html, type Markup, type Part } from './markup.ts'

/** How the page was counted, and what was not. */
export function notes({ leftOut, machines }: Summary, leastPeople: number | undefined): Markup {
  const people =
    leastPeople === undefined || leastPeople < 2
      ? undefined
      : html`<li>Targets and weeks with fewer than ${leastPeople} people are left out, and what is known of a machine unless ${leastPeople} have the same.</li>`
  return html`<section><h2>How this was counted</h2><ul class="notes">${HOW}${machines.length > 0 ? OF_MACHINES : undefined}${people}${leftOutLine(leftOut)}</ul></section>`
}

const HOW = html`<li>Medians and everything about durations: runs that passed, at least ${LEAST_RUNS} of them.</li>
<li>Slower or faster: each person’s runs against their own median, the last weeks against the first (Mann-Whitney). Shown only where chance is an unlikely reason.</li>
<li>Failed: among runs that passed or failed, with Wilson’s 95% interval. Runs that were interrupted are in neither.</li>
<li>Flaky: too many commits on which the target both failed and passed, though no tracked file was changed.</li>
<li>Time lost: time in runs that failed, and the time above the median of the first weeks for targets that got slower.</li>
<li>Time of a run inside another recorded run is counted once in the totals.</li>
<li>Days and weeks are UTC; a week is seven days, counted back from the end.</li>`

const OF_MACHINES = html`<li>Outlier: more than 1.5 times as slow as everybody else over all, and clearly so on at least 60% of what the machine runs.</li>
<li>People are shown as codes without a meaning beyond this page.</li>`

function leftOutLine({ tests, duplicates, wrongClock, unreadable }: LeftOut): Part {
  const said = [
    tests > 0 ? counted(tests, 'test') : undefined,
    duplicates > 0 ? counted(duplicates, 'duplicate') : undefined,
    wrongClock > 0 ? `${grouped(wrongClock)} with a wrong clock` : undefined,
    unreadable > 0 ? `${counted(unreadable, 'line')} that could not be read` : undefined,
  ].filter((part) => part !== undefined)
  return said.length === 0 ? undefined : html`<li>Not counted: ${said.join(', ')}.</li>`
}
