import { createHash } from 'node:crypto'
import { printable } from '../../messages.ts'
import { type Summary, WEEK_MS } from '../model.ts'
import { durationTable, failureTable, lostTable, weekTable } from './data-tables.ts'
import { failureChart } from './failure-chart.ts'
import { counted, day } from './figures.ts'
import { machineTable } from './machine-table.ts'
import { html, Markup, type Part } from './markup.ts'
import { notes } from './notes.ts'
import { drawnOf, stripChart, stripped } from './strip-chart.ts'
import style from './style.css'
import { tiles } from './tiles.ts'
import { timeChart } from './time-chart.ts'
import { trendCharts } from './trend-charts.ts'

/** By this the tool knows its own pages again, in the first kilobyte of a file. */
export const GENERATOR = '<meta name="generator" content="send-metrics'

const DAY_MS = WEEK_MS / 7

/** What the page says beside the numbers. */
export interface PageOptions {
  /** Whose runs they are: the project's name. */
  readonly title: string
  /** Of this tool. */
  readonly version: string
  /** As the summary was made with it. */
  readonly leastPeople?: number | undefined
  /** Wall clock, ms since 1970. */
  readonly now: number
}

/** The whole page: no script, nothing loaded from anywhere, everything from the data escaped. The summary must have runs. */
export function renderPage(summary: Summary, options: PageOptions): string {
  const title = `${printable(options.title)}: ${period(summary, options.now)}`
  const head = `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
${GENERATOR} ${options.version}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${html`<title>${title}</title>`.text}
<style>${style}</style>`
  const body = html`${HATCH}<main>${header(summary, title)}${tiles(summary, options.leastPeople)}${sections(summary)}${notes(summary, options.leastPeople)}</main><footer>Made by send-metrics ${options.version} on ${day(options.now)}. This page has everything in it: it loads nothing and sends nothing.</footer>`
  return `<!doctype html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n${body.text}\n</body>\n</html>\n`
}

/** Nothing may be loaded, run, sent or framed; only the one style sheet in the page counts. */
function policy(): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
}

/** The pattern of time lost by slowness, which is told apart without colour by it. */
const HATCH = new Markup(
  '<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern></defs></svg>',
)

function period({ from, to }: Summary, now: number): string {
  const days = Math.max(1, Math.round((to - from) / DAY_MS))
  const span = days % 7 === 0 ? counted(days / 7, 'week') : counted(days, 'day')
  return now - to < WEEK_MS ? `last ${span.replace(/^1 /u, '')}` : `${span} up to ${day(to)}`
}

function header({ runs, targets, people, from, to }: Summary, title: string): Markup {
  const facts = [counted(runs, 'run'), counted(targets.length, 'target'), people > 1 ? counted(people, 'person', 'people') : undefined]
  const said = [...facts, `${day(from)} to ${day(to)}`].filter((part) => part !== undefined)
  return html`<header><h1>${title}</h1><p>${said.join(' · ')} · no data leaves this file</p></header>`
}

function sections(summary: Summary): Part {
  return [
    section('Every run, per target', runsLegend(summary), stripChart(summary), durationTable(summary)),
    section('Getting slower?', TREND_LEGEND, trendCharts(summary), weekTable(summary)),
    html`<div class="pair">${[
      section(
        'How often does it fail?',
        html`Bar: share of runs that failed; line: 95% interval.`,
        failureChart(summary),
        failureTable(summary),
      ),
      section('Where is time lost?', TIME_LEGEND, timeChart(summary), lostTable(summary)),
    ]}</div>`,
    summary.machines.length === 0 ? undefined : section('Is one machine an outlier?', MACHINE_LEGEND, machineTable(summary)),
  ]
}

function section(heading: string, legend: Markup, chart: Markup, table?: Markup): Markup {
  return html`<section><h2>${heading}</h2><p class="legend">${legend}</p>${chart}${table}</section>`
}

function runsLegend(summary: Summary): Markup {
  const { runs, targets, machines } = summary
  const you = machines.find((machine) => machine.you)
  const drawn = stripped(summary).shown.reduce((sum, target) => sum + drawnOf(target).length, 0)
  const yours =
    you === undefined && !targets.some(({ sample }) => sample.some((run) => run.you))
      ? undefined
      : html` <span class="key key-yours">large dot</span>: yours${you === undefined ? undefined : ` (${you.code})`}.`
  const sampled = drawn < runs ? ` ${counted(drawn, 'run')} are drawn, chosen at random; the boxes are of all.` : undefined
  return html`<span class="key key-dots">Dot</span>: passed; <span class="key key-fails">dash</span>: failed; <span class="key key-stopped">thin dash</span>: interrupted.${yours} Box: middle half of passing runs; thick line: median; whiskers: 5th to 95th percentile. Log scale.${sampled}`
}

const TREND_LEGEND = html`Median of each week with the middle half, passing runs only. Each chart has its own scale.`
const TIME_LEGEND = html`<span class="key key-failed">Plain</span>: in runs that failed; <span class="key key-slowed">hatched</span>: slower than in the first weeks.`
const MACHINE_LEGEND = html`Median of passing runs against the median of everybody else: 2.00× is twice as slow. Cells with fewer than 5 runs are left out.`
