import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { cleanEnv, run } from '../../support/cli.ts'
import { scratch } from '../../support/scratch.ts'
import { generated, MAKE_VERSION, type SideBySide, sideBySide } from '../../support/side-by-side.ts'
import { type Terminal, terminal } from '../../support/terminal.ts'
import { eventually, isRunning } from '../../support/wrapped-project.ts'

let place: SideBySide
beforeAll(async () => {
  place = await sideBySide()
})

const open: Terminal[] = []
afterEach(() => {
  for (const { pid } of open.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
})

function at(line: string): Terminal {
  const screen = terminal('bash', ['-c', line], { cwd: place.here, env: cleanEnv(place.at.home, place.env) })
  open.push(screen)
  return screen
}

describe('the jobserver', () => {
  /** Each job stays until three were there at once, and notes how many it sees; without three it ends after a minute. */
  const JOBS = `all: 1 2 3 4 5 6 ; @echo all
1 2 3 4 5 6: ; @mkdir -p here; touch here/$@; n=0; \\
	while ! [ -e three ] && [ $$n -lt 3000 ]; do [ $$(ls here | wc -l) -lt 3 ] || touch three; sleep 0.02; n=$$((n+1)); done; \\
	ls here | wc -l >> seen; sleep 0.1; rm here/$@
below: ; @$(MAKE) all
.PHONY: all below
`
  const styles: [string, string][] = [
    ['the usual one', ''],
    ['pipes', '--jobserver-style=pipe '],
  ]

  test.each(MAKE_VERSION >= 404 ? styles : styles.slice(0, 1))('%s: three at once, never four, and no warning', async (_name, style) => {
    for (const line of [`make ${style}-j3 all`, `make ${style}-j3 1 2 3 4 5 6`, `make ${style}-j3 --no-print-directory below`]) {
      place.put({ Makefile: JOBS }, 'GNUmakefile')
      const before = place.recorded().length
      const ended = await run('sh', ['-c', line], { cwd: place.here, env: cleanEnv(place.at.home, place.env) })
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      const counts = fs.readFileSync(path.join(place.here, 'seen'), 'utf8').trim().split('\n').map(Number)
      expect(counts).toHaveLength(6)
      expect(Math.max(...counts)).toBe(3)
      expect(place.recorded()).toHaveLength(before + 1)
    }
  })
})

describe('at a terminal', () => {
  // In pieces: a shell that is about to start a program may lose a Ctrl-C.
  const LOOP = 'while :; do sleep 0.05; done'
  const TREE = {
    Makefile: `.PHONY: slow streams keep typed
slow: ; @trap "after-make 2; trap - INT; kill -INT $$$$" INT; echo started; ${LOOP}
streams: ; @test -t 0 && test -t 1 && test -t 2 && echo all three; tty; stty -a | head -1
typed: ; @read line; echo "read $$line"
keep: ; @trap 'after-make 2; echo cleaning up; exit 3' INT; echo started; ${LOOP}
`,
  }

  /** What is on the terminal, and how it ended, without us and with us. */
  async function both(line: string, act: (screen: Terminal) => Promise<void>) {
    const seen: { raw: string; ended: unknown }[] = []
    for (const way of [undefined, 'GNUmakefile'] as const) {
      place.put(TREE, way)
      const screen = at(`trap : INT; ${line}; echo "status $?"; read end`)
      await act(screen)
      await screen.until('status')
      screen.type('\r')
      const ended = await screen.ended
      seen.push({ ended, raw: screen.raw().replace(/make: \*\*\* \[GNUmakefile:\d+: .*\] (?:Error 2|Interrupt)\r\n/u, '') })
    }
    return seen as [(typeof seen)[0], (typeof seen)[0]]
  }

  test('the three streams are the terminal', async () => {
    const [native, measured] = await both('make streams', (screen) => screen.until('status'))
    expect(measured.raw.replace(/pts\/\d+/u, 'pts')).toEqual(native.raw.replace(/pts\/\d+/u, 'pts'))
    expect(measured.raw).toContain('all three')
  })

  test('what is typed reaches the recipe', async () => {
    const [native, measured] = await both('make typed', async (screen) => screen.type('hello\r'))
    expect(measured).toEqual(native)
    expect(measured.raw).toContain('read hello')
  })

  test.each(['slow', 'keep'])('Ctrl-C in %s: the same is said, the same status', async (goal) => {
    const before = place.recorded().length
    const [native, measured] = await both(`make ${goal}`, async (screen) => {
      await screen.until('started')
      screen.type('\x03')
    })
    expect(measured).toEqual(native)
    expect(place.recorded().slice(before)).toEqual([goal])
  })

  test('Ctrl-C ends a loop, as without us', async () => {
    for (const way of [undefined, 'GNUmakefile'] as const) {
      place.put(TREE, way)
      const screen = at('for i in 1 2 3; do make slow; done; echo not reached')
      await screen.until('started')
      screen.type('\x03')
      await screen.ended
      expect(screen.raw()).not.toContain('not reached')
      expect(screen.raw().match(/started/gu)).toHaveLength(1)
    }
  })

  test('SIGTERM sent to make alone ends everything', async () => {
    place.put({ Makefile: 'slow: ; @echo $$$$ > pid; exec sleep 60\n' }, 'GNUmakefile')
    const pidFile = path.join(place.here, 'pid')
    const ended = run('make', ['slow'], {
      cwd: place.here,
      env: cleanEnv(place.at.home, place.env),
      started: (child) => void eventually('it runs', () => fs.existsSync(pidFile)).then(() => child.kill('SIGTERM')),
    })
    expect(await ended).toMatchObject({ signal: 'SIGTERM' })
    const pid = Number(fs.readFileSync(pidFile, 'utf8'))
    await eventually('the recipe has ended', () => !isRunning(pid))
  })
})

test('somebody who has not decided is asked after the first make, and its goals are recorded', async () => {
  const there = scratch({
    makefile: 'build test: ; @echo $@\n',
    files: { GNUmakefile: generated() },
    project: { targets: ['build', 'test'], destinations: [{ type: 'file', path: 'runs.jsonl' }] },
  })
  const screen = there.screen('make', ['test', 'build'])
  await screen.until('Your answer')
  expect(screen.raw()).toMatch(/^test\r\nbuild\r\n/u)
  screen.type('yes\r')
  expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  const runs = (await there.log()).filter(({ type }) => type === 'run')
  expect(runs).toMatchObject([{ command: 'build+test' }])
})
