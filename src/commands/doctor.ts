import type { Command } from 'commander'
import { type Finding, findings } from '../doctor/checks.ts'
import { printable } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { sendTest } from './send-test.ts'

/** `send-metrics doctor`: what is set up, what is not right, and what to do. Exits 1 when something needs doing. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics doctor', 'send-metrics doctor --json', 'send-metrics doctor --send-test']))
    .option('--json', 'print JSON: a list of findings')
    .option('--send-test', 'show one marked event, send it to each destination, and say what each answered; needs your yes')
    .action(async (options: { json?: boolean; sendTest?: boolean }) => {
      if (options.sendTest) return done(await sendTest(world, options.json === true))
      const found = await findings(world)
      world.stdout.write(options.json ? `${JSON.stringify(found, undefined, 2)}\n` : found.map(layOut).join(''))
      done({ code: found.some((finding) => finding.state === 'problem') ? 1 : 0 })
    })
}

const MARKS = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' } as const

function layOut({ state, about, text, todo }: Finding): string {
  const line = `${MARKS[state]}  ${`${about}:`.padEnd(14)} ${printable(text, 400)}\n`
  return todo ? `${line}${' '.repeat(25)}do: ${printable(todo, 400)}\n` : line
}
