import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from '@jest/globals'
import { runCommand } from '../../src/commands/index.ts'
import type { Exit, World } from '../../src/world.ts'
import { wrap } from '../../src/wrap/wrap.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'
import type { Json } from './cases.ts'

/** What a target exits with: nothing of ours does. */
export const TARGET_CODE = 37

/** A World in which targets end at once, and whatever else is started or connected to is counted. */
export interface FuzzWorld extends ReturnType<typeof testWorld> {
  /** Where it connected to, `host:port`. */
  readonly reached: string[]
  /** Programs that were started beside make. */
  readonly started: string[]
  /** Errors that nothing caught. */
  readonly faults: unknown[]
}

/** The tool in one process for many cases: everything is real but for the programs, which cost more than the cases. */
export function fuzzWorld(wanted: Parameters<typeof testWorld>[0] & object): FuzzWorld {
  const reached: string[] = []
  const started: string[] = []
  const base = testWorld({ platform: 'linux', notesAreFresh: true, kill: () => {}, ...wanted })
  return Object.assign(base, {
    reached,
    started,
    faults: [],
    spawn: (command: string) => {
      if (command !== 'make') started.push(command)
      return ended(command === 'make' ? TARGET_CODE : 127)
    },
    connect: (target: Parameters<World['connect']>[0]) => {
      reached.push(`${target.host}:${target.port}`)
      return wanted.connect?.(target) ?? Promise.reject(new Error('connect ECONNREFUSED'))
    },
  })
}

function ended(code: number): ChildProcess {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const child = Object.assign(new EventEmitter(), streams, { pid: 2 ** 22 + 1, kill: () => true, unref: () => {} })
  setImmediate(() => {
    streams.stdout.end()
    streams.stderr.end()
    child.emit('exit', code, null)
    child.emit('close', code, null)
  })
  return child as unknown as ChildProcess
}

/** Runs a target. Whatever was wrong, it ends as it would without us, and what is said of it is fit for a terminal. */
export async function runTarget(world: FuzzWorld): Promise<void> {
  const exit = await wrap(['build'], world)
  expect(exit).toEqual({ code: TARGET_CODE })
  expectSeemly(world)
}

/** Runs another command; it may fail, in words. */
export async function runWords(world: FuzzWorld, words: readonly string[]): Promise<Exit> {
  const exit = await runCommand(words, world)
  expect([words, exit]).toEqual([words, { code: expect.any(Number) }])
  expectSeemly(world)
  if (words.includes('--json')) for (const text of jsonOf(words, world.said.stdout)) expect(() => JSON.parse(text)).not.toThrow()
  return exit
}

/** `log` writes a line for each event. */
function jsonOf(words: readonly string[], stdout: string): string[] {
  return (words[0] === 'log' ? stdout.split('\n') : [stdout]).filter((text) => text.trim() !== '')
}

/** A screenful or two: no input makes it more. Counted, since no clock tells a slow machine from a slow program. */
const MOST_SAID = 40_000
const MOST_STARTED = 10
const MOST_REACHED = 10

function expectSeemly({ said, started, reached, faults }: FuzzWorld): void {
  const text = said.stdout + said.stderr
  expect(text.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)).toBeNull()
  expect(text.match(/^ {2,}at .*(?:\(|:\d+:\d+)|(?:Type|Range|Reference|Syntax)Error\b.*/mu)?.[0]).toBeUndefined()
  expect(text.length).toBeLessThan(MOST_SAID)
  expect(started.length).toBeLessThan(MOST_STARTED)
  expect(reached.length).toBeLessThan(MOST_REACHED)
  expect(faults).toEqual([])
}

/** As if written long ago: of a file that is younger than the file system's clock can tell, notes would have to wait. */
export function writeOld(file: string, text: string): void {
  fs.writeFileSync(file, text)
  fs.utimesSync(file, 1_700_000_000.5, 1_700_000_000.5)
}

/** Files and folders below a folder, relative to it. */
export function tree(folder: string): string[] {
  return fs.existsSync(folder) ? (fs.readdirSync(folder, { recursive: true }) as string[]).toSorted() : []
}

/** The only folder in a folder, if there is one. */
export function onlyIn(folder: string): string {
  return path.join(folder, fs.readdirSync(folder)[0] ?? '')
}

/** A person with a home and a project, and what both were after they agreed, to start each case from. */
export interface Scene {
  readonly home: string
  readonly repo: string
  /** The project's folder for records. */
  readonly state: string
  world(more?: Partial<Parameters<typeof fuzzWorld>[0]>): FuzzWorld
  /** Takes back what the last case did. */
  again(): void
}

/** Someone who agreed to all that the project file names, and ran a target once. */
export async function agreed(project: Json, env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const folder = testdir({ 'repo/send-metrics.json': JSON.stringify(project) })
  const [home, repo] = [path.join(folder, 'home'), path.join(folder, 'repo')]
  const world: Scene['world'] = (more = {}) => fuzzWorld({ cwd: repo, home, env: { PATH: '', ...env }, ...more })
  expect(await runWords(world(), ['consent', 'on', '--yes'])).toEqual({ code: 0 })
  await runTarget(world())
  const state = onlyIn(path.join(home, '.local/state/send-metrics'))
  // Nobody answered, and nobody would be tried for five minutes; what the door wants to know is not asked here.
  for (const name of [path.join(state, 'breakers'), path.join(home, '.config/send-metrics/door')])
    fs.rmSync(name, { recursive: true, force: true })
  const before = new Map(filesIn(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]))
  return { home, repo, state, world, again: () => putBack(folder, before) }
}

function putBack(folder: string, before: ReadonlyMap<string, string>): void {
  const there = filesIn(folder)
  for (const name of there) if (!before.has(name)) fs.rmSync(path.join(folder, name))
  for (const [name, text] of before) {
    const file = path.join(folder, name)
    if (there.includes(name) && fs.readFileSync(file, 'utf8') === text) continue
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
}

function filesIn(folder: string): string[] {
  return (fs.readdirSync(folder, { recursive: true, withFileTypes: true }) as fs.Dirent[])
    .filter((one) => !one.isDirectory())
    .map((one) => path.relative(folder, path.join(one.parentPath, one.name)))
}
