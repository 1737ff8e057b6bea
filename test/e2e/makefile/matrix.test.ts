import { beforeAll, describe, expect, test } from '@jest/globals'
import { comparable, generated, type SideBySide, sideBySide, type Tree } from '../../support/side-by-side.ts'
import { ANYTHING, DEFAULT_RULE, FILES, GOALS, LOWER_CASE, MISTAKES, RECURSION, SETTINGS } from './trees.ts'

/** A command line, and the name under which it is recorded. */
type Row = readonly [line: string, recorded: string, env?: Readonly<Record<string, string>>]

const TABLES: readonly (readonly [name: string, tree: Tree, rows: readonly Row[]])[] = [
  [
    'goals',
    GOALS,
    [
      ['make', '(default)'],
      ['make one', 'one'],
      ['make one two', 'one+two'],
      ['make ./one', 'one'],
      ['make two one', 'one+two'],
      ['make all one', 'all+one'],
      ['make one file all', 'all+file+one'],
      ['make echoed', 'echoed'],
      ['make fail', 'fail'],
      ['make false', 'false'],
      ['make needs', 'needs'],
      ['make one fail two', 'fail+one+two'],
      ['make killed', 'killed'],
      ['make missing', 'missing'],
      ['make ignored', 'ignored'],
      ['make both', 'both'],
      ['make unknown', 'unknown'],
      ['make one unknown', 'one+unknown'],
      ['make binary', 'binary'],
      ['echo typed | make input', 'input'],
      ['x=$(make one); echo "<$x>"', 'one'],
      ['make env', 'env'],
      ['make goals', 'goals'],
      ['make cond one', 'cond+one'],
      ['make file; make file', 'file,file'],
      ['make c++ a,b a@b a+b', 'a+b+c+++other'],
      ['make a^b', 'other'],
      ['make über', 'other'],
      ['make dash--ed under_scored dot.ted', 'dash--ed+dot.ted+under_scored'],
      ['make one; make two && make fail || make both', 'one,two,fail,both'],
    ],
  ],
  [
    'variables',
    GOALS,
    [
      ['make one X=5', 'one'],
      ["make 'X=a b' one", 'one'],
      ["make one 'X=$$HOME #x'", 'one'],
      ["make one X=it\\'s", 'one'],
      ['make one X=-n', 'one'],
      ['make -e one', 'one', { X: 'from outside' }],
      ['make one', 'one', { X: 'from outside' }],
      ['make one SHELL=/bin/bash', 'one'],
      ['make one .SHELLFLAGS=-ec', 'one'],
      ['make one MAKEFLAGS=-s', 'one'],
      ['make Y:=1 one Z+=2', 'one'],
    ],
  ],
  [
    'options',
    GOALS,
    [
      ['make -k fail one', 'fail+one'],
      ['make -k needs', 'needs'],
      ['make -k fail false', 'fail+false'],
      ['make -s echoed', 'echoed'],
      ['make -B file', 'file'],
      ['make -w one', 'one'],
      ['make -w fail', 'fail'],
      ['make --no-print-directory one', 'one'],
      ['make -j4 shared', 'shared'],
      ['make -j 2 shared', 'shared'],
      ['make -j one', 'one'],
      ['make -j1 one two', 'one+two'],
      ['make -l 4 one', 'one'],
      ['make -r -R one', 'one'],
      ['make -rR env', 'env'],
      ['make -S one', 'one'],
      ['make -L one', 'one'],
      ['make -I sub one', 'one'],
      ['make --warn-undefined-variables one', 'one'],
      ['make --keep-going --silent one', 'one'],
      ['make one -- two', 'one+two'],
      ['make - one', 'one'],
      ['make one', 'one', { MAKEFLAGS: 'k' }],
      ['make one', 'one', { MAKEFLAGS: '-s' }],
      ['make echoed', 'echoed', { GNUMAKEFLAGS: '-s' }],
      ['make one', 'one', { MAKELEVEL: '0' }],
      ['cd .. && make -C here one', 'one'],
      ['cd .. && make --directory=here one', 'one'],
      ['cd .. && make -C . -C here fail', 'fail'],
      ['cd .. && make -sC here one', 'one'],
      ['cd .. && make --no-print-directory -C here one', 'one'],
    ],
  ],
  [
    'files',
    FILES,
    [
      ['make', '(default)'],
      ['make prog', 'prog'],
      ['make prog; touch -d "1 hour" a.c; make prog', 'prog,prog'],
      ['make; make', '(default),(default)'],
      ['make prog clean', 'clean+prog'],
      ['make -j3 a.o b.o', 'a.o+b.o'],
      ['make shown', 'shown'],
      ['make c.x', 'c.x'],
      ['make broken', 'broken'],
      ['make second', 'second'],
      ['make found', 'found'],
      ['make static', 'static'],
      ['make s1.out', 's1.out'],
      ['make double', 'double'],
      ['make -r prog', 'prog'],
      ['make prog >out; make -W a.c prog', 'prog,prog'],
      ['make prog >out; make -W b.c -W config.h prog', 'prog,prog'],
      ['make prog >out; make --what-if=a.c prog', 'prog,prog'],
      ['make prog >out; touch -d "1 hour" a.c; make -o a.c prog', 'prog,prog'],
      ['make prog >out; touch -d "1 hour" a.c b.c; make -oa.c -k prog', 'prog,prog'],
    ],
  ],
  [
    'makes below a make',
    RECURSION,
    [
      ['make fail MAKE=no-such-make', 'fail'],
      ['make', '(default)'],
      ['make all V=1', 'all'],
      ['make self', 'self'],
      ['make -s self', 'self'],
      ['make -k fail leaf', 'fail+leaf'],
      ['make quiet', 'quiet'],
      ['make -j2 first', 'first'],
      ['make first second', 'first+second'],
      ['make both', 'both'],
      ['make deep', 'deep'],
      ['make fail', 'fail'],
      ['make other V=1', 'other'],
      ['make cd', 'cd'],
      ['make script', 'script'],
      ['make alone', 'alone'],
      ['make --no-print-directory all', 'all'],
    ],
  ],
  [
    'makes below a make, in folders that are measured too',
    { ...RECURSION, 'sub/GNUmakefile': generated() },
    [
      ['make all V=1', 'all'],
      ['make deep', 'deep'],
      ['make cd', 'cd'],
      ['make -C sub first second', 'first+second'],
      ['make -C sub', '(default)'],
      ['cd sub && make deep', 'deep'],
    ],
  ],
  [
    'settings',
    SETTINGS,
    [
      ['make .DEFAULT_GOAL=list', '(default)'],
      ['make many .SHELLFLAGS="-eu -o pipefail -c"', 'many'],
      ['make many .SHELLFLAGS=-xc', 'many'],
      ['make', '(default)'],
      ['make first second', 'first+second'],
      ['make many', 'many'],
      ['make pipe', 'pipe'],
      ['make foo', 'foo'],
      ['make foo FOO=typed', 'foo'],
      ['make -e foo', 'foo', { FOO: 'from outside' }],
      ['make parsed', 'parsed'],
      ['make origin', 'origin'],
      ['make origin CC=gcc', 'origin'],
      ['make target', 'target'],
      ['make list', 'list'],
      ['make part', 'part'],
    ],
  ],
  ['flags while a makefile is read', { Makefile: '$(info [$(MFLAGS)] [$(MAKEFLAGS)])\nall: ; @echo all\n' }, [['make -e -l 4 all', 'all']]],
  [
    'a rule for anything',
    ANYTHING,
    [
      ['make named', 'named'],
      ['make whatever', 'whatever'],
      ['make named whatever', 'named+whatever'],
    ],
  ],
  [
    'a default rule',
    DEFAULT_RULE,
    [
      ['make known', 'known'],
      ['make unknown known', 'known+unknown'],
    ],
  ],
  [
    'a makefile in lower case',
    LOWER_CASE,
    [
      ['make', '(default)'],
      ['make fail', 'fail'],
    ],
  ],
]

describe('a measured make does what make does, and is recorded', () => {
  let place: SideBySide
  beforeAll(async () => {
    place = await sideBySide()
  })

  describe.each(TABLES)('%s', (_name, tree, rows) => {
    test.each(rows)('%s (%s)', async (line, expected, env = {}) => {
      const { native, measured, recorded } = await place.both(tree, line, env)
      expect(comparable(measured)).toEqual(comparable(native))
      expect(recorded.join()).toBe(expected)
    })
  })

  test('the closing line of a default goal names no target that there is not', async () => {
    const { measured } = await place.both({ Makefile: 'all: ; @exit 3\n' }, 'make')
    expect(measured.stderr).toMatch(/^make: \*\*\* \[Makefile:1: all\] Error 3\nmake: \*\*\* \[GNUmakefile:\d+: \(default\)\] Error 2\n$/u)
  })

  test.each(Object.entries(MISTAKES))('a makefile with %s', async (_name, tree) => {
    for (const line of ['make', 'make all']) {
      const { native, measured, recorded } = await place.both(tree, line)
      expect(comparable(measured)).toEqual(comparable(native))
      expect(recorded).toHaveLength(1)
    }
  })
})
