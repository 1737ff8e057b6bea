import { describe, expect, test } from '@jest/globals'
import { BIN, NODE } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'
import { terminal } from '../../support/terminal.ts'

const MAKEFILE = '.PHONY: build test\nbuild: ; @echo built\ntest: build\n\t@echo tested\n'

/** `env`, because the terminal has a TERM of its own. */
const atTerminal = (at: InitProject, words: readonly string[], env: readonly string[] = []) =>
  terminal('env', [...env, NODE, BIN, 'init', ...words], { cwd: at.repo, env: at.env, rows: 70 })

/** All that would be asked for a new project file. */
const TOLD = ['--recipient', 'the tools team', '--to', 'file']

const ESCAPE = '\u001b['

describe('at a terminal', () => {
  test('the diff comes first, then the question; yes writes', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = atTerminal(at, TOLD)
    await screen.until('Write this?')
    expect(at.tree()).not.toHaveProperty('GNUmakefile')
    expect(screen.raw()).toContain(`${ESCAPE}32m+  "targets": ["build", "test"],${ESCAPE}0m`)
    screen.type('y\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(await screen.screen()).toContain('created send-metrics.json\ncreated GNUmakefile\n\nCommit send-metrics.json, GNUmakefile.\n')
    expect(at.read('GNUmakefile')).toContain('Makefile')
  })

  test.each([
    ['Enter', '\r'],
    ['n', 'n\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s writes nothing', async (_name, keys) => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    const screen = atTerminal(at, TOLD)
    await screen.until('Write this?')
    screen.type(keys)
    expect(await screen.ended).toEqual({ code: 1, signal: 0 })
    expect(await screen.screen()).toMatch(/Nothing was written\.$/u)
    expect(at.tree()).toEqual(before)
  })

  test('a file that changes while the question stands is not overwritten', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = atTerminal(at, [...TOLD, '--explicit', 'build'])
    await screen.until('Write this?')
    at.write('Makefile', `# mine\n${MAKEFILE}`)
    const meanwhile = at.tree()
    screen.type('y\r')
    expect((await screen.ended).code).toBe(1)
    expect(screen.raw().replace(/\s+/gu, ' ')).toContain('was changed while the question stood')
    expect(at.tree()).toEqual(meanwhile)
  })

  test('Ctrl-Z stops it, and fg asks again', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const shell = terminal('bash', ['--norc', '--noprofile', '-i'], { cwd: at.repo, env: at.env, rows: 150 })
    shell.type('send-metrics init --recipient us --to file; echo "ended $?"\r')
    await shell.until('Write this?')
    shell.type('\u001a')
    await shell.until('Stopped')
    shell.type('fg; echo "ended $?"\r')
    await shell.until(/Stopped[\s\S]*Write this\?/u)
    shell.type('y\r')
    await shell.until('ended 0')
    shell.type('exit\r')
    await shell.ended
    expect(at.tree()).toHaveProperty('GNUmakefile')
  })

  test('--undo shows what it takes back, and asks', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    await at.init('--yes')
    const screen = atTerminal(at, ['--undo'])
    await screen.until('Take this back?')
    expect(screen.raw()).toContain('+++ /dev/null')
    screen.type('y\r')
    expect((await screen.ended).code).toBe(0)
    expect(at.tree()).toEqual(before)
  })

  test.each(['NO_COLOR=1', 'TERM=dumb'])('no colour with %s', async (setting) => {
    const screen = atTerminal(initProject({ Makefile: MAKEFILE }), ['--dry-run'], [setting])
    expect((await screen.ended).code).toBe(0)
    expect(screen.raw()).not.toContain(ESCAPE)
  })
})

describe('where a question could not be seen or answered', () => {
  test.each([
    ['stdout is a pager', 'send-metrics init | cat'],
    ['stderr is a file', 'send-metrics init 2>err; cat err >&2; rm err'],
    ['stdin is a file', 'send-metrics init </dev/null'],
    ['the terminal is too simple', 'TERM=dumb send-metrics init'],
  ])('%s: nothing is asked or written, and it says what does write', async (_where, line) => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    const screen = terminal('sh', ['-c', line], { cwd: at.repo, env: at.env })
    await screen.ended
    expect(screen.raw()).toContain('nobody can be asked here; --yes writes it')
    expect(screen.raw()).not.toContain('Write this?')
    expect(at.tree()).toEqual(before)
  })
})

describe('without a terminal', () => {
  test('--dry-run prints a diff that patch and git understand, and writes nothing', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    const { code, stdout, stderr } = await at.init('--dry-run', '--explicit', 'build')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
    at.write('the.diff', stdout)
    at.git('apply', 'the.diff')
    const patched = at.read('Makefile')
    at.git('checkout', '--quiet', 'Makefile')
    at.git('clean', '--quiet', '--force')
    await at.init('--yes', '--explicit', 'build')
    expect(at.read('Makefile')).toBe(patched)
  })

  test('--print prints the GNUmakefile and nothing else', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    const { code, stdout, stderr } = await at.init('--print')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
    await at.init('--yes')
    expect(stdout).toBe(at.read('GNUmakefile'))
  })

  test('--help shows examples first, within 80 columns', async () => {
    const { code, stdout } = await initProject({}).init('--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Examples:\n {2}send-metrics init/u)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})
