import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { gnumakefile, isOurs } from '../../../src/makefile/gnumakefile.ts'
import { cleanEnv, NODE, run } from '../../support/cli.ts'
import { generated, MAKE } from '../../support/side-by-side.ts'
import { addFiles, testdir } from '../../support/testdir.ts'

/** Stands in for the tool: says which one it is, and how it was called. */
const shellTool = (name: string) => `#!/bin/sh\necho ${name} "$@"\n`
const script = "console.log('vendored', ...process.argv.slice(2))\n"

const PLACES: Readonly<Record<string, string>> = {
  'here/.send-metrics/bin/send-metrics.js': script,
  'here/node_modules/.bin/send-metrics': shellTool('node_modules'),
  'bin/send-metrics': shellTool('PATH'),
}

describe('the generated GNUmakefile takes the first tool that is there', () => {
  test.each([
    ['vendored', Object.keys(PLACES)],
    ['node_modules', Object.keys(PLACES).slice(1)],
    ['PATH', Object.keys(PLACES).slice(2)],
  ])('%s', async (name, places) => {
    const folder = testdir({ 'here/Makefile': 'a b: ; @echo as it is\n', 'here/GNUmakefile': generated() })
    addFiles(folder, Object.fromEntries(places.map((place) => [place, PLACES[place] ?? ''])))
    fs.mkdirSync(path.join(folder, 'bin'), { recursive: true })
    fs.symlinkSync(NODE, path.join(folder, 'bin/node'))
    const env = cleanEnv(folder, { PATH: `${folder}/bin:/usr/bin:/bin` })
    const ended = await run(MAKE, ['-k', 'b', 'a', 'X=1'], { cwd: path.join(folder, 'here'), env })
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: `${name} wrap --forwarded -- ${MAKE} -f Makefile b a\n` })
  })
})

test('a file of ours is known by its first line, whoever changed the ends of lines', () => {
  const text = gnumakefile({ makefile: 'makefile', tools: ['PATH'] })
  expect(isOurs(text)).toBe(true)
  expect(isOurs(text.replaceAll('\n', '\r\n'))).toBe(true)
  expect(isOurs(`# mine\n${text}`)).toBe(false)
  expect(isOurs('all: ; @echo all\n')).toBe(false)
})
