import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { transform } from 'esbuild'
import { BIN, NODE } from '../../support/cli.ts'
import { comparable, type SideBySide, sideBySide, type Tree } from '../../support/side-by-side.ts'
import { addFiles } from '../../support/testdir.ts'
import { FILES, GOALS, RECURSION, SETTINGS } from './trees.ts'

/** What an old Node lacks is taken away before the tool is read. */
const OLD = 'delete process.getBuiltinModule\n'

const TABLES: readonly (readonly [name: string, tree: Tree, lines: readonly string[]])[] = [
  [
    'goals',
    GOALS,
    [
      'make',
      'make one two',
      'make fail',
      'make -k fail one',
      "make one 'X=a b'",
      'make -j3 shared',
      'echo typed | make input',
      'make killed',
      'make env',
      'make -w one',
      'cd .. && make -C here one',
      'make -n all',
    ],
  ],
  ['files', FILES, ['make prog >out; make -W a.c prog', 'make prog >out; touch -d "1 hour" a.c; make -ko a.c prog', 'make shown']],
  ['makes below a make', RECURSION, ['make self', 'make deep', 'make -j2 first', 'make fail']],
  ['settings', SETTINGS, ['make', 'make origin']],
]

describe('with a Node that is too old, a generated GNUmakefile runs make as it is', () => {
  let place: SideBySide
  beforeAll(async () => {
    place = await sideBySide()
    addFiles(place.at.folder, {
      'old.cjs': OLD,
      // As a version manager's script that starts an old Node for the tool.
      'old/send-metrics': `#!/bin/sh
case $1 in --door) echo 'go|node'; exit ;; esac
echo called >> "${place.at.folder}/calls"
exec "${NODE}" -r "${place.at.folder}/old.cjs" "${BIN}" "$@"
`,
    })
  })

  describe.each(TABLES)('%s', (_name, tree, lines) => {
    test.each(lines)('%s', async (line) => {
      const { native, measured, recorded } = await place.both(tree, line, { PATH: `${place.at.folder}/old:${place.env.PATH}` })
      expect(comparable(measured)).toEqual(comparable(native))
      expect(recorded).toEqual([])
    })
  })

  test('which the lines above called', () => {
    const calls = fs.readFileSync(path.join(place.at.folder, 'calls'), 'utf8').split('\n')
    expect(calls.length).toBeGreaterThan(20)
  })
})

test('a copy with files missing runs make as it is', async () => {
  const place = await sideBySide()
  const bin = path.join(place.at.folder, 'maimed/bin')
  fs.cpSync('bin', bin, { recursive: true })
  addFiles(place.at.folder, { 'maimed/send-metrics': `-> ${bin}/send-metrics.js` })
  const env = { PATH: `${place.at.folder}/maimed:${place.env.PATH}` }
  for (const line of ['make one two', 'make fail']) {
    const { native, measured, recorded } = await place.both(GOALS, line, env)
    expect(comparable(measured)).toEqual(comparable(native))
    expect(recorded).toEqual([])
  }
})

test('the entry knows how long its part for Node is, which the shell cannot read', () => {
  const text = fs.readFileSync(BIN, 'utf8')
  const [, script = ''] = /^sm_script='([^']*)'$/mu.exec(text) ?? []
  expect(text).toContain(`[ \${#sm_script} -ne ${script.length} ]`)
})

test('the entry is what any Node can read', async () => {
  const text = fs.readFileSync(BIN, 'utf8')
  await expect(transform(text, { target: 'es5' })).resolves.toBeDefined()
  await expect(transform(`${text}\nconst a = () => {}`, { target: 'es5' })).rejects.toThrow()
})
