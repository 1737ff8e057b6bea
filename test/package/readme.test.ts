import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/commands/index.ts'
import { audienceOf } from '../../src/consent/audience.ts'
import { NEVER, statement } from '../../src/consent/wording.ts'
import { say } from '../../src/messages.ts'
import { readProject } from '../../src/project/read.ts'
import { readTree } from '../structure/source-tree.ts'
import { testWorld } from '../support/world.ts'

const README = fs.readFileSync('README.md', 'utf8')
const DOCS = { 'README.md': README, ...readTree('docs', ['.md']) }

describe('the README', () => {
  test('has a project file without a mistake, and the very question that it leads to', () => {
    const content = JSON.parse(/```json\n([\s\S]*?)```/u.exec(README)?.[1] ?? '') as Record<string, unknown>
    const read = readProject({ file: '/r/send-metrics.json', root: '/r', content, problem: undefined })
    if (!('project' in read)) throw new Error(read.problem.what)
    const audience = audienceOf(testWorld({ env: {}, home: '/home/a', platform: 'linux' }), read.project)
    // The page's way is npm's; doc-blocks.test.ts sees it said on a screen.
    const text = statement(read.project, audience, 80).replace(/^(Change: +)\S.*? consent/mu, '$1npx send-metrics consent')
    expect(README).toContain(`compiled\n\n${text}\n\n? ${say.question()}\n`)
  })

  test('names every command', () => {
    expect(COMMANDS.filter(({ name }) => !README.includes(`| \`send-metrics ${name}`))).toEqual([])
  })

  test('names every variable that the source reads', () => {
    // INSIDE is a mark between wraps, VERSION is put in by the build.
    const source = Object.values(readTree('src', ['.ts'])).join('\n')
    const variables = new Set(source.match(/\bSEND_METRICS_(?!INSIDE|VERSION)[A-Z_]+/gu))
    expect(variables.size).toBeGreaterThan(3)
    expect([...variables].filter((name) => !README.includes(`| \`${name}\` |`))).toEqual([])
  })

  test.each(['README.md', 'docs/privacy.md'])('%s names what is never sent, as the question does', (file) => {
    expect(fs.readFileSync(file, 'utf8').replace(/\s+/gu, ' ')).toContain(`Never: ${NEVER}.`)
  })
})

test('every link between the documents leads somewhere', () => {
  const links = Object.entries(DOCS).flatMap(([file, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]+)/gu)].map(([, to]) => ({ file, to: path.join(path.dirname(file), to ?? '') })),
  )
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter(({ to }) => !fs.existsSync(to))).toEqual([])
})
