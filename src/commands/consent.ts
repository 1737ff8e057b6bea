import type { Command } from 'commander'
import type { Choice } from '../consent/decision.ts'
import type { Exit, World } from '../world.ts'
import { changeConsent } from './consent-change.ts'
import { showReceipt, showStatus } from './consent-show.ts'
import { examples } from './examples.ts'

const CHOICES: readonly [Choice, string][] = [
  ['on', 'agree: runs are recorded and sent to the people the project names'],
  ['local', 'record runs on this machine only; nothing is sent'],
  ['off', 'record and send nothing, and do not ask again'],
]

/** `send-metrics consent`: the status, and its subcommands. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics consent', 'send-metrics consent off', 'send-metrics consent show']))
    .usage('[on | local | off | show] [options]')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => done(showStatus(world, options.json === true)))
  for (const [choice, summary] of CHOICES) {
    command
      .command(choice)
      .description(summary)
      .option('--yes', 'accepted for scripts; no question is asked either way')
      .action(async () => done(await changeConsent(world, choice)))
  }
  command
    .command('show')
    .description('print the receipt: what you agreed to, when, and the exact text')
    .option('--json', 'print JSON')
    .action((_options, self: Command) => done(showReceipt(world, self.optsWithGlobals<{ json?: boolean }>().json === true)))
}
