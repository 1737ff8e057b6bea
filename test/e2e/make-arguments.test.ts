import { describe, expect, test } from '@jest/globals'
import { scratch } from '../support/scratch.ts'

/** Stands in for make: prints each of its words on a line. */
const ECHO = { 'echo-words': '#!/bin/sh\nprintf "%s\\n" "$@"\n' }

describe('the words that make gets', () => {
  test('the target with its prefix, then what stands after --, untouched', async () => {
    const at = scratch({ files: ECHO })
    const words = ['-j4', 'FOO=1', 'BAR=a b', '', "it's $HOME", '--', '*']
    const { stdout } = await at.wrap(['build', '--make', './echo-words', '--', ...words])
    expect(stdout).toBe(`${['impl-build', ...words].join('\n')}\n`)
  })

  test('each -f, in order', async () => {
    const at = scratch({ files: ECHO })
    const { stdout } = await at.wrap(['-f', 'a.mk', '--file=b c.mk', '-fd.mk', '--make=./echo-words', 'build'])
    expect(stdout).toBe('-f\na.mk\n-f\nb c.mk\n-f\nd.mk\nimpl-build\n')
  })

  test('a prefix from the project file', async () => {
    const at = scratch({ files: ECHO, project: { prefix: 'real.' } })
    expect((await at.wrap(['build', '--make', './echo-words'])).stdout).toBe('real.build\n')
  })

  test('a prefix that is a mistake counts as the default', async () => {
    const at = scratch({ files: ECHO, project: { prefix: '--eval=' } })
    expect((await at.wrap(['build', '--make', './echo-words'])).stdout).toBe('impl-build\n')
  })

  test.each([
    ['by hand, nothing more', {}, 'impl-build\n'],
    ['below another make, no announcement of directories', { MAKELEVEL: '1' }, '--no-print-directory\nimpl-build\n'],
    ['below a make with -w, that announcement', { MAKELEVEL: '1', MAKEFLAGS: 'w' }, 'impl-build\n'],
    ['below a make with --print-directory', { MAKELEVEL: '1', MAKEFLAGS: ' --print-directory' }, 'impl-build\n'],
    ['a variable that looks like -w is none', { MAKELEVEL: '1', MAKEFLAGS: ' -- FOO=-w' }, '--no-print-directory\nimpl-build\n'],
  ])('%s', async (_name, env, stdout) => {
    const at = scratch({ files: ECHO })
    expect((await at.wrap(['build', '--make', './echo-words'], env)).stdout).toBe(stdout)
  })
})

describe('which make', () => {
  test('$MAKE, and --make before it', async () => {
    const at = scratch({ files: { ...ECHO, other: '#!/bin/sh\necho other\n' } })
    expect((await at.wrap(['build'], { MAKE: './other' })).stdout).toBe('other\n')
    expect((await at.wrap(['build', '--make', './echo-words'], { MAKE: './other' })).stdout).toBe('impl-build\n')
  })

  test.each([
    ['--make', ['--make', './echo-words -s  --no-builtin-rules'], {}],
    ['$MAKE', [], { MAKE: ' ./echo-words -s --no-builtin-rules ' }],
  ])('one with words in it, from %s: they come first', async (_name, words, env) => {
    const at = scratch({ files: ECHO })
    expect((await at.wrap(['build', ...words, '-f', 'a.mk'], env)).stdout).toBe('-s\n--no-builtin-rules\n-f\na.mk\nimpl-build\n')
  })

  test.each([
    ['by its path', './a make', {}],
    ['on PATH', 'a make', {}],
  ])('one whose name has a blank, %s, is that program', async (_name, make) => {
    const at = scratch({ files: { 'a make': '#!/bin/sh\necho blank\n', './a': '#!/bin/sh\necho wrong\n' } })
    expect((await at.wrap(['build', '--make', make], { PATH: `${at.repo}:${at.env.PATH}` })).stdout).toBe('blank\n')
  })

  test('with the line of the documentation and `make MAKE="make -k" build`, make ends as ever, and its flags count', async () => {
    const makefile =
      'build: ; +@exec send-metrics wrap --verbose --make "$(MAKE)" "$@"\nimpl-build: no yes ; \nno: ; @false\nyes: ; @echo went on\n'
    const at = scratch({ makefile })
    expect(await at.make(['MAKE=make -k', 'build'])).toMatchObject({ code: 2, stdout: 'went on\n' })
    expect((await at.make(['MAKE=make -n', 'build'])).stderr).toContain('make runs nothing in earnest')
  })
})

const NOISY = 'impl-build: ; echo one; echo two >&2\n\techo $(FOO) $(BAR)\n'
const PLAIN = `build: ; @send-metrics wrap "$@"\n${NOISY}`
/** make hands its jobserver to, and runs under -n, only a line with a `+`. */
const PLUS = `build: ; +@send-metrics wrap "$@"\n${NOISY}`

describe('make build prints what make impl-build prints', () => {
  test.each([
    ['plainly', PLAIN, []],
    ['with variables', PLAIN, ['FOO=1', 'BAR=a b']],
    ['silently', PLAIN, ['-s']],
    ['going on', PLAIN, ['-k', '-B']],
    ['with four jobs', PLUS, ['-j4']],
  ])('%s', async (_name, makefile, words) => {
    const at = scratch({ makefile })
    const wrapped = await at.make([...words, 'build'])
    const direct = await at.make([...words, 'impl-build'])
    expect(wrapped).toEqual(direct)
    expect(direct.stdout).toContain('one')
  })

  test('only shown, after the line that make itself shows', async () => {
    const at = scratch({ makefile: PLUS })
    const direct = await at.make(['-n', 'impl-build'])
    expect(await at.make(['-n', 'build'])).toEqual({ ...direct, stdout: `send-metrics wrap "build"\n${direct.stdout}` })
  })

  test('from another makefile, named by -f', async () => {
    const at = scratch({ makefile: 'impl-build: ; @echo wrong\n', files: { 'other.mk': PLAIN.replace('wrap', 'wrap -f other.mk') } })
    expect(await at.make(['-f', 'other.mk', 'build'])).toEqual(await at.make(['-f', 'other.mk', 'impl-build']))
  })

  test('whatever was consented to', async () => {
    const at = scratch({ makefile: PLAIN, to: 'http://127.0.0.1:9' })
    const direct = await at.make(['impl-build'])
    for (const choice of ['on', 'local', 'off']) {
      await at.tool(['consent', choice])
      expect(await at.make(['build'])).toEqual(direct)
    }
  })

  test('and a target reads the stdin it was given', async () => {
    const at = scratch({ makefile: 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @cat\n' })
    const screen = at.screen('sh', ['-c', 'printf "a\\nb\\n" | make build'])
    await screen.ended
    expect(screen.raw()).toBe('a\r\nb\r\n')
  })

  test('and keeps its terminal on all three streams', async () => {
    const at = scratch({ makefile: 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @test -t 0 && test -t 1 && test -t 2 && echo all\n' })
    await at.tool(['consent', 'off'])
    const screen = at.screen('make', ['build'])
    expect((await screen.ended).code).toBe(0)
    expect(screen.raw()).toBe('all\r\n')
  })
})

describe('the jobserver', () => {
  // Each waits until both have begun: that can only end when they run side by side.
  const meet = (me: string, other: string) => `${me}: ; @touch ${me}-began; until test -e ${other}-began; do sleep 0.02; done`

  test('is shared: two jobs below a wrap run side by side', async () => {
    const makefile = ['build: ; +@send-metrics wrap "$@"', 'impl-build: one two', meet('one', 'two'), meet('two', 'one')].join('\n')
    const at = scratch({ makefile: `${makefile}\n` })
    expect(await at.make(['-j2', 'build'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
  })
})

test('a process that the target leaves in the background holds nobody up', async () => {
  const at = scratch({ makefile: 'impl-build: ; @{ cat; echo late; } <never & echo done\n' })
  await at.tool(['consent', 'off'])
  const screen = at.screen('sh', ['-c', 'mkfifo never; send-metrics wrap build; echo "wrap ended"; : >never'])
  await screen.until('wrap ended')
  expect(screen.raw()).not.toContain('late')
  await screen.ended
})
