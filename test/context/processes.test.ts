import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { wouldAllDie } from '../../src/context/processes.ts'
import { onLinux } from '../support/needs.ts'
import { script } from '../support/processes.ts'
import { terminal } from '../support/terminal.ts'

const { SIGTERM, SIGUSR1 } = constants.signals

/** What is seen below a process, below which a shell runs this and has said that it is ready. */
async function below<T>(code: string, look: (pid: number) => T): Promise<T> {
  // The blank command behind it keeps the outer shell from becoming the inner one.
  const outer = spawn('sh', ['-c', 'sh -c "$0"; :', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => outer.once('close', resolve))
  try {
    await new Promise((resolve) => outer.stdout.once('data', resolve))
    return look(outer.pid as number)
  } finally {
    outer.stdin.end()
    await ended
  }
}

function testsOnLinux(): void {
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
    const code = `sh -c "trap '' USR1; echo ready; read line"; :`
    expect(await below(code, (pid) => wouldAllDie(pid, SIGUSR1))).toBe(false)
  })

  test('nobody below: nobody is left', () => {
    expect(wouldAllDie(2 ** 30, SIGTERM)).toBe(true)
  })

  test('a terminal is seen where there is one, and none behind setsid', async () => {
    const file = script(`
      import { hasTerminal } from './src/context/processes.ts'
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
if (onLinux()) describe('processes and terminals', testsOnLinux)
