import * as fs from 'node:fs'
import { bytesOf } from '../makefile/byte-text.ts'
import { makefileIn } from '../makefile/makefile-names.ts'
import type { Database, KnownRule } from '../makefile/parse-database.ts'
import { callsWrap } from '../makefile/present-way.ts'
import { readDatabase } from '../makefile/read-database.ts'
import { Refusal } from '../makefile/refusal.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'
import { type Way, wayOf } from './check-makefile.ts'
import { askMake } from './check-tool.ts'

/** A run of make as a person types it, in the folder where its targets run. */
export interface TypedRun {
  /** The whole command line, from make on; none where only the environment is known. */
  readonly words: readonly string[]
  /** make only shows, asks or touches. */
  readonly dry: boolean
  /** The file that make is told to read (-f). */
  readonly makefile: string | undefined
  /** Its options, but for those that name a folder or a makefile. */
  readonly options: readonly string[]
  readonly goals: readonly string[]
}

/** Why a run is not recorded, and what to do. */
export interface Kept {
  readonly text: string
  readonly todo: string | undefined
}

/** What keeps a run of the project in `root` from this tool that would get to it otherwise; undefined where nothing does. */
export async function whatKeeps(world: World, root: string, run: TypedRun): Promise<Kept | undefined> {
  if (!fs.existsSync(world.cwd)) return { text: `there is no folder ${world.cwd}`, todo: undefined }
  if (run.dry) return { text: 'with -n, -q, -t or -p make runs nothing in earnest', todo: 'leave it out, or take it out of MAKEFLAGS' }
  const makefile = run.makefile ?? makefileIn(world.cwd)
  if (makefile === undefined) return undefined
  const way = wayOf(world.cwd, makefile)
  if (way?.asksWhileRead) return whatMakeKeeps(world, root, run, way)
  if (way !== undefined) return run.words.length === 0 ? undefined : whatNoRuleCalls(world, run, makefile)
  return run.makefile === undefined ? undefined : { text: `${makefile} does not call send-metrics`, todo: byHand(world, run) }
}

/** `wrap` typed by hand records what no makefile hands over. */
function byHand({ tool }: World, { words }: TypedRun): string {
  return `${tool} wrap -- ${(words.length > 0 ? words : ['make']).map(shellWord).join(' ')}`
}

async function whatMakeKeeps(world: World, root: string, run: TypedRun, { file }: Way): Promise<Kept | undefined> {
  const { MAKELEVEL = '0', SEND_METRICS_INSIDE, MAKEFILES = '' } = world.env
  const handsNone = `${file} hands no run to send-metrics`
  if (SEND_METRICS_INSIDE !== undefined) {
    // What is part of a recorded run is told of with that.
    const isRecorded = SEND_METRICS_INSIDE.split('\n').includes(root)
    return isRecorded ? undefined : { text: `${handsNone} inside one that is not recorded`, todo: undefined }
  }
  if (MAKELEVEL !== '0') return { text: `${handsNone} inside another make`, todo: byHand(world, run) }
  const { tool, not } = await askMake(world, file, [...run.options, ...run.goals])
  const kept = not.filter((word) => word !== 'tool' && word !== 'none')
  if (tool === '' || kept.length === 0) return undefined
  const isSet = MAKEFILES.split(/\s+/u)
  const why = new Set(kept.map((word) => (isSet.includes(word) ? 'MAKEFILES set' : inWords(word))))
  return { text: `${handsNone} with ${[...why].join(', ')}`, todo: byHand(world, run) }
}

/** A word of `send_metrics_not` in a generated file. */
function inWords(word: string): string {
  if (word === 'w') return '-s and -w together'
  if (/^[a-z]$/u.test(word)) return `-${word}`
  if (/^\d+$/u.test(word)) return 'a goal that is named twice'
  return word.startsWith('-') ? word : 'a goal that is a makefile, or that a shell would not take for a word'
}

/** A rule is called as a goal, or for what one needs. */
async function whatNoRuleCalls(world: World, run: TypedRun, makefile: string): Promise<Kept | undefined> {
  try {
    const database = await readDatabase(world, world.cwd, makefile)
    const goals = run.goals.length > 0 ? run.goals.map((goal) => bytesOf(goal).toString('latin1')) : defaultGoal(database)
    if (goals.length === 0 || reached(database, goals).some((rule) => callsWrap(rule, database))) return undefined
    const [first = ''] = run.goals
    const name = first === '' ? 'the default goal' : run.goals.join(' ')
    return {
      text: `no rule of ${name} calls send-metrics`,
      todo: `${world.tool} init --explicit ${shellWord(run.goals.join(',') || (goals[0] ?? ''))}`,
    }
  } catch (error) {
    // make says so itself, and doctor what to do.
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function defaultGoal({ variables, targets }: Database): string[] {
  const named = variables.get('.DEFAULT_GOAL')?.trim() ?? targets[0]?.name
  return named === undefined || named === '' ? [] : [named]
}

function reached(database: Database, goals: readonly string[]): KnownRule[] {
  const { targets, patterns } = database
  const seen = new Map<string, KnownRule | undefined>()
  for (const waiting = [...goals]; ; ) {
    const name = waiting.pop()
    if (name === undefined) return [...seen.values()].filter((rule) => rule !== undefined)
    if (seen.has(name)) continue
    const exact = targets.find((rule) => rule.name === name && (rule.recipe !== undefined || rule.prerequisites.length > 0))
    const rule = exact ?? patterns.find((one) => callsWrap(one, database) && matches(one.name, name))
    seen.set(name, rule)
    waiting.push(...(exact?.prerequisites ?? []))
  }
}

function matches(pattern: string, name: string): boolean {
  const [before = '', after = ''] = pattern.split('%')
  return name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after)
}
