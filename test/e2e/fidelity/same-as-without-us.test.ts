import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, BARE, shell, WRAPPED, type WrappedProject, wrappedProject } from '../../support/wrapped-project.ts'

const TARGETS: Readonly<Record<string, string>> = {
  quiet: '@:',
  hello: '@echo hello',
  echoed: 'echo echoed',
  both: '@echo out; echo err >&2',
  fail: '@exit 3',
  failecho: 'false',
  ignored: '-@exit 3',
  missing: '@no-such-program-anywhere',
  killed: '@kill -9 $$$$',
  terminated: '@kill -TERM $$$$',
  aborted: '@kill -ABRT $$$$',
  interrupted: '@kill -INT $$$$',
  code130: '@exit 130',
  code255: '@exit 255',
  // A terminal that is closed too soon may lose its last lines; a moment's rest lets them out.
  many: '@seq 1 2000; sleep 0.5',
  binary: "@printf '\\000\\001\\377\\033'",
  noend: '@printf no-newline',
  input: '@cat',
  lines: '@echo 1; \\\n\techo 2\n\t@echo 3',
  variable: '@echo "[$(VAR)]"',
  quoted: `@echo "it's" '"quoted"' '$$HOME'`,
  environment: '@env | grep -vE "^(_|MAKE.*|MFLAGS|TRACEPARENT|SEND_METRICS_INSIDE|PWD|OLDPWD|SHLVL|HOME|PATH)=" | sort',
  descriptors: '@ls /proc/self/fd | wc -l',
  umask: '@umask; ulimit -n; ulimit -c',
  group: '@[ "$$(ps -o pgid= -p $$$$)" = "$$(ps -o pgid= -p $$PPID)" ] && echo one group',
  nothing: '',
  colours: "@printf '\\033[31mred\\033[0m\\n'",
  changed: '@[ ! -t 0 ] || stty -echo -icanon',
}

const DEPENDENT = '.PHONY: impl-first impl-second\nimpl-chain: impl-first impl-second ; @echo last\nimpl-first impl-second: ; @echo $@\n'

/** Thirty-odd command lines; TARGET stands for the public name in both. */
const COMMANDS: readonly string[] = [
  ...Object.keys(TARGETS).map((target) => `make ${target}`),
  'make chain',
  'make -s echoed hello',
  'make -k fail hello',
  'make -i fail',
  'make unknown',
  "make 'VAR=a b' variable",
  'echo typed | make input',
  'x=$(make hello); echo "<$x>"',
  'make hello fail; echo "then $?"',
  'make hello && make both || echo never',
  'for i in 1 2 3; do make fail || break; done; echo $i',
]

const makefile = (rule: typeof WRAPPED) =>
  `${[...Object.keys(TARGETS), 'chain'].map(rule).join('')}${Object.entries(TARGETS)
    .map(([name, recipe]) => `.PHONY: impl-${name}\nimpl-${name}: ; ${recipe}\n`)
    .join('')}${DEPENDENT}`

/** The same typed by hand: no line of ours and no inner make at all. */
const byHand = (command: string) =>
  command.replace(/\bmake ((?:-\w+ |'[^']*' )*)([a-z0-9 ]+)/gu, (_all, flags: string, targets: string) => {
    const impl = targets.split(' ').map((target) => (target === '' ? '' : `impl-${target}`))
    return `make ${flags}${impl.join(' ')}`
  })

describe.each([
  ['somebody who agreed', true],
  ['somebody who said nothing, without a terminal', false],
])('the same as without us, for %s', (_name, agreed) => {
  let there: Receiver
  let bare: WrappedProject
  let wrapped: WrappedProject
  beforeAll(async () => {
    there = await receiver()
    bare = wrappedProject(there, { makefile: makefile(BARE) })
    wrapped = agreed ? await agreedProject(there, { makefile: makefile(WRAPPED) }) : wrappedProject(there, { makefile: makefile(WRAPPED) })
  })
  afterAll(() => there.close())

  test.each(COMMANDS)('%s', async (command) => {
    const expected = await shell(bare, command, { SHLVL: '1' })
    expect(await shell(wrapped, command, { SHLVL: '1' })).toEqual(expected)
    const typed = await shell(wrapped, byHand(command), { SHLVL: '1' })
    // One make less: what make itself says on stdout has another level in front.
    const level = /^make(?:\[1\])?: /gmu
    if (!/for i|then|unknown/u.test(command)) expect(typed.stdout.replace(level, '')).toBe(expected.stdout.replace(level, ''))
  })
})

describe('the same as without us, at a terminal: what is on it, its settings and how it ended', () => {
  let there: Receiver
  beforeAll(async () => {
    there = await receiver()
  })
  afterAll(() => there.close())

  // Counting descriptors is for pipes: pseudo-terminals opened side by side lend theirs to each other's children.
  test.each(COMMANDS.filter((command) => command !== 'make descriptors'))('%s', async (command) => {
    const bare = wrappedProject(there, { makefile: makefile(BARE) })
    const wrapped = await agreedProject(there, { makefile: makefile(WRAPPED) })
    const line = `before=$(stty -g); ${command} ; echo "status $?"; [ "$before" = "$(stty -g)" ] && echo as before || stty -a; echo the end; read line`
    const [expected, seen] = await Promise.all(
      [bare, wrapped].map(async (project) => {
        const screen = atTerminal(project, 'bash', ['-c', line], { SHLVL: '1' })
        if (command === 'make input') screen.type('typed\r\x04')
        // It stays until everything was read, because what a terminal's last user wrote may be lost when it goes.
        await screen.until('the end')
        screen.type('\r')
        return { ended: await screen.ended, raw: screen.raw().replace(/the end[\s\S]*$/u, '') }
      }),
    )
    expect(seen).toEqual(expected)
    expect(seen?.raw).toContain('status ')
  })

  const DIRECT = ['hello', 'fail', 'killed', 'terminated', 'missing', 'code130']
  test.each(DIRECT)('send-metrics wrap %s ends as make itself does', async (target) => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED) })
    const expected = await shell(project, `exec make impl-${target}`)
    expect(await shell(project, `exec send-metrics wrap ${target}`)).toEqual(expected)
  })

  test.each([
    ['a signal death', 'kill -KILL $$', 'SIGKILL'],
    ['another', 'kill -USR1 $$', 'SIGUSR1'],
    ['an exit code of 130, which is none', 'exit 130', null],
    ['128 + 9, which is none either', 'exit 137', null],
  ])('of a make that ends with %s, the wait status is the same', async (_name, ending, signal) => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED), files: { 'a-make': `#!/bin/sh\n${ending}\n` } })
    const expected = await shell(project, 'exec ./a-make')
    const seen = await shell(project, 'exec send-metrics wrap --make ./a-make hello')
    expect(seen).toEqual(expected)
    expect(seen.signal).toBe(signal)
  })
})
