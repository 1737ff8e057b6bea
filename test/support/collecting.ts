import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach } from '@jest/globals'
import { BIN, type Env, NODE } from './cli.ts'
import { eventually } from './patience.ts'
import { honeycombAnswer, type Receiver } from './receiver.ts'
import { type Scratch, scratch } from './scratch.ts'
import type { TiltStandIn } from './tilt.ts'

/** A project whose people may collect what Tilt knows, with one destination. */
export function collecting(there: Receiver, tilt: TiltStandIn, project: object = {}, env: Env = {}): Scratch {
  there.answer = honeycombAnswer()
  const destinations = [{ type: 'honeycomb', dataset: 'd', apiHost: there.url }]
  return scratch({
    project: { collect: ['tilt'], destinations, ...project },
    env: { PATH: `${tilt.bin}:${process.env.PATH}`, HONEYCOMB_API_KEY: 'key', ...env },
    git: false,
  })
}

/** What Honeycomb got of one event or stage. */
export interface Got {
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Everything that was sent, in order, as far as it was accepted or not. */
export const sent = (there: Receiver): Got[] => there.requests.flatMap(({ body }) => JSON.parse(body) as Got[])

/** How often each thing that happened once was sent, by its kind, name and start. */
export function counts(there: Receiver): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { time, data } of sent(there)) {
    if (data.kind === undefined || data.kind === 'uiresource') continue
    const key = `${data.kind} ${data.image_name ?? data.name} ${time}`
    all[key] = (all[key] ?? 0) + 1
  }
  return all
}

/** A collector that runs until it is ended. */
export interface Running {
  readonly child: ChildProcess
  /** What it said so far, a line each. */
  lines(): string[]
  /** Waits for a line with this in it, for the `times`th time. */
  says(text: string, times?: number): Promise<void>
  /** Ends it and tells how it ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** Starts `send-metrics collect tilt`. */
export function collector(at: Scratch, words: readonly string[] = [], env: Env = {}): Running {
  return collectorOf(NODE, [BIN, 'collect', 'tilt', ...words], at, env)
}

/** Starts it by another program. */
export function collectorOf(program: string, words: readonly string[], at: Scratch, env: Env = {}): Running {
  const all = Object.fromEntries(Object.entries({ ...at.env, ...env }).filter((one): one is [string, string] => one[1] !== undefined))
  const child = spawn(program, words, { cwd: at.repo, env: all, stdio: ['ignore', 'ignore', 'pipe'] })
  running.push(child)
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  )
  const lines = () => text.split('\n').filter(Boolean)
  return {
    child,
    lines,
    says: (wanted, times = 1) =>
      until(
        () => lines().filter((line) => line.includes(wanted)).length >= times,
        () => `${wanted}\n${text}`,
      ),
    end: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** Waits until something is so. */
export const until = (isSo: () => boolean, what: () => string = () => String(isSo)): Promise<void> => eventually(what, isSo)
