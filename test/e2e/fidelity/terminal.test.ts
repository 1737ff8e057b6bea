import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, shell, WRAPPED } from '../../support/wrapped-project.ts'

const MAKEFILE = `${['three', 'size', 'full', 'password', 'shell', 'background'].map(WRAPPED).join('')}
impl-three: ; @for n in 0 1 2; do [ -t $$n ] && echo "$$n is a terminal"; done; tty
impl-size: ; @stty size; trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done
impl-full: ; @printf '\\033[?1049h\\033[2J\\033[5;10Hin the middle\\033[31mred\\033[0m'; read answer; printf '\\033[?1049l'; echo "got $$answer"
impl-password: ; @stty -echo; printf 'Password: '; read secret; stty echo; echo; echo "$$secret" | wc -c
impl-shell: ; @PS1=inner: bash --norc --noprofile -i
impl-background: ; @sleep 60 & echo $$! > background.pid; echo started
`

describe('the terminal', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('all three streams stay the same terminal', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'make', ['three'])
    await screen.ended
    expect(screen.raw()).toMatch(/0 is a terminal\r\n1 is a terminal\r\n2 is a terminal\r\n\/dev\/pts\/\d+\r\n/u)
  })

  test('a change of size reaches the target', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'make', ['size'])
    await screen.until('ready')
    expect(screen.raw()).toContain('24 80')
    screen.resize(132, 43)
    await screen.until('43 132')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  })

  test('a program that takes the whole screen draws and reads', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'make', ['full'])
    await screen.until('red')
    expect((await screen.screen()).split('\n')[4]).toBe(`${' '.repeat(9)}in the middlered`)
    screen.type('yes\r')
    await screen.until('got yes')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  })

  test('a password prompt does not echo', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'make', ['password'])
    await screen.until('Password: ')
    screen.type('sesame\r')
    await screen.until(/\b7\r\n/u)
    await screen.ended
    expect(screen.raw()).not.toContain('sesame')
  })

  test('a shell in the target has its prompt, its Ctrl-C and its jobs', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'make', ['shell'])
    await screen.until('inner:')
    screen.type('sh -c "echo sleeping-$((40+2)); exec sleep 100"\r')
    await screen.until('sleeping-42')
    screen.type('\x03')
    await screen.until(/\^C[\s\S]*inner:/u)
    screen.type('echo still-$((40+2)); exit 5\r')
    await screen.until('still-42')
    expect((await screen.ended).code).toBe(2)
    expect(project.runs()).toMatchObject([{ exit_status: 2 }])
  })

  test('a process left in the background does not hold wrap up', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    // Output to a file, because bash would wait for a pipe that the background process keeps open.
    const ended = await shell(project, 'make background > out 2>&1 < /dev/null; echo over')
    expect(ended.stdout).toBe('over\n')
    const pid = Number(fs.readFileSync(path.join(project.repo, 'background.pid'), 'utf8'))
    expect(() => process.kill(pid, 0)).not.toThrow()
    process.kill(pid)
    expect(project.runs()).toHaveLength(1)
  })
})
