import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { preload } from '../support/preload.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'

const NESTED = `${'['.repeat(6_000)}${']'.repeat(6_000)}`

/** Project files and decisions that planning could stumble over. */
const PROJECT_FILES: readonly (readonly [name: string, text: string])[] = [
  ['6,000 brackets inside each other for a host', `{"project":"Demo","destinations":[{"type":"segment","writeKey":"k","host":${NESTED}}]}`],
  ['6,000 brackets for a project', `{"project":${NESTED}}`],
  ['6,000 brackets for the whole', NESTED],
  ['6,000 braces', `${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`],
  ['null for each key', '{"project":null,"recipient":null,"destinations":null,"targets":null,"prefix":null,"fields":null,"spans":null}'],
  [
    'null for each destination',
    '{"project":"Demo","destinations":[null,{"type":null},{"type":"file","path":null},{"type":"exec","command":null}]}',
  ],
  [
    'a destination of every wrong type',
    '{"project":"Demo","destinations":[{"type":"otlp","endpoint":{}},{"type":"honeycomb","apiHost":[]}]}',
  ],
  ['fields that are no fields', '{"project":"Demo","fields":[null,1,{"from":{}},{"from":"env:constructor"}]}'],
]

/** As a bug would be, in what planning does first. */
const bug = (at: Scratch, text: string) =>
  preload(
    at.folder,
    `const path = require('node:path'), real = path.dirname
path.dirname = (name) => { if (name.endsWith('send-metrics.json')) throw new RangeError('${text}'); return real(name) }`,
  )

describe('a fault in planning: make is started', () => {
  test.each(PROJECT_FILES)('a project file with %s', async (_name, projectFile) => {
    const at = scratch({ projectFile: '{"project":"Demo"}' })
    await at.tool(['consent', 'on'])
    fs.writeFileSync(path.join(at.repo, 'send-metrics.json'), projectFile)
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(await at.wrap(['build'])).toMatchObject({ code: 0, stdout: 'built\n' })
  })

  test('a working directory that was deleted', async () => {
    const at = scratch()
    const makefile = path.join(at.folder, 'Makefile')
    fs.writeFileSync(makefile, 'impl-build: ; @echo built\n')
    const line = `mkdir gone && cd gone && rmdir ../gone && send-metrics wrap -f ${makefile} build`
    expect(await at.make(['-s', `--eval=gone: ; @${line}`, 'gone'])).toMatchObject({ code: 0, stdout: expect.stringContaining('built\n') })
  })

  test('a fault of ours is kept for doctor, once, where records are kept', async () => {
    const at = scratch()
    await at.agree()
    await at.wrap(['build'])
    for (const text of ['planted first', 'planted second']) {
      expect(await at.make(['build'], bug(at, text))).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    }
    const { code, stdout } = await at.tool(['doctor'])
    expect(stdout).toMatch(/fault.*planted first/u)
    expect(stdout).not.toContain('planted second')
    expect(code).toBe(1)
  })

  test('nothing is kept of a fault where nobody agreed to any record', async () => {
    const at = scratch()
    expect(await at.make(['build'], bug(at, 'planted'))).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(filesUnder(at.home)).toEqual([])
  })
})
