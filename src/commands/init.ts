import { type Command, InvalidArgumentError, Option } from 'commander'
import { confirm } from '../consent/ask.ts'
import { whyNoPrompt } from '../consent/no-terminal.ts'
import { Interruption } from '../makefile/ask-with-files.ts'
import { applyChanges, type FileChange } from '../makefile/file-changes.ts'
import { planInit, type Summary, type Wishes } from '../makefile/plan.ts'
import { planUndo } from '../makefile/plan-undo.ts'
import { printedText } from '../makefile/printed-text.ts'
import { Refusal, UnreadMakefile } from '../makefile/refusal.ts'
import { listChanges, showChanges } from '../makefile/show-changes.ts'
import { WHERE } from '../makefile/where-it-goes.ts'
import { words } from '../makefile/words.ts'
import { say } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { askSetUp, summaryOf } from './ask-set-up.ts'
import { changeConsent } from './consent-change.ts'
import { examples } from './examples.ts'
import { writeLines } from './write-lines.ts'

const EXAMPLES = [
  'send-metrics init                        # shows what it would write, asks',
  'send-metrics init --vendor               # with a copy of the tool',
  'send-metrics init --to honeycomb=builds  # without it, init asks',
  'send-metrics init --explicit build,test  # rewrites the rules of these two',
  'send-metrics init --undo                 # restores every file',
]

interface Options {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly print?: boolean
  readonly explicit?: readonly string[]
  readonly include?: boolean
  readonly committed?: boolean
  readonly local?: boolean
  readonly vendor?: boolean
  readonly recipient?: string
  readonly to?: string
  readonly undo?: boolean
}

/** `send-metrics init`: from an existing repository to measured in one command, and back. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  const to = new Option('--to <where>', 'where it goes; as in segment=KEY, honeycomb=DATASET, otlp=URL')
  // Not `.choices()`, which would take none with a value behind it.
  to.argChoices = WHERE.map(({ name }) => name)
  const ways = ['include', 'explicit', 'vendor', 'print', 'local', 'committed', 'recipient', 'to']
  command
    .addHelpText('before', examples(EXAMPLES))
    .option('--yes', 'write without a question')
    .addOption(new Option('--dry-run', 'show the diff and write nothing').conflicts('yes'))
    .addOption(new Option('--print', 'print the GNUmakefile on stdout and write nothing').conflicts(['explicit', 'yes', 'dryRun']))
    .addOption(
      new Option('--explicit <targets>', 'rewrite the rules of these targets, and write no GNUmakefile')
        .argParser((text) => names(world, text))
        .conflicts('include'),
    )
    .option('--include', 'add three lines to the makefile, for a repository with a GNUmakefile of its own')
    .option('--committed', 'what is new is for everybody: to be committed (unless it was --local before)')
    .addOption(new Option('--local', 'what is new is for you alone: listed in .git/info/exclude').conflicts('committed'))
    .option('--vendor', 'keep a copy of the tool in .send-metrics, or bring it up to date')
    .option('--recipient <words>', 'who gets the data, for a new send-metrics.json')
    .addOption(to)
    .addOption(new Option('--undo', 'restore every file that init changed').conflicts(ways))
    .action(async (options: Options) => done(await init(world, options)))
}

function names({ tool }: World, text: string): string[] {
  const list = text.split(',').map((name) => name.trim())
  if (list.some((name) => name === '')) throw new InvalidArgumentError(words.emptyList(tool))
  return list
}

async function init(world: World, options: Options): Promise<Exit> {
  try {
    if (options.undo) return await undo(world, options)
    const { explicit, include = false, vendor = false, local, committed } = options
    const canAsk = !options.yes && !options.dryRun && !options.print && whyNoPrompt(world) === undefined
    const setUp = (project: string) => askSetUp(world, options, project, canAsk)
    const onlyForNew = [...(options.recipient === undefined ? [] : ['--recipient']), ...(options.to === undefined ? [] : ['--to'])]
    const wishes: Wishes = { explicit, include, vendor, local: local ?? (committed ? false : undefined), setUp, onlyForNew }
    if (options.print) {
      world.stdout.write(printedText(world, wishes))
      return { code: 0 }
    }
    const { folder, changes, record, notes, added, next, summary } = await planInit(world, wishes)
    tell(world, notes)
    const all = [...record, ...changes]
    const exit = await carryOut(world, options, { folder, changes, all, none: words.nothingToDo(), summary: canAsk ? summary : undefined })
    if (exit !== 'written') return exit
    // Whoever was asked has seen the diff.
    if (options.yes && added.length > 0) world.stdout.write(`${words.newOnList(added)}\n`)
    const { where, leftOut } = summary?.setUp ?? {}
    const ended: Exit = where === 'local' ? await changeConsent(world, 'local', { silent: false, json: false }) : { code: 0 }
    writeLines(world.stdout, ['', ...(leftOut === undefined ? [] : [words.leftOut(leftOut)]), next(world.tool)].join('\n'))
    return ended
  } catch (error) {
    if (error instanceof Interruption) return { signal: error.signal }
    if (!(error instanceof Refusal)) throw error
    tell(world, error instanceof UnreadMakefile ? [`${error.message}; ${error.todo}`, words.nothingChanged()] : error.lines)
    return { code: 1 }
  }
}

async function undo(world: World, options: Options): Promise<Exit> {
  const { folder, changes, record, notes } = await planUndo(world)
  tell(world, notes)
  const exit = await carryOut(world, options, { folder, changes, all: [...changes, ...record], none: undefined, summary: undefined })
  return exit === 'written' ? { code: 0 } : exit
}

interface Work {
  readonly folder: string
  /** What is shown. */
  readonly changes: readonly FileChange[]
  /** What is done. */
  readonly all: readonly FileChange[]
  /** What to say when there is nothing to do. */
  readonly none: string | undefined
  /** What is shown before the changes. */
  readonly summary: Summary | undefined
}

/** Shows, asks and writes, as the options say. */
async function carryOut(world: World, options: Options, work: Work): Promise<'written' | Exit> {
  const { folder, changes, all } = work
  if (changes.length === 0) {
    if (all.length > 0 && !options.dryRun) applyChanges(all)
    if (work.none !== undefined) tell(world, [work.none])
    return { code: 0 }
  }
  if (!options.yes && !options.dryRun && whyNoPrompt(world) !== undefined) {
    tell(world, [words.noTerminal(options.undo === true)])
    return { code: 2 }
  }
  if (work.summary !== undefined) world.stdout.write(`\n${summaryOf(work.summary, Math.min(world.stdout.columns, 100))}\n\n`)
  if (!options.yes) world.stdout.write(showChanges(world, folder, changes, work.summary !== undefined))
  if (options.dryRun) return { code: 0 }
  const agreed = options.yes || (await confirm(world, words.question(options.undo === true)))
  if (agreed !== true) {
    world.stderr.write(`${words.notWritten()}\n`)
    return typeof agreed === 'string' ? { signal: agreed } : { code: 1 }
  }
  undisturbed(world, () => applyChanges(all))
  world.stdout.write(listChanges(folder, changes))
  return 'written'
}

/** A signal that arrives meanwhile is no reason to stop half way: it all takes milliseconds. */
function undisturbed(world: World, work: () => void): void {
  const release = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => world.onSignal(signal, () => {}))
  try {
    work()
  } finally {
    for (const one of release) one()
  }
}

function tell(world: World, lines: readonly string[]): void {
  for (const line of lines) world.stderr.write(say.prefixed(line))
}
