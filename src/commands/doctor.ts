import type { Command } from 'commander'
import { type Finding, findings } from '../doctor/checks.ts'
import { printable } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'

/** `send-metrics doctor`: what is set up, what is not right, and what to do. Exits 1 when something needs doing. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics doctor', 'send-metrics doctor --json']))
    .option('--json', 'print JSON: a list of findings')
    .action(async (options: { json?: boolean }) => {
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
