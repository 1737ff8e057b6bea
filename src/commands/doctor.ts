import type { Command } from 'commander'
import { type Finding, findings } from '../doctor/checks.ts'
import { printable, printableJson } from '../messages.ts'
import { wrapped } from '../text-width.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { sendTest } from './send-test.ts'

/** `send-metrics doctor`: what is set up, what is not right, and what to do. Exits 1 when something needs doing. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText(
      'before',
      examples(['send-metrics doctor', 'send-metrics doctor --verbose', 'send-metrics doctor --json', 'send-metrics doctor --send-test']),
    )
    .option('--json', 'print JSON: a list of findings')
    .option('--verbose', 'list what a line sums up, such as every setting that has its default')
    .option('--send-test', 'show one marked event, send it to each destination, and say what each answered; needs your yes')
    .action(async (options: { json?: boolean; verbose?: boolean; sendTest?: boolean }) => {
      if (options.sendTest) return done(await sendTest(world, options.json === true))
      const found = await findings(world)
      world.stdout.write(
        options.json ? `${printableJson(found, 2)}\n` : found.map((finding) => layOut(finding, world, options.verbose === true)).join(''),
      )
      done({ code: found.some((finding) => finding.state === 'problem') ? 1 : 0 })
    })
}

const MARKS = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' } as const

/** Where a text begins, in columns: beside what it is about, or below. */
const BESIDE = 24
const BELOW = 9
/** What is beside gets no narrower than this. */
const NARROWEST = 48

/** At a terminal in lines that fit; else each text is one line, for programs that look for it. */
function layOut({ state, about, text, todo, details = [] }: Finding, { stdout }: World, verbose: boolean): string {
  const columns = stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY
  const at = placeOf(text, columns)
  const label = `${MARKS[state]}  ${about}:`
  const lines = [text, ...(verbose ? details : [])]
    .flatMap((one) => wrapped(printable(one, 400), columns - at))
    .map((line) => indent(line, at))
  if (at === BESIDE) lines[0] = `${label.padEnd(at)}${lines[0]?.slice(at)}`
  else lines.unshift(label)
  // A command is copied: to break one that is too wide is left to the terminal.
  if (todo) lines.push(indent(`do: ${printable(todo, 400)}`, BESIDE + `do: ${todo}`.length > columns ? BELOW : BESIDE))
  return lines.map((line) => `${line}\n`).join('')
}

function placeOf(text: string, columns: number): number {
  const room = columns - BESIDE
  const longest = Math.max(...text.split(' ').map((word) => word.length))
  return text.length <= room || (room >= NARROWEST && longest <= room) ? BESIDE : BELOW
}

function indent(text: string, by: number): string {
  return `${' '.repeat(by)}${text}`
}
