import { spawn } from 'node:child_process'
import * as net from 'node:net'
import { connectTls } from '../../src/delivery/connect-tls.ts'
import type { World } from '../../src/world.ts'

/** A World for tests: real clocks, processes and sockets, but its own environment, home and streams. */
export interface TestWorld extends World {
  /** All that was written to stdout and to stderr so far. */
  readonly said: { stdout: string; stderr: string }
}

type Wanted = Partial<Omit<World, 'stdout' | 'stderr'>> & { readonly stdoutIsTTY?: boolean; readonly stderrIsTTY?: boolean }

/** A World in which nothing of the test runner's own environment is to be seen. */
export function testWorld(wanted: Wanted = {}): TestWorld {
  const { stdoutIsTTY = false, stderrIsTTY = false, ...parts } = wanted
  const said = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr', isTTY: boolean) => ({
    isTTY,
    columns: 80,
    write: (text: string) => {
      said[name] += text
    },
  })
  return {
    env: {},
    cwd: '/',
    home: undefined,
    platform: process.platform,
    policyFile: '/nonexistent/policy.json',
    pid: process.pid,
    // Tests may be run by make, which would stand above a run in them as well.
    ppid: 1,
    uid: process.getuid?.(),
    nodeVersion: process.version,
    nodePath: process.execPath,
    tool: 'send-metrics',
    notesAreFresh: false,
    now: Date.now,
    monotonic: () => performance.now(),
    stdinIsTTY: false,
    hasTerminal: () => false,
    stdout: output('stdout', stdoutIsTTY),
    stderr: output('stderr', stderrIsTTY),
    terminal: () => {
      throw new Error('this test has no terminal')
    },
    spawn: (command, args, options) => spawn(command, args, options),
    connect: async (target) => (target.tls ? connectTls(target) : net.connect(target)),
    kill: () => {
      throw new Error('this test sends no signals')
    },
    onFault: () => {},
    onSignal: () => () => {},
    stopJob: () => {
      throw new Error('this test is no job')
    },
    ...parts,
    said,
  }
}
