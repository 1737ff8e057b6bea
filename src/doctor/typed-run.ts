import * as fs from 'node:fs'
import * as path from 'node:path'
import { didYouMean } from '../did-you-mean.ts'
import { linkStatOf } from '../disk/stat.ts'
import { inBytes, readable } from '../makefile/byte-text.ts'
import { makefileIn } from '../makefile/makefile-names.ts'
import type { Database, KnownRule } from '../makefile/parse-database.ts'
import { callsWrap } from '../makefile/present-way.ts'
import { readDatabase } from '../makefile/read-database.ts'
import { Refusal } from '../makefile/refusal.ts'
import { findProject, targetPrefix } from '../project/find.ts'
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
  /** make only says something about itself. */
  readonly prints: boolean
  /** The file that make is told to read (-f). */
  readonly makefile: string | undefined
  /** Its options, but for those that name a folder or a makefile. */
  readonly options: readonly string[]
  readonly goals: readonly string[]
  readonly variables: readonly TypedVariable[]
}

/** A variable that is set on the command line. */
export interface TypedVariable {
  /** The word as it is typed, such as `CI:=1`. */
  readonly word: string
  readonly name: string
  readonly value: string
}

/** Why a run is not recorded, and what to do. */
export interface Kept {
  readonly text: string
  readonly todo: string | undefined
}

/** What keeps a run of the project in `root` from this tool that would get to it otherwise; undefined where nothing does. */
export async function whatKeeps(world: World, root: string, run: TypedRun): Promise<Kept | undefined> {
  if (!fs.existsSync(world.cwd)) return { text: `there is no folder ${world.cwd}`, todo: undefined }
  if (run.prints) return { text: 'with -v or -h make runs nothing', todo: 'leave it out' }
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
  const { tool, not } = await askMake(world, file, [...run.options, ...run.variables.map(({ word }) => word), ...run.goals])
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
    const goals = run.goals.length > 0 ? run.goals.map(inBytes) : defaultGoal(database)
    if (goals.length === 0 || reached(database, goals).some((rule) => callsWrap(rule, database))) return undefined
    return noSuchRule(world, run, makefile, database) ?? realTarget(world, run, database) ?? noCall(world, run, goals)
  } catch (error) {
    // make says so itself, and doctor what to do.
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** What make itself would refuse. */
function noSuchRule({ cwd }: World, { goals }: TypedRun, makefile: string, { targets, patterns, fallback }: Database): Kept | undefined {
  const names = targets.filter(isRule).flatMap(({ name }) => readable(name) ?? [])
  const isKnown = (goal: string) => names.includes(goal) || patterns.some(({ name }) => matches(name, inBytes(goal)))
  const missing = goals.find((goal) => !isKnown(goal) && fallback === undefined && linkStatOf(path.resolve(cwd, goal)) === undefined)
  if (missing === undefined) return undefined
  const near = didYouMean(missing, names)
  const todo = near === undefined ? undefined : makeOf(goals.map((goal) => (goal === missing ? near : goal)))
  return { text: `${makefile} has no rule for ${missing}`, todo }
}

/** What a public target runs is not recorded by itself. */
function realTarget(world: World, { goals }: TypedRun, database: Database): Kept | undefined {
  const prefix = targetPrefix(findProject(world))
  const calls = database.targets.filter((rule) => callsWrap(rule, database)).map(({ name }) => readable(name))
  const publicOf = (goal: string) =>
    goal.startsWith(prefix) && calls.includes(goal.slice(prefix.length)) ? goal.slice(prefix.length) : goal
  const real = goals.find((goal) => publicOf(goal) !== goal)
  if (real === undefined) return undefined
  return { text: `${real} is what ${publicOf(real)} runs, and calls no send-metrics itself`, todo: makeOf(goals.map(publicOf)) }
}

function noCall({ tool }: World, run: TypedRun, goals: readonly string[]): Kept {
  const name = run.goals.length === 0 ? 'the default goal' : run.goals.join(' ')
  return {
    text: `no rule of ${name} calls send-metrics`,
    todo: `${tool} init --explicit ${shellWord(run.goals.join(',') || (goals[0] ?? ''))}`,
  }
}

function makeOf(goals: readonly string[]): string {
  return `make ${goals.map(shellWord).join(' ')}`
}

function isRule({ recipe, prerequisites }: KnownRule): boolean {
  return recipe !== undefined || prerequisites.length > 0
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
    const exact = targets.find((rule) => rule.name === name && isRule(rule))
    const rule = exact ?? patterns.find((one) => callsWrap(one, database) && matches(one.name, name))
    seen.set(name, rule)
    waiting.push(...(exact?.prerequisites ?? []))
  }
}

function matches(pattern: string, name: string): boolean {
  const [before = '', after = ''] = pattern.split('%')
  return name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after)
}
