import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

const MAKEFILE = 'build test: ; @echo $@\nsecret: ; @echo hidden\nfail: ; @exit 3\n'
const ECHO = { 'echo-words': '#!/bin/sh\nprintf "%s\\n" "$@"\n' }

/** The command of the last recorded run. */
async function lastCommand(at: Scratch): Promise<unknown> {
  const runs = (await at.log()).filter(({ type }) => type === 'run')
  return (runs.at(-1) as { command?: unknown } | undefined)?.command
}

describe('wrap -- and a whole command line', () => {
  test('runs exactly that, with every word untouched', async () => {
    const at = scratch({ files: ECHO })
    const words = ['-j4', 'FOO=a b', '', "it's $HOME", '--', '*', '--help', '--verbose']
    expect(await at.wrap(['--', './echo-words', ...words], { MAKELEVEL: '1', MAKE: 'other' })).toMatchObject({
      code: 0,
      stdout: `${words.join('\n')}\n`,
      stderr: '',
    })
  })

  test.each<[string[], string]>([
    [['make', 'build'], 'build'],
    [['make'], '(default)'],
    [['make', '-k', 'test', 'X=1', 'build'], 'build+test'],
    [['make', '-f', 'Makefile', '-j', '2', 'build', '-C', '.', 'build'], 'build'],
    [['make', 'secret'], 'other'],
    [['make', 'secret', 'build'], 'build+other'],
    [['make', '--', 'build'], 'build'],
    [['make', '-k', 'fail', 'build'], 'build+other'],
  ])('%j is recorded as %s', async (words, command) => {
    const at = scratch({ makefile: MAKEFILE, project: { targets: ['build', 'test'] } })
    await at.agree()
    const native = await at.make(words.slice(1))
    expect(await at.wrap(['--', ...words])).toEqual(native)
    expect(await lastCommand(at)).toBe(command)
  })

  test.each([
    ['ci', 'ci'],
    ['not on the list', 'other'],
  ])('--name %s is recorded as %s', async (name, command) => {
    const at = scratch({ makefile: MAKEFILE, project: { targets: ['build', 'ci'] } })
    await at.agree()
    await at.wrap(['--name', name, '--', 'make', 'build', 'secret'])
    expect(await lastCommand(at)).toBe(command)
  })

  test('--name names a target, too', async () => {
    const at = scratch({ project: { targets: ['ci'] } })
    await at.agree()
    expect((await at.wrap(['--name', 'ci', 'build'])).stdout).toBe('built\n')
    expect(await lastCommand(at)).toBe('ci')
  })

  test.each([['-n'], ['-kq'], ['--touch'], ['-p']])('with %s nothing is recorded', async (flag) => {
    const at = scratch({ makefile: MAKEFILE })
    await at.agree()
    const native = await at.make([flag, 'build'])
    expect(await at.wrap(['--', 'make', flag, 'build'])).toMatchObject({ code: native.code, stderr: native.stderr })
    expect(await lastCommand(at)).toBeUndefined()
  })

  test('-C counts as cd: the project is the one around that folder', async () => {
    const at = scratch({
      makefile: MAKEFILE,
      files: {
        'service/Makefile': MAKEFILE,
        'service/send-metrics.json': JSON.stringify({ project: 'Service', targets: ['test'] }),
        'part/Makefile': MAKEFILE,
      },
      project: { targets: ['build'] },
    })
    await at.agree()
    const verbose = (...words: string[]) => at.wrap(['--verbose', '--', 'make', '--no-print-directory', ...words])
    expect((await verbose('-C', 'part', 'build')).stderr).toMatch(/^send-metrics: build took .* recorded on this machine only\n$/u)
    // Nobody has agreed there.
    expect((await verbose('-C', 'service', 'test')).stderr).toMatch(/^send-metrics: test took .* not recorded: nobody has decided, .*\n$/u)
    expect((await verbose('-C', 'part', '-C', '../service', 'test')).stderr).toMatch(/ not recorded: nobody has decided/u)
    expect((await verbose('-f', 'service/Makefile')).stderr).toMatch(/^send-metrics: the default goal took .* recorded/u)
  })

  test.each<[string[], number, string]>([
    [['--', 'no-such-make', 'build'], 127, "send-metrics: cannot find 'no-such-make'"],
    [['--', '-k', 'build'], 2, 'send-metrics: after -- comes make itself, then its arguments: send-metrics wrap -- make -k'],
    [['--make', 'make', '--', 'make'], 2, 'send-metrics: --make and -f go with a target'],
    [['--forwarded', 'build'], 2, 'send-metrics: --forwarded is for a generated GNUmakefile'],
    [['--'], 2, 'send-metrics: wrap needs a target, or a command line of make'],
  ])('%j: exits %i and says what is wrong', async (words, code, said) => {
    const at = scratch({ makefile: MAKEFILE })
    expect(await at.wrap(words)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(said) })
  })
})

describe('what a person is shown is what is sent', () => {
  let there: Receiver
  beforeAll(async () => {
    there = await receiver()
  })
  afterAll(() => there.close())

  const WORDS = ['--', 'make', '-k', 'test', 'secret', 'build']

  test('in the details of the question', async () => {
    const at = scratch({ makefile: MAKEFILE, to: there.url, project: { targets: ['build', 'test'] } })
    const screen = at.screen('send-metrics', ['wrap', ...WORDS])
    await screen.until('Your answer')
    screen.type('d\r')
    await screen.until('"command": "build+other+test"')
    await screen.until(/\}[\s\S]*Your answer/u)
    screen.type('yes\r')
    expect((await screen.ended).code).toBe(0)
    const sent = segmentEvents(there).map(({ properties }) => properties.command)
    expect(sent).toContain('build+other+test')
    expect(JSON.stringify(there.requests)).not.toContain('secret')
  })

  test.each<[string[], string]>([
    [['build'], 'build'],
    [['build', '--', '-j4', 'secret'], 'build'],
    [['make'], 'other'],
    [['--', 'make'], '(default)'],
    [['--', 'make', '-k', 'test', 'secret', 'build'], 'build+other+test'],
    [['--name', 'test', '--', 'make', 'x'], 'test'],
  ])('preview %j', async (words, command) => {
    const at = scratch({ makefile: MAKEFILE, project: { targets: ['build', 'test'] } })
    const { code, stdout } = await at.tool(['preview', '--json', ...words])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([{ body: { command } }])
  })

  test.each<[string[], RegExp]>([
    [['build', 'test'], /unexpected 'test'; one target, or a whole command line after --/u],
    [[], /preview needs the public name of a target, or after -- a whole command line of make/u],
  ])('preview %j is a mistake', async (words, said) => {
    const at = scratch()
    expect(await at.tool(['preview', ...words])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(said) })
  })

  test('preview looks where -C leads', async () => {
    const at = scratch({ files: { 'service/send-metrics.json': JSON.stringify({ project: 'Service', event: 'service.run' }) } })
    const { stderr } = await at.tool(['preview', '--', 'make', '-C', path.join(at.repo, '..'), 'build'])
    expect(stderr).toContain('no send-metrics.json here')
  })
})
