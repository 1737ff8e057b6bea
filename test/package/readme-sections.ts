import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect } from '@jest/globals'
import { run } from '../support/cli.ts'
import { docBlocks, expectPrinted, shownIn } from '../support/doc-blocks.ts'
import { asColleague, shopRepository } from '../support/readme-repository.ts'
import type { Receiver } from '../support/receiver.ts'
import { segmentEvents } from '../support/receiver.ts'
import { terminal } from '../support/terminal.ts'
import { checked, keptAs, type Place, readByMake, type Try, typed } from '../support/try-block.ts'
import type { Page } from './doc-pages.ts'

const RULES = `.PHONY: build test
build: ; @echo compiled
test: build ; @echo 3 tests passed
deploy-%: ; @echo $@
`
/** The end of the question: all of it is on the screen. */
const PROMPT = 'd for details:'
const MANIFEST = '{ "name": "shop", "private": true, "license": "MIT" }\n'

/** The two ways of README: each as it is written, by whoever sets it up and then by a colleague who has nothing but a clone. */
export function readmeSections(there: () => Receiver): Page[] {
  const asked = (lines: readonly string[]): Try => {
    return async (_block, place) => {
      const screen = terminal('make', ['build'], { cwd: place.cwd, env: place.env })
      await screen.until(PROMPT)
      // The receiver of this test stands in for Segment.
      expectPrinted(withoutReceiver(lines), screen.raw())
      screen.type('yes\r')
      expect(await screen.ended).toEqual({ code: 0, signal: 0 })
      expect(segmentEvents(there()).map(({ event }) => event)).toEqual(['shop.consent.change', 'shop.command.run'])
      const { stdout } = await run('make', ['build'], place)
      expect(stdout).toBe('compiled\n')
      expect(segmentEvents(there()).at(-1)).toMatchObject({ event: 'shop.command.run', properties: { command: 'build' } })
    }
  }
  const named: Try = async (block, place) => {
    sayWhoGetsIt(place)
    await typed(block, place)
    asColleague(place, there().url)
    await asked(['compiled'])(block, place)
  }
  const question: Try = (block, place) => asked(shownIn(block)[0]?.lines ?? [])(block, place)
  return [
    {
      page: 'README.md',
      sections: ['From an existing repository to measured in one command'],
      setUp: () => shopRepository({ Makefile: RULES }, there().url),
      tries: { 'git add .send-metrics send-metrics.json GNUmakefile': named },
    },
    {
      page: 'README.md',
      sections: ['By hand, and with npm', 'What people see'],
      setUp: () => shopRepository({ Makefile: RULES, 'package.json': MANIFEST, '.gitignore': 'node_modules/\n' }, there().url),
      tries: {
        'tool := ': keptAs('Makefile', readByMake),
        '{': keptAs('send-metrics.json', checked),
        'npm ci': async (block, place) => {
          asColleague(place, there().url)
          expect(await run('make', ['test'], place)).toMatchObject({ code: 0, stdout: 'compiled\n3 tests passed\n', stderr: '' })
          await typed(block, place)
        },
        '$ make build': question,
      },
    },
  ]
}

/** The receiver here is another one than on the page; its name may take a line more. */
function withoutReceiver(lines: readonly string[]): string[] {
  const [to, why] = ['To: ', 'Why: '].map((label) => lines.findIndex((line) => line.startsWith(label))) as [number, number]
  return lines.filter((_line, at) => at < to || at >= why)
}

/** Adds to the project file what the section refers to. */
function sayWhoGetsIt({ cwd }: Place): void {
  const file = path.join(cwd, 'send-metrics.json')
  const example = docBlocks().find(({ page, language }) => page === 'README.md' && language === 'json')
  const { recipient, destinations } = JSON.parse(example?.text ?? '')
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), recipient, destinations }))
}
