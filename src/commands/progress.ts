import type { Command } from 'commander'
import { StoreError, setProgress } from '../consent/store.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { printableJson, say } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { readDecisions, sayPassedOver } from './passed-over.ts'

/** `send-metrics progress`: whether a run that took unusually long gets a line. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics progress', 'send-metrics progress on', 'send-metrics progress off']))
    .description('At a terminal, a recorded run that took longer than 19 of 20 before it gets one line on stderr. Off by default.')
    .usage('[on | off] [options]')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => done(run(world, undefined, options.json === true)))
  for (const [word, summary] of SETTINGS) {
    const json = (self: Command) => self.optsWithGlobals<{ json?: boolean }>().json === true
    const sub = command.command(word).description(summary).option('--json', 'print JSON')
    sub.action((_options, self: Command) => done(run(world, word, json(self))))
  }
}

const SETTINGS = [
  ['on', 'get the line from now on'],
  ['off', 'get no such line'],
] as const

function run(world: World, word: 'on' | 'off' | undefined, json: boolean): Exit {
  try {
    if (word !== undefined) setProgress(world, word === 'on')
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    world.stderr.write(say.prefixed(say.settingNotStored(error.message)))
    return { code: 1 }
  }
  const passedOver = new PassedOver()
  const isOn = readDecisions(world, passedOver).progress === true
  world.stdout.write(json ? `${printableJson({ progress: isOn })}\n` : `${say.progressIs(world.tool, isOn)}\n`)
  sayPassedOver(world, passedOver)
  return { code: 0 }
}
