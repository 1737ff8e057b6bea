import { type Command, CommanderError } from 'commander'
import { withFittedNotes } from '../fitted-notes.ts'
import { asksForJson } from '../json-error.ts'
import { printable, say } from '../messages.ts'
import { version } from '../version.ts'
import type { Exit, World } from '../world.ts'
import { isDebug } from '../wrap/timeline.ts'
import { Cli } from './cli.ts'
import { examples } from './examples.ts'
import { JsonAnswer } from './json-answer.ts'
import { printJson } from './print-json.ts'
import { isTarget } from './project-targets.ts'

/** A command as its module defines it: its words for the library, and what it does. */
export interface CommandModule {
  /**
   * Adds arguments, options, examples and the action; the action reports how to exit. `typed` are all words as typed,
   * for a command to which it matters where a `--` stood.
   */
  define(command: Command, world: World, done: (exit: Exit) => void, typed: readonly string[]): void
}

interface CommandRow {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<CommandModule>
}

/** Every command there is. A new one is a file beside this and a row here. */
export const COMMANDS: readonly CommandRow[] = [
  { name: 'wrap', summary: 'run a make target and record the run, if you agreed to it', load: () => import('./wrap.ts') },
  { name: 'init', summary: 'measure the targets of an existing makefile; shows a diff and asks', load: () => import('./init.ts') },
  { name: 'consent', summary: 'show or change what you agreed to: on, local, off', load: () => import('./consent.ts') },
  { name: 'log', summary: 'show every recorded event and every try to send one', load: () => import('./log.ts') },
  { name: 'stats', summary: 'show what each target takes, how often it fails, and what changed', load: () => import('./stats.ts') },
  { name: 'report', summary: 'write one page with charts of it all, for a browser', load: () => import('./report.ts') },
  { name: 'progress', summary: 'get a line when a run took unusually long: on, off', load: () => import('./progress.ts') },
  { name: 'trace', summary: 'show which targets ran inside a run, and when', load: () => import('./trace.ts') },
  { name: 'preview', summary: 'show exactly what would be sent for a target; sends nothing', load: () => import('./preview.ts') },
  { name: 'flush', summary: 'send now what is waiting', load: () => import('./flush.ts') },
  { name: 'export', summary: 'print the totals for Prometheus, or answer its scraper', load: () => import('./export.ts') },
  { name: 'collect', summary: 'report what a running Tilt knows: its resources and image builds', load: () => import('./collect.ts') },
  { name: 'why', summary: 'say in short what becomes of a run here, and why', load: () => import('./why.ts') },
  { name: 'doctor', summary: 'check the set-up, and say what to do where it is not right', load: () => import('./doctor.ts') },
  { name: 'completion', summary: 'print the completion for your shell: bash, zsh, fish', load: () => import('./completion.ts') },
]

const FAILURE = 1
const USAGE = 2

/** Finds the command that the words name, runs it, and says how to exit. Usage errors exit 2. */
export async function runCommand(words: readonly string[], world: World): Promise<Exit> {
  if (!asksForJson(words)) return await run(words, withFittedNotes(world))
  const answer = new JsonAnswer(world)
  const exit = await run(words, answer.world)
  answer.finish(exit)
  return exit
}

async function run(words: readonly string[], world: World): Promise<Exit> {
  let exit: Exit = { code: 0 }
  const printed: string[] = []
  const json = asksForJson(words)
  const program = newProgram(world, json ? (text) => printed.push(text) : undefined)
  const done = (result: Exit) => {
    exit = result
  }
  try {
    const named = words.filter((word) => word !== 'help')
    // Completion is about the commands among the words that are typed.
    const needed = named[0] === 'completion' ? named : named.slice(0, 1)
    for (const row of COMMANDS) {
      const command = program.command(row.name).summary(row.summary).description(capital(row.summary))
      if (needed.includes(row.name)) (await row.load()).define(command, world, done, words)
    }
    if (words.length === 0) {
      world.stderr.write(program.helpInformation())
      return { code: USAGE }
    }
    program.follow(words)
    await program.parseAsync([...words], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) {
      if (json && error.exitCode === 0) printJson(world, asAnswer(error.code, printed.join('')))
      return { code: error.exitCode === 0 ? 0 : USAGE }
    }
    const { message, stack, syscall } = error as NodeJS.ErrnoException
    const text = syscall === 'uv_cwd' ? say.noFolder() : printable(message, 400)
    world.stderr.write(say.prefixed(isDebug(world) && stack ? stack : text))
    return { code: FAILURE }
  }
}

/** What the library itself prints where it was asked for JSON. */
function asAnswer(code: string, text: string): object {
  return code === 'commander.version' ? { version: text.trim() } : { help: text }
}

function newProgram(world: World, print = (text: string): unknown => world.stdout.write(text)): Cli {
  const program = new Cli(world.tool, (word) => (isTarget(world, word) ? say.wrapTheTarget(world.tool, word) : undefined))
  program
    .description("Learn where developers' time goes: wraps make targets and reports the runs of people who said yes.")
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('before', examples(['send-metrics wrap build', 'send-metrics consent', 'send-metrics log']))
    .configureOutput({
      writeOut: print,
      writeErr: (text) => world.stderr.write(text),
      outputError: (text, write) => write(say.prefixed(text.replace(/^error: /u, '').trimEnd())),
      getOutHelpWidth: () => Math.min(world.stdout.columns, 100),
      getErrHelpWidth: () => Math.min(world.stderr.columns, 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
  return program
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
