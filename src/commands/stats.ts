import { type Command, Option } from 'commander'
import { didYouMean } from '../did-you-mean.ts'
import { follow } from '../insight/follow.ts'
import { forScripts } from '../insight/for-scripts.ts'
import { colours } from '../insight/terminal/colours.ts'
import { printSummary } from '../insight/terminal/print-summary.ts'
import { printableJson, say } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { filesOrTargets } from './files-or-targets.ts'
import { sayPassedOver } from './passed-over.ts'
import { targetNames } from './project-targets.ts'
import { type SubjectOptions, subjectOf, subjectOptions, summaryOf } from './subject.ts'

interface StatsOptions extends SubjectOptions {
  readonly json?: boolean
  readonly follow?: boolean
}

/** `send-metrics stats`: what each target takes, how often it fails, and what changed. */
export function define(command: Command, world: World, done: (exit: Exit) => void, typed: readonly string[]): void {
  command
    .addHelpText(
      'before',
      examples([
        'send-metrics stats',
        'send-metrics stats build test --since 4w',
        'send-metrics stats --follow',
        'send-metrics stats build --input team.jsonl',
        'send-metrics stats --warehouse postgres://me@warehouse.example.com/events',
      ]),
    )
    .argument('[target...]', 'only these targets')
  subjectOptions(command, world)
    .option('--json', 'print JSON')
    .addOption(
      new Option('--follow', 'show how long what runs now has taken, against what is usual').conflicts(['input', 'warehouse', 'json']),
    )
    .action(async (words: string[], options: StatsOptions) => {
      const { files, targets } = filesOrTargets(options.input, typed)
      done(await showStats(world, [...words, ...targets], { ...options, ...(files && { input: files }) }))
    })
}

async function showStats(world: World, targets: readonly string[], options: StatsOptions): Promise<Exit> {
  const subject = subjectOf(world, options)
  if (subject === undefined) return { code: 1 }
  const summary = await summaryOf(world, subject, options, { targets })
  const isIncomplete = sayPassedOver(world, subject.passedOver)
  if (options.follow) return follow(world, subject.folders, summary)
  const unknown = targets.filter((target) => !summary.known.includes(target))
  const names = unknown.length > 0 ? [...summary.known, ...targetNames(world)] : []
  for (const target of summary.known.length > 0 ? unknown : []) {
    world.stderr.write(say.prefixed(say.noRunOf(target, didYouMean(target, names), summary.known)))
  }
  if (options.json) world.stdout.write(`${printableJson(forScripts(summary), 2)}\n`)
  else if (summary.known.length === 0 && isIncomplete) return { code: 1 }
  else if (summary.known.length === 0) world.stderr.write(say.prefixed(subject.whenEmpty()))
  else if (summary.runs > 0) {
    world.stdout.write(printSummary(summary, { title: subject.title, where: subject.source.where }, world.stdout.columns, colours(world)))
  }
  const { wrongClock, unreadable, firstUnreadable } = summary.leftOut
  const unnamed = isIncomplete ? 0 : unreadable
  if (wrongClock + unnamed > 0) world.stderr.write(say.prefixed(say.leftOut(wrongClock, unnamed, firstUnreadable)))
  return { code: targets.length > 0 && unknown.length === targets.length ? 1 : 0 }
}
