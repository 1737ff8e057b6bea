import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { wouldAllDie } from '../../src/wrap/processes.ts'
import { script } from '../support/processes.ts'
import { terminal } from '../support/terminal.ts'

const { SIGINT, SIGTERM, SIGUSR1 } = constants.signals

/** A shell that runs this, with what it says once it is ready; it is ended afterwards. */
async function below<T>(code: string, look: (pid: number) => T): Promise<T> {
  const child = spawn('sh', ['-c', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    return look(process.pid)
  } finally {
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
  }
}

function onLinux(): void {
  test('one that does nothing about a signal would die of it', async () => {
    expect(await below('echo ready; read line', (pid) => wouldAllDie(pid, SIGTERM))).toBe(true)
  })

  test.each([
    ['ignores it', "trap '' TERM"],
    ['catches it', 'trap : TERM'],
  ])('one that %s would not, and other signals are not meant', async (_name, trap) => {
    const both = await below(`${trap}; echo ready; read line`, (pid) => [wouldAllDie(pid, SIGTERM), wouldAllDie(pid, SIGUSR1)])
    expect(both).toEqual([false, true])
  })

  test('one further down counts too', async () => {
    // The child reads from the shell's own input, so that it ends with it.
    const code = `sh -c "trap '' INT; echo ready; read line"; :`
    expect(await below(code, (pid) => wouldAllDie(pid, SIGINT))).toBe(false)
  })

  test('nobody below: nobody is left', () => {
    expect(wouldAllDie(2 ** 30, SIGTERM)).toBe(true)
  })

  test('a terminal is seen where there is one, and none behind setsid', async () => {
    const file = await script(`
      import { hasTerminal } from './src/wrap/processes.ts'
      process.stdout.write('<' + hasTerminal(() => 'unknown') + '>')
    `)
    const env = { PATH: process.env.PATH ?? '' }
    await terminal(process.execPath, [file], { cwd: '/', env }).until('<true>')
    const alone = spawn(process.execPath, [file], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    for await (const part of alone.stdout) said += String(part)
    expect(said).toBe('<false>')
  })
}

// /proc is Linux's own.
if (process.platform === 'linux') describe('processes and terminals', onLinux)
