import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect } from '@jest/globals'
import type { Env } from './cli.ts'
import type { Scratch } from './scratch.ts'
import type { Terminal, TerminalOptions } from './terminal.ts'

/** What stands in the first question, and in the one about what came since. */
export const QUESTION = 'Your answer'
export const QUESTION_MORE = 'Send these too?'

/** Runs `make build` at a terminal, answers the question that has this in it, and sees the run end well. */
export async function answer(
  at: Scratch,
  keys: string,
  question = QUESTION,
  env: Env = {},
  size: Partial<TerminalOptions> = {},
): Promise<Terminal> {
  const screen = at.screen('make', ['build'], env, size)
  await screen.until(question)
  screen.type(keys)
  expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  return screen
}

/** Runs `make build` at a terminal; nothing but the target's output may be seen. */
export async function runsUnasked(at: Scratch, env: Env = {}): Promise<void> {
  const screen = at.screen('make', ['build'], env)
  expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  expect(screen.raw()).toBe('built\r\n')
}

/** A second terminal, in a file of its name: for the target's output, since nobody is asked whose stdout is none. */
export async function otherTerminal(at: Scratch): Promise<{ screen: Terminal; file: string }> {
  const file = path.join(at.folder, 'other-terminal')
  const screen = at.screen('sh', ['-c', `tty >${file}; echo ready; read -r end`])
  await screen.until('ready')
  return { screen, file: fs.readFileSync(file, 'utf8').trim() }
}

export interface StoredDecision {
  decision: string
  at: string
  asOf: string
  retentionDays: number
  method: string
  text: string
  textHash: string
  fieldSet: string[]
  recipients: string[]
  toolVersion: string
}

export interface StoredEntry {
  id: string
  anonymousId: string | null
  decision?: StoredDecision
  askAfter?: string
  declined?: { fields: string[]; places: string[] }
}

export const storeOf = (at: Scratch): string => path.join(at.home, '.config/send-metrics/config.json')

/** What is stored for each project, as it lies on disk. */
export function stored(at: Scratch): StoredEntry[] {
  return Object.values((JSON.parse(fs.readFileSync(storeOf(at), 'utf8')) as { projects: Record<string, StoredEntry> }).projects)
}

/** Changes what is stored for each project, as time or a hand would. */
export function editStore(at: Scratch, change: (entry: StoredEntry) => void): void {
  const store = JSON.parse(fs.readFileSync(storeOf(at), 'utf8')) as { projects: Record<string, StoredEntry> }
  for (const entry of Object.values(store.projects)) change(entry)
  fs.writeFileSync(storeOf(at), JSON.stringify(store))
}

/** Changes the project file. */
export function editProject(at: Scratch, change: Readonly<Record<string, unknown>>): void {
  const file = path.join(at.repo, 'send-metrics.json')
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), ...change }))
}

/** `send-metrics consent --json`. */
export async function status(at: Scratch, env: Env = {}): Promise<{ effective: string; decidedBy: string; stored: string | null }> {
  return JSON.parse((await at.tool(['consent', '--json'], env)).stdout)
}
