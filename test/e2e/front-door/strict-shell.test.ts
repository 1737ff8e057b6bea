import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Doorway, doorway, WAYS_IN } from '../../support/ways-in.ts'

/** What many makefiles begin with, so that a recipe ends at the first command that fails. */
const STRICT = [
  'SHELL := /bin/bash\n.SHELLFLAGS := -euo pipefail -c\n',
  'SHELL := /bin/bash\n.SHELLFLAGS := -o errexit -o nounset -o pipefail -c\n.ONESHELL:\n',
  '.SHELLFLAGS := -euc\n',
]

const PLACES: readonly (readonly [name: string, spoil: (door: Doorway) => void])[] = [
  ['the tool is there', () => {}],
  [
    'the tool is nowhere',
    ({ tool, bin }) => {
      fs.rmSync(tool, { recursive: true })
      fs.rmSync(path.join(bin, 'send-metrics'), { force: true })
    },
  ],
  ['the tool is empty', ({ tool }) => fs.writeFileSync(path.join(tool, 'bin/send-metrics.js'), '')],
  ['the tool cannot be read', ({ tool }) => fs.writeFileSync(path.join(tool, 'bin/send-metrics.js'), '\0\0')],
]

/** What the rules print is set, for a shell that demands it; and bash, which takes our pipe for a network's, reads no file of its own. */
const ENV = { NODE_OPTIONS: '--no-deprecation', SHLVL: '5' }

describe.each(WAYS_IN.filter(({ typed, native }) => typed === native).map((way) => [way.name, way] as const))('%s', (_name, way) => {
  test.each(STRICT.flatMap((flags) => PLACES.map(([name, spoil]) => [flags, name, spoil] as const)))(
    '%j, and %s',
    async (flags, name, spoil) => {
      const door = await doorway(way)
      const file = path.join(door.at.repo, way.init?.includes('--include') ? 'GNUmakefile' : 'Makefile')
      const makefile = fs.readFileSync(file, 'utf8')
      // The lines that init has put at the top stay there.
      const top = /^-include .*\nifndef .*\n/u.exec(makefile)?.[0] ?? ''
      fs.writeFileSync(file, `${top}${flags}${makefile.slice(top.length)}`)
      await door.consent('local')
      spoil(door)
      expect(await door.type('build', ENV)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^built with/u), stderr: '' })
      expect((await door.type('fail', ENV)).code).toBe(2)
      expect(door.recorded()).toBe(name === 'the tool is there' ? 2 : 0)
    },
  )
})
