import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { gnumakefile, isOurs } from '../../../src/makefile/gnumakefile.ts'
import { cleanEnv, run } from '../../support/cli.ts'
import { generated, MAKE } from '../../support/side-by-side.ts'
import { addFiles, testdir } from '../../support/testdir.ts'

/** Stands in for the tool where it is read: it names the program to start it with. */
const shellTool = (name: string) => `#!/bin/sh\n":" /* send-metrics\nsend_metrics_answer='go|/bin/echo ${name}'\n`

const PLACES: Readonly<Record<string, string>> = {
  'here/.send-metrics/bin/send-metrics.js': shellTool('vendored'),
  'here/node_modules/send-metrics/bin/send-metrics.js': shellTool('node_modules'),
  // As pnpm makes it, and a version manager: a script that runs it.
  'here/node_modules/.bin/send-metrics': '#!/bin/sh\ncase $1 in --door) echo "go|/no/such/node" ;; *) echo script "$0" "$@" ;; esac\n',
  'bin/send-metrics': shellTool('PATH'),
}
const SCRIPT = 'node_modules/.bin/send-metrics'

describe('the generated GNUmakefile takes the first tool that is there', () => {
  test.each([
    ['vendored .send-metrics/bin/send-metrics.js', 0],
    ['node_modules node_modules/send-metrics/bin/send-metrics.js', 1],
    [`script ${SCRIPT}`, 2],
    ['PATH %/bin/send-metrics', 3],
  ])('%s', async (called, first) => {
    const places = Object.keys(PLACES).slice(first)
    const folder = testdir({ 'here/Makefile': 'a b: ; @echo as it is\n', 'here/GNUmakefile': generated() })
    addFiles(folder, Object.fromEntries(places.map((place) => [place, PLACES[place] ?? ''])))
    const env = cleanEnv(folder, { PATH: `${folder}/bin:/usr/bin:/bin` })
    const ended = await run(MAKE, ['-k', 'b', 'a', 'X=1'], { cwd: path.join(folder, 'here'), env })
    expect(ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `${called.replace('%', folder)} wrap --forwarded -- ${MAKE} -f Makefile b a\n`,
    })
  })
})

test('a file of ours is known by its first line, whoever changed the ends of lines', () => {
  const text = gnumakefile({ makefile: 'makefile', tools: ['PATH'] })
  expect(isOurs(text)).toBe(true)
  expect(isOurs(text.replaceAll('\n', '\r\n'))).toBe(true)
  expect(isOurs(`# mine\n${text}`)).toBe(false)
  expect(isOurs('all: ; @echo all\n')).toBe(false)
})
