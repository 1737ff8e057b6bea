import type { Command } from 'commander'
import type { Choice } from '../consent/decision.ts'
import { noteForDoor } from '../consent/door-notes.ts'
import type { Exit, World } from '../world.ts'
import { forget, listDecisions, refuseEverywhere, renewId } from './consent-all.ts'
import { changeConsent } from './consent-change.ts'
import { showReceipt, showStatus } from './consent-show.ts'
import { examples } from './examples.ts'

const CHOICES: readonly [Choice, string][] = [
  ['on', 'agree: runs are recorded and sent to the people the project names'],
  ['local', 'record runs on this machine only; nothing is sent'],
  ['off', 'record and send nothing, and do not ask again'],
]

/** `send-metrics consent`: the status, and its subcommands. */
export function define(command: Command, world: World, ended: (exit: Exit) => void): void {
  const done = (exit: Exit) => {
    // What was decided now spares the next run the start of Node, or tells it to start one.
    noteForDoor(world, true)
    ended(exit)
  }
  command
    .addHelpText('before', examples(['send-metrics consent', 'send-metrics consent off', 'send-metrics consent show']))
    .usage('[on | local | off | show | list | new-id | forget] [options]')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => done(showStatus(world, options.json === true)))
  for (const [choice, summary] of CHOICES) defineChoice(command.command(choice).description(summary), world, choice, done)
  const json = (self: Command) => self.optsWithGlobals<{ json?: boolean }>().json === true
  const reading: [string, string, (json: boolean) => Exit][] = [
    ['show', 'print the receipt: what you agreed to, when, and the exact text', (asJson) => showReceipt(world, asJson)],
    ['list', 'print your decisions for all projects on this machine', (asJson) => listDecisions(world, asJson)],
    ['new-id', 'get another anonymous ID for this project', (asJson) => renewId(world, asJson)],
    ['forget', 'delete the records, what waits to be sent, and the ID of this project', (asJson) => forget(world, asJson)],
  ]
  for (const [name, summary, run] of reading) {
    const sub = command.command(name).description(summary).option('--json', 'print JSON')
    sub.action((_options, self: Command) => done(run(json(self))))
  }
}

interface ChoiceOptions {
  readonly silent?: boolean
  readonly allProjects?: boolean
  readonly json?: boolean
}

function defineChoice(command: Command, world: World, choice: Choice, done: (exit: Exit) => void): void {
  command.option('--yes', 'accepted for scripts; no question is asked either way')
  command.option('--json', 'print JSON: what consent --json says then, and notes')
  if (choice === 'off') {
    command.option('--silent', 'do not send the one last event that says so')
    command.option('--all-projects', 'for every project, and those to come')
  }
  command.action(async (_options, self: Command) => {
    const { silent = false, allProjects, json = false } = self.optsWithGlobals<ChoiceOptions>()
    done(allProjects ? refuseEverywhere(world, json) : await changeConsent(world, choice, { silent, json }))
  })
}
