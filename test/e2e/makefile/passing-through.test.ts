import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { cleanEnv, run } from '../../support/cli.ts'
import { comparable, generated, MAKE, type SideBySide, sideBySide, type Tree } from '../../support/side-by-side.ts'
import { ANYTHING, EXPORTED, FILES, GOALS, RECURSION, SETTINGS } from './trees.ts'

type Row = readonly [line: string, env?: Readonly<Record<string, string>>]

/** Goals for which make would need quotes, and some that are files of make's own. */
const ODD: Tree = {
  Makefile: `all one .hidden a\\ b a*b a&b a'b a"b a<b a!b a{b a~b: ; @echo "made $(words $(MAKECMDGOALS))"\n%.x: ; @echo $@\n`,
}

const TABLES: readonly (readonly [name: string, tree: Tree, rows: readonly Row[]])[] = [
  [
    'make only shows, asks, touches or explains',
    GOALS,
    [
      ['make -n all'],
      ['make -n'],
      ['make --dry-run all fail'],
      ['make -kn needs'],
      ['make -q one'],
      ['make -q file; touch file; make -q file'],
      ['make -t file'],
      ['make -i fail one'],
      ['make --trace one'],
      ['make --version'],
      ['make --help'],
      ['make --no-such-option'],
      ['make one', { MAKEFLAGS: 'n' }],
      ['make one', { GNUMAKEFLAGS: '-n' }],
      ['make -sw one'],
      ['make -f - one <Makefile'],
    ],
  ],
  [
    'goals that are special',
    ODD,
    [
      ['make one one'],
      ['make .hidden'],
      ['make Makefile'],
      ['make one Makefile'],
      ["make 'a(b)'"],
      ["make 'a*b'"],
      ["make 'a&b' one"],
      ["make 'a;b'"],
      ['make "a\'b"'],
      ["make 'a\"b'"],
      ["make 'a<b'"],
      ["make 'a!b' one"],
      ["make 'a{b'"],
      ["make 'a~b'"],
      ["make 'a$b'"],
      ["make 'a`b'"],
      ["make 'a#b'"],
      ["make '$(x)'"],
      ["make '%.x'"],
      ['make -- -x'],
    ],
  ],
  [
    'switched off, or inside another',
    RECURSION,
    [
      ['make self', { SEND_METRICS: 'off' }],
      ['make', { DO_NOT_TRACK: '1' }],
      ['make self SEND_METRICS=off'],
      ['make self', { MAKELEVEL: '2' }],
      ['make self', { SEND_METRICS_INSIDE: '' }],
      ['make fail', { SEND_METRICS_INSIDE: '/somewhere' }],
    ],
  ],
  [
    'more than one makefile, or another one',
    SETTINGS,
    [
      ['make -f Makefile many'],
      ['make -f Makefile -f Makefile'],
      ['make list', { MAKEFILES: 'parts/part.mk' }],
      ['make -n list'],
      ['make -n --warn-undefined-variables many'],
      ["make many --eval='X := 1'"],
    ],
  ],
  ['files', FILES, [['make -n prog'], ['make -q prog || make -n -W a.c'], ['make -t prog'], ['make -n shown'], ['make -rn c.x']]],
  [
    'everything is exported',
    EXPORTED,
    [
      ['make env', { SEND_METRICS: 'off' }],
      ['make -i env'],
      ['make --warn-undefined-variables --trace env'],
      ['make sub', { DO_NOT_TRACK: '1' }],
    ],
  ],
  [
    'no makefile yet',
    { 'Makefile.in': 'all: ; @echo all\n', 'a.c': 'int main() {}\n', stray: 'x\n' },
    [
      ['make'],
      ['make all'],
      ['make all install'],
      ['make stray'],
      ['make -n'],
      ['make -n all'],
      ['make -q'],
      ['make -t'],
      ['make -k'],
      ['make -k all'],
      ['make -s -j3'],
      ['make -i'],
      ['make Makefile'],
      ['make --warn-undefined-variables'],
      ['cd .. && make -C here'],
      ['cd .. && make -C here all'],
      ['make X=1'],
      ['make .DEFAULT_GOAL=all'],
      ['cp Makefile.in Makefile; make -n'],
    ],
  ],
  ['a rule for anything', ANYTHING, [['make -n whatever'], ['make -q named'], ['make whatever', { SEND_METRICS: 'off' }]]],
]

describe('what passes through is as without us, and not recorded', () => {
  let place: SideBySide
  beforeAll(async () => {
    place = await sideBySide()
  })

  describe.each(TABLES)('%s', (_name, tree, rows) => {
    test.each(rows)('%s %j', async (line, env = {}) => {
      const { native, measured, recorded } = await place.both(tree, line, env)
      expect(comparable(measured)).toEqual(native)
      expect(measured.stderr).toBe(native.stderr)
      expect(recorded).toEqual([])
    })
  })

  test.each(['make -p', 'make -pq', 'make -np all'])('%s lists the same targets', async (line) => {
    const { native, measured } = await place.both(GOALS, line)
    expect(targetsIn(measured.stdout)).toEqual(targetsIn(native.stdout))
    expect(targetsIn(measured.stdout)).toContain('needs: fail one')
    expect(measured.code).toBe(native.code)
  })
})

/** The rules in make's database, sorted; a file that is mentioned without a rule is no target. */
function targetsIn(database: string): string[] {
  const blocks = database.replace(/^[\s\S]*\n# Files\n/u, '').split('\n\n')
  return blocks.flatMap((block) => (block.includes('# Not a target') ? [] : (block.match(/^[^#\s].*/gmu) ?? []))).sort()
}

describe('where something is missing', () => {
  const BROKEN = '#!/bin/sh\necho "the wrong one was run" >&2\nexit 9\n'

  /** PATH with a few programs only. */
  async function withPrograms(files: Readonly<Record<string, string>>) {
    const place = await sideBySide()
    const bare = path.join(place.at.folder, 'bare')
    fs.mkdirSync(bare)
    for (const name of ['sh', 'echo', 'sort', 'env', 'cat']) fs.symlinkSync(path.join('/bin', name), path.join(bare, name))
    fs.symlinkSync(MAKE, path.join(bare, 'make'))
    for (const [name, text] of Object.entries(files)) {
      if (text === '') fs.mkdirSync(path.join(bare, name))
      else fs.writeFileSync(path.join(bare, name), text, { mode: 0o755 })
    }
    return { place, env: { PATH: bare } }
  }

  test.each<[string, Record<string, string>]>([
    ['neither the tool nor Node', {}],
    ['the tool without Node', { 'send-metrics': BROKEN }],
    ['Node without the tool', { node: BROKEN }],
    ['folders of these names', { 'send-metrics': '', node: '' }],
  ])('%s: make as it is', async (_name, files) => {
    const { place, env } = await withPrograms(files)
    for (const line of ['make', 'make one two', 'make fail', 'make env']) {
      const { native, measured } = await place.both(GOALS, line, env)
      expect(measured).toEqual(native)
    }
  })

  test('without PATH altogether, too', async () => {
    const place = await sideBySide()
    const line = `unset PATH; ${MAKE} --warn-undefined-variables one`
    const { native, measured } = await place.both({ Makefile: 'one: ; @echo one\n' }, line)
    expect(measured.stdout).toBe(native.stdout)
    expect(measured.code).toBe(native.code)
  })
})

describe('the options of GNU make 3.8x, which come after long ones and in several words', () => {
  const TREE: Tree = { Makefile: 'b: ; echo b\nq: ; @echo q\n' }
  /** The generated file as that version would read it. */
  const asOld = (text: string, makeflags: string) => text.replaceAll('$(MAKEFLAGS)', makeflags).replaceAll('$(MAKE_VERSION)', '3.81')

  test.each([
    ['make --no-print-directory -n b', ' --no-print-directory -n', true],
    ['make -q --no-print-directory b', ' --no-print-directory -q', true],
    ['make --no-print-directory -t b', ' --no-print-directory -t', true],
    ['make -I inc -n b', ' -I inc -n', true],
    ['make -j 2 -kn b', 'knj 2', true],
    ['make -I inc -j 2 b', ' -I inc -j 2', false],
    ['make --no-print-directory b', ' --no-print-directory', false],
    ['make b "CFLAGS=-g -Wint -n"', ' -- CFLAGS=-g\\ -Wint\\ -n', false],
    ['make -k b "X=-n -p"', 'k -- X=-n\\ -p', false],
  ])('%s (%s)', async (line, makeflags, passes) => {
    const place = await sideBySide()
    place.put(TREE, 'GNUmakefile')
    const file = path.join(place.here, 'GNUmakefile')
    fs.writeFileSync(file, asOld(fs.readFileSync(file, 'utf8'), makeflags))
    const native = await run('sh', ['-c', line.replace('make ', 'make -f Makefile ')], {
      cwd: place.here,
      env: cleanEnv(place.at.home, place.env),
    })
    fs.rmSync(path.join(place.here, 'b'), { force: true })
    const measured = await run('sh', ['-c', line], { cwd: place.here, env: cleanEnv(place.at.home, place.env) })
    expect(measured).toEqual(native)
    expect(place.recorded()).toEqual(passes ? [] : ['b'])
  })
})

test('nothing is said of a variable that is not defined', async () => {
  const place = await sideBySide()
  for (const line of ['make --warn-undefined-variables one', 'make --warn-undefined-variables -n', 'make --warn-undefined-variables'])
    expect((await place.both(GOALS, line)).measured.stderr).not.toContain('GNUmakefile')
})

test('the generated file is short, and says what it is and how to be rid of it', () => {
  const text = generated()
  expect(text.split('\n').length).toBeLessThan(66)
  expect(text).toContain('send-metrics init --undo')
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(160)
})
