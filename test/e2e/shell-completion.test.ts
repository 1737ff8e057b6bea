import * as fs from 'node:fs'
import * as path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { needs } from '../support/needs.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { SHELLS, type Shell } from '../support/shells.ts'

const MAKEFILE = `build test: ; @send-metrics wrap "$@"
impl-build impl-test: ; @echo $@
dev.up dev.down: ; @send-metrics wrap "$@"
helper: $(shell echo >make-was-run) ; @:
`
const TARGETS = ['build', 'dev.down', 'dev.up', 'lint:js', 'test']
const GOALS = [...TARGETS, 'helper', 'impl-build', 'impl-test'].sort()

let at: Scratch
beforeAll(() => {
  at = scratch({ makefile: MAKEFILE, project: { targets: ['build', 'test', 'lint:js', 'dev.%'] }, files: { 'runs.jsonl': '' } })
})

describe('completion words', () => {
  const next = async (typed: readonly string[], where: Scratch = at) => {
    const { code, stdout, stderr } = await where.tool(['completion', 'words', '--', ...typed])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
  }

  const ROW = [
    'wrap',
    'init',
    'consent',
    'log',
    'stats',
    'report',
    'progress',
    'trace',
    'preview',
    'flush',
    'export',
    'collect',
    'why',
    'doctor',
  ]
  const COMMANDS = [...ROW, 'completion', 'help']
  const CONSENT = ['on', 'local', 'off', 'show', 'list', 'new-id', 'forget']

  test.each<[string[], readonly string[]]>([
    [[''], COMMANDS],
    [['st'], COMMANDS],
    [['help', ''], COMMANDS],
    [['help', 'consent', ''], CONSENT],
    [['consent', ''], CONSENT],
    [['consent', '--json', ''], CONSENT],
    [
      ['consent', 'off', '--'],
      ['--yes', '--json', '--silent', '--all-projects', '--help'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['wrap', ''], TARGETS],
    [['wrap', '--verbose', ''], TARGETS],
    [['wrap', '--make', 'gmake', 'b'], TARGETS],
    [['wrap', '--make', ''], [':files']],
    [['wrap', '-f', ''], [':files']],
    [['wrap', '--name', ''], []],
    [['wrap', 'build', ''], ['--']],
    [['wrap', '--', ''], ['make']],
    [['wrap', '--', 'make', ''], GOALS],
    [['stats', ''], TARGETS],
    [['stats', 'build', ''], TARGETS],
    [['stats', '--input', ''], [':files']],
    [['stats', '--input', 'a.jsonl', ''], [':files']],
    [
      ['stats', '--input', 'a.jsonl', '--since', ''],
      ['2d', '4w', '12w', '1y', 'all'],
    ],
    [['report', '-o', ''], [':files']],
    [['log', '--last', ''], []],
    [['log', ''], []],
    [
      ['collect', 'tilt', '--log', ''],
      ['text', 'json'],
    ],
    [['collect', ''], ['tilt']],
    [['consent', 'help', ''], CONSENT],
    [
      ['init', '--to', ''],
      ['local', 'segment', 'honeycomb', 'otlp', 'prometheus', 'file'],
    ],
    [
      ['collect', 'tilt', '--log='],
      ['--log=text', '--log=json'],
    ],
    [
      ['stats', '--no-such='],
      ['--since', '--input', '--warehouse', '--schema', '--table', '--time-limit', '--k', '--json', '--follow', '--help'],
    ],
    [['preview', ''], GOALS],
    [['init', '--explicit', ''], GOALS],
    [['init', '--explicit', 'build,t'], GOALS.filter((name) => name !== 'build').map((name) => `build,${name}`)],
    [
      ['init', '--explicit=test,build,'],
      GOALS.filter((name) => !/^(?:build|test)$/u.test(name)).map((name) => `--explicit=test,build,${name}`),
    ],
    [['no-such', ''], []],
    [[], COMMANDS],
  ])('after %j', async (typed, words) => {
    expect(await next(typed)).toEqual(words)
  })

  test('without a list of targets, runs have the names that the makefile has', async () => {
    const listless = scratch({ makefile: MAKEFILE })
    const written = ['build', 'dev.down', 'dev.up', 'helper', 'test']
    expect(await next(['stats', 'dev.'], listless)).toEqual(written)
    expect(await next(['preview', 'dev.'], listless)).toEqual([...written, 'impl-build', 'impl-test'].sort())
    expect(await next(['wrap', ''], listless)).toEqual(['build', 'test'])
  })

  test('before init, init --explicit has what the makefile says', async () => {
    const fresh = scratch({
      projectFile: null,
      makefile: 'all: a.o ; @:\na.o: ; @:\nall-docs:: ; @:\n$(X): ; @:\n%.c: ; @:\n.PHONY: all\n',
    })
    expect(await next(['init', '--explicit', ''], fresh)).toEqual(['a.o', 'all', 'all-docs'])
  })

  test('has nothing of a target, and no fault, where there is no makefile, or a project file with a mistake', async () => {
    const bare = scratch({ projectFile: '{', makefile: '' })
    fs.rmSync(path.join(bare.repo, 'Makefile'))
    expect(await next(['wrap', ''], bare)).toEqual([])
  })

  test('a name is shown without its control characters', async () => {
    const hostile = scratch({ projectFile: null, makefile: 'impl-a\u001b]0;x\u0007: ; @:\n' })
    expect((await hostile.tool(['completion', 'words', '--', 'wrap', ''])).stdout).toBe('a\\u001b]0;x\\u0007\n')
  })

  test('runs neither make nor anything else, and writes nothing', async () => {
    await next(['wrap', ''])
    expect(filesUnder(at.repo).includes('make-was-run')).toBe(false)
    expect(filesUnder(at.home).filter((file) => !file.startsWith('.cache/'))).toEqual([])
  })
})

describe.each(SHELLS)('in $name', (shell) => {
  const isThere = () => needs(`${shell.name} and its completions`, shell.isThere)

  test.each<[string, string]>([
    ['send-metrics sta', 'send-metrics stats'],
    ['send-metrics consent fo', 'send-metrics consent forget'],
    ['send-metrics consent off --all', 'send-metrics consent off --all-projects'],
    ['send-metrics wrap bu', 'send-metrics wrap build'],
    ['send-metrics wrap dev.d', 'send-metrics wrap dev.down'],
    ['send-metrics wrap lint:', 'send-metrics wrap lint:js'],
    ['send-metrics wrap -- make he', 'send-metrics wrap -- make helper'],
    ['send-metrics stats --input ru', 'send-metrics stats --input runs.jsonl'],
    ['send-metrics init --to seg', 'send-metrics init --to segment'],
    ['send-metrics init --to=hon', 'send-metrics init --to=honeycomb'],
    ['send-metrics collect tilt --log j', 'send-metrics collect tilt --log json'],
    ['send-metrics collect tilt --log=j', 'send-metrics collect tilt --log=json'],
    ['send-metrics stats --since 2', 'send-metrics stats --since 2d'],
    ['send-metrics stats --since=12', 'send-metrics stats --since=12w'],
    ['send-metrics init --explicit build,te', 'send-metrics init --explicit build,test'],
    ['send-metrics init --explicit=build,te', 'send-metrics init --explicit=build,test'],
    ['send-metrics preview dev.u', 'send-metrics preview dev.up'],
    ['../bin/send-metrics wrap te', '../bin/send-metrics wrap test'],
    ['true; X=1 send-metrics wrap te', 'true; X=1 send-metrics wrap test'],
  ])('%s', async (typed, line) => {
    if (!isThere()) return
    expect(await completed(shell, typed)).toBe(line.replace(/^true; /u, ''))
  })

  test('all commands, with what they do where the shell shows it', async () => {
    if (!isThere()) return
    const screen = await atPrompt(shell)
    screen.type('send-metrics con\t\x15send-metrics \t\t')
    await screen.until(/preview[\s\S]*wrap|wrap[\s\S]*preview/u)
    if (shell.name !== 'bash') await screen.until('show exactly what would be sent')
    screen.close()
  })
})

const LOADED = {
  bash: 'eval "$(send-metrics completion bash)"',
  zsh: 'eval "$(send-metrics completion zsh)"',
  fish: 'send-metrics completion fish | source',
}

async function atPrompt(shell: Shell) {
  const screen = at.screen(shell.name, shell.words, {}, { columns: 200, rows: 50 })
  screen.type(`${shell.setUp}; ${LOADED[shell.name as keyof typeof LOADED]}; echo is-''set-up\r`)
  await screen.until('is-set-up')
  return screen
}

/** The command that Tab makes of one that has a single end, as `echo` before it prints it. */
async function completed(shell: Shell, typed: string): Promise<string | undefined> {
  const screen = await atPrompt(shell)
  const [, before = '', rest = ''] = /^(.*; )?(.*)$/u.exec(typed) ?? []
  screen.type(`${before}${rest}\t\x01${'\x1b[C'.repeat(before.length)}echo so: \r`)
  await screen.until(/^so: .*\r/mu)
  const line = /^so: (.*?)\s*$/mu.exec(stripVTControlCharacters(screen.raw()))?.[1]
  screen.close()
  return line
}
