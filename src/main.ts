import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { hasTerminal, terminalIsGone } from './context/processes.ts'
import { signalNumber } from './context/signal-number.ts'
import { policyFile } from './disk/places.ts'
import { fitForStream } from './messages.ts'
import { toolName } from './tool-name.ts'
import type { Exit, Output, World } from './world.ts'
import { isDebug } from './wrap/timeline.ts'
import { wrap } from './wrap/wrap.ts'

/**
 * Reads the command line, runs the command and ends the process as it says. `runMake` runs the make of a `wrap` as it is, with
 * no more of this tool: for a fault of ours before the target was started. `noted` is whether all that the door wants to know is
 * noted.
 */
export async function main(runMake: () => void, noted: boolean): Promise<void> {
  const world = realWorld(noted)
  const words = process.argv.slice(2)
  let exit: Exit | 'help' = 'help'
  // What Node has to say about its own variables would stand on the target's stderr with every run.
  if (words[0] === 'wrap' && !isDebug(world)) process.removeAllListeners('warning')
  if (words[0] === 'wrap') {
    const ended = await wrap(words.slice(1), world)
    if (ended === 'not started') return runMake()
    exit = ended
  }
  giveBack()
  if (exit !== 'help' && 'code' in exit) keepTerminal()
  if (exit === 'help') {
    const { runCommand } = await import('./commands/index.ts')
    exit = await runCommand(words, world)
    if (notWritten !== undefined && 'code' in exit && exit.code === 0) exit = await sayNotWritten(world, notWritten)
    giveBack()
  }
  leave(exit)
}

/** Only a run that may ask or say something wants to know; node:tty is loaded where it can be one. */
function isTerminal(descriptor: number): boolean {
  try {
    const stat = fs.fstatSync(descriptor)
    if (!stat.isCharacterDevice() || isMemory(stat)) return false
  } catch {
    return false
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor)
}

/** /dev/null and its like: null(4), major number 1. */
function isMemory({ rdev }: fs.Stats): boolean {
  return process.platform === 'linux' && rdev >> 8 === 1
}

/** What a question reads from, if there was one. */
let keys: NodeJS.ReadStream | undefined

/** Takes the terminal out of raw mode, as it was before the question, whatever ended that: Node only does so where no signal kills it. */
function giveBack(): void {
  try {
    if (keys?.isRaw) keys.setRawMode(false)
  } catch {
    // It was closed.
  }
}

/**
 * At its exit Node puts a terminal back as it was at the start. What a target did to it (`stty`) must stay,
 * as it would after make; descriptors that are closed are left alone. The terminal itself is kept open until
 * the end, because one that nobody has open any more hangs up on us.
 */
function keepTerminal(): void {
  try {
    fs.openSync('/dev/tty', fs.constants.O_RDWR | fs.constants.O_NOCTTY)
  } catch {
    // There is none, and nothing to keep.
  }
  for (const descriptor of [0, 1, 2]) {
    try {
      fs.closeSync(descriptor)
    } catch {
      // It was closed before we were started.
    }
  }
}

function realWorld(notesAreFresh: boolean): World {
  return {
    notesAreFresh,
    env: process.env,
    get cwd() {
      return process.cwd()
    },
    home: homeFolder(),
    platform: process.platform,
    policyFile: policyFile(process.platform, process.env),
    pid: process.pid,
    ppid: process.ppid,
    uid: process.geteuid?.(),
    nodeVersion: process.version,
    nodePath: process.execPath,
    get tool() {
      return toolName({ env: process.env, cwd: workingFolder(), started: process.argv[1] })
    },
    now: Date.now,
    // Since the process started; `performance` would load node:perf_hooks, which takes 1.5 ms.
    monotonic: () => process.uptime() * 1000,
    get stdinIsTTY() {
      return isTerminal(0)
    },
    hasTerminal: () => hasTerminal(() => !terminalIsGone()),
    stdout: output(1),
    stderr: output(2),
    terminal: () => {
      if (keys === undefined) process.once('exit', giveBack).once('exit', keepTerminal)
      keys = process.stdin
      return { input: keys, output: process.stderr }
    },
    spawn: (command, args, options) => spawn(command, args, options),
    kill: sendSignal,
    // node:net is there with node:child_process; node:tls costs 4 ms and more.
    connect: async (target) => (target.tls ? (await import('./delivery/connect-tls.ts')).connectTls(target) : net.connect(target)),
    onFault: (handler) => {
      process.on('uncaughtException', handler)
      process.on('unhandledRejection', handler)
    },
    onSignal: (signal, handler) => {
      process.on(signal, handler)
      return () => process.off(signal, handler)
    },
    stopJob: () => void process.kill(0, 'SIGTSTP'),
  }
}

function workingFolder(): string | undefined {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended, or became somebody else's.
  }
}

function homeFolder(): string | undefined {
  try {
    // What os.homedir() looks at first, without loading node:os.
    const home = (process.platform !== 'win32' && process.env.HOME) || process.getBuiltinModule('node:os').homedir()
    // A relative one would be another one in each folder.
    return path.isAbsolute(home) ? home : undefined
  } catch {
    return undefined
  }
}

/** Why something for stdout could not be written, such as for a full disk. */
let notWritten: string | undefined

async function sayNotWritten(world: World, reason: string): Promise<Exit> {
  const { complain } = await import('./wrap/complain.ts')
  complain(world, (say) => say.notWritten(reason))
  return { code: 1 }
}

function output(descriptor: 1 | 2): Output {
  return {
    get isTTY() {
      return isTerminal(descriptor)
    },
    get columns() {
      const stream = descriptor === 1 ? process.stdout : process.stderr
      return Number(process.env.COLUMNS) || stream.columns || 80
    },
    write: (text) =>
      writeAll(descriptor, Buffer.from(fitForStream(text, () => isTerminal(descriptor) || Boolean(process.env.FORCE_COLOR)))),
  }
}

/** Writes synchronously, so that nothing is lost at the exit; a reader that went away is no error of ours. */
function writeAll(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(descriptor, bytes, done)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE' && descriptor === 1) process.exit(0)
      if (code !== 'EAGAIN') {
        if (descriptor === 1) notWritten = (error as Error).message
        return
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }
  }
}

function leave(exit: Exit | 'help'): void {
  if (exit === 'help') process.exit(0)
  if ('code' in exit) process.exit(exit.code)
  // Node ignores these two; taking a listener away sets a signal back to its default.
  if (exit.signal === 'SIGPIPE' || exit.signal === 'SIGXFSZ') process.on(exit.signal, () => {})
  process.removeAllListeners(exit.signal)
  process.kill(process.pid, exit.signal)
  // A signal that is blocked or has no default here still ends us the way a shell would report it.
  setTimeout(() => process.exit(128 + signalNumber(exit.signal)), 100)
}
