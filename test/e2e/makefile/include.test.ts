import { beforeAll, describe, expect, test } from '@jest/globals'
import { comparable, type SideBySide, sideBySide, type Tree } from '../../support/side-by-side.ts'
import { ANYTHING, EXPORTED, FILES, GOALS, RECURSION, SETTINGS } from './trees.ts'

/** The three lines move the others by two; nothing else may differ. */
const withoutLines = (text: string): string => text.replace(/\bGNUmakefile:\d+:/gu, 'GNUmakefile:')

const TABLES: readonly (readonly [name: string, tree: Tree, rows: readonly (readonly [line: string, recorded: string])[]])[] = [
  [
    'goals',
    GOALS,
    [
      ['make', '(default)'],
      ['make two one', 'one+two'],
      ['make fail', 'fail'],
      ['make -k fail one', 'fail+one'],
      ['make env X=5', 'env'],
      ['make goals', 'goals'],
      ['make unknown', 'unknown'],
      ['make -j3 shared', 'shared'],
      ['make -n all', ''],
      ['make -q one', ''],
      ['make one one', ''],
      ['make one SEND_METRICS=off', ''],
    ],
  ],
  [
    'files',
    FILES,
    [
      ['make prog; make -W a.c prog', 'prog,prog'],
      ['make shown', 'shown'],
      ['make -n shown', ''],
      ['make c.x', 'c.x'],
    ],
  ],
  [
    'makes below a make',
    RECURSION,
    [
      ['make self', 'self'],
      ['make deep', 'deep'],
      ['make fail', 'fail'],
    ],
  ],
  [
    'settings',
    SETTINGS,
    [
      ['make', '(default)'],
      ['make list origin', 'list+origin'],
      ['make .DEFAULT_GOAL=list MAKE="make -s" .SHELLFLAGS=-xc', '(default)'],
      ['make -n list', ''],
      ['make many SEND_METRICS=off', ''],
    ],
  ],
  ['everything is exported', EXPORTED, [['make sub', 'sub']]],
  [
    'a rule for anything',
    { Makefile: `${ANYTHING.Makefile}GNUmakefile: ;\n` },
    [
      ['make whatever', 'whatever'],
      ['make -n whatever', ''],
    ],
  ],
]

describe('three lines in a GNUmakefile that was there', () => {
  let place: SideBySide
  beforeAll(async () => {
    place = await sideBySide()
  })

  describe.each(TABLES)('%s', (_name, tree, rows) => {
    test.each(rows)('%s (%s)', async (line, expected) => {
      const { native, measured, recorded } = await place.both(tree, line, {}, 'include')
      const [seen, should] = [comparable(measured), native]
      expect({ ...seen, stderr: withoutLines(seen.stderr) }).toEqual({ ...should, stderr: withoutLines(should.stderr) })
      expect(recorded.join()).toBe(expected)
    })
  })
})
