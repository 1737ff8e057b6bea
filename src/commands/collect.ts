import * as fs from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ChangeLog } from '../collect/change-log.ts'
import { type Host, Sidecar } from '../collect/sidecar.ts'
import { tiltProgram } from '../collect/tilt/program.ts'
import { TILT_PORT, TiltCollector } from '../collect/tilt/tilt-collector.ts'
import { DockerLimits } from '../context/docker.ts'
import { isAlive } from '../disk/is-alive.ts'
import type { Exit, World } from '../world.ts'
import { Timeline } from '../wrap/timeline.ts'
import { examples } from './examples.ts'

const SECOND_MS = 1_000
const LEAST_MS = SECOND_MS
const MOST_MS = 3_600 * SECOND_MS
const UNITS: Readonly<Record<string, number>> = { s: SECOND_MS, m: 60 * SECOND_MS, h: 3_600 * SECOND_MS }

const EXAMPLES = examples(['send-metrics collect tilt', 'send-metrics collect tilt --interval 5m', 'send-metrics collect tilt --once'])

interface Options {
  readonly interval: number
  readonly port?: number
  readonly once?: boolean
  readonly log: 'text' | 'json'
}

/** `send-metrics collect tilt`: reports what a running Tilt knows, for as long as it is left running. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', EXAMPLES)
    .command('tilt', { isDefault: false })
    .addHelpText('before', EXAMPLES)
    .description(
      'Report how the resources of a running Tilt are, and each image build and update once. Asks Tilt for nothing until you have agreed. SIGHUP sends at once; Ctrl-C or SIGTERM ends it.',
    )
    .addOption(new Option('--interval <time>', 'how often to look: 1s to 1h').argParser(interval).default(60 * SECOND_MS, '60s'))
    .option('--port <n>', "the port of Tilt's own web page, if it is not 10350 or $TILT_PORT", port)
    .option('--once', 'look and send once; exits 1 if Tilt did not answer or something waits')
    .addOption(new Option('--log <form>', 'one line on stderr whenever something changes').choices(['text', 'json']).default('text'))
    .action(async (options: Options) => done(await collectTilt(world, options)))
}

function interval(text: string): number {
  const [, number = '', unit = 's'] = /^(\d+)([smh])?$/u.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit] ?? 0)
  if (number === '' || ms < LEAST_MS || ms > MOST_MS) throw new InvalidArgumentError('It must be a time from 1s to 1h, such as 60s or 5m.')
  return ms
}

function port(text: string): number {
  const number = Number(text)
  if (!/^\d+$/u.test(text) || number < 1 || number > 65_535) throw new InvalidArgumentError('It must be a number from 1 to 65535.')
  return number
}

async function collectTilt(world: World, options: Options): Promise<Exit> {
  const parts = {
    world,
    tilt: tiltProgram(world, options.port),
    docker: new DockerLimits(world),
    port: options.port ?? (Number(world.env.TILT_PORT) || TILT_PORT),
  }
  const log = new ChangeLog(world, options.log === 'json')
  const sidecar = new Sidecar(hostOf(world), new TiltCollector(parts), log, { intervalMs: options.interval, once: options.once === true })
  const atTerminal = world.stdinIsTTY
  for (const signal of ['SIGTERM', 'SIGINT'] as const) world.onSignal(signal, () => sidecar.stop())
  world.onSignal('SIGHUP', () => (atTerminal && !hasTerminal() ? sidecar.stop() : sidecar.hurry()))
  return sidecar.run()
}

function hostOf(world: World): Host {
  const timeline = new Timeline(world)
  return {
    world,
    sleep,
    random: Math.random,
    // A Tilt that was killed leaves what it served behind; the next one starts its own.
    isWanted: () => world.env.TILT_PORT === undefined || isAlive(world.ppid),
    note: (text) => timeline.note(text),
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}

/** Whether the terminal is still there: of one that was closed, SIGHUP is the last that is heard. */
function hasTerminal(): boolean {
  try {
    fs.closeSync(fs.openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
