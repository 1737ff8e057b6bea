import type { Command } from 'commander'
import { type LastRun, type Why, whyHere } from '../doctor/why.ts'
import { printable, printableJson } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'

/** `send-metrics why`: in a few lines, what becomes of a run here, and what became of the last one. `doctor` looks at everything. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics why', 'send-metrics why --json']))
    .option('--json', 'print JSON: outcome, reason, todo, last')
    .action(async (options: { json?: boolean }) => {
      const why = await whyHere(world)
      world.stdout.write(options.json ? `${printableJson(why, 2)}\n` : layOut(why, world))
      done({ code: 0 })
    })
}

const OUTCOMES: Readonly<Record<Why['outcome'], string>> = {
  sent: 'A run here is recorded and sent.',
  'kept here': 'A run here is kept on this machine, and not sent',
  'not recorded': 'A run here is not recorded',
}

function layOut({ outcome, reason, todo, last }: Why, world: World): string {
  const lines = [
    reason === undefined ? OUTCOMES[outcome] : `${OUTCOMES[outcome]}: ${printable(reason, 400)}.`,
    ...(todo === undefined ? [] : [`To change it: ${printable(todo, 400)}`]),
    last === undefined
      ? 'No run of this project was recorded on this machine yet.'
      : `The last one that was: ${describe(last, world.now())}.`,
    `More: ${world.tool} doctor`,
  ]
  return `${lines.join('\n')}\n`
}

function describe({ command, at, outcome, sent }: LastRun, now: number): string {
  const fate = sent.length === 0 ? 'not sent' : sent.map((one) => printable(one, 200)).join('; ')
  return `${printable(command)}, ${ago(at, now)}, ${printable(outcome)}; ${fate}`
}

function ago(at: string, now: number): string {
  const minutes = Math.round((now - Date.parse(at)) / 60_000)
  if (Number.isNaN(minutes)) return 'at an unknown time'
  if (minutes < 0) return `at ${at}`
  if (minutes === 0) return 'just now'
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`
  return `on ${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`
}
