import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { BIN, NODE } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'
import { type Terminal, terminal } from '../../support/terminal.ts'

const MAKEFILE = '.PHONY: build test\nbuild: ; @echo built\ntest: build\n\t@echo tested\n'
const [ENTER, DOWN, CTRL_C] = ['\r', '\u001b[B', '\u0003']

const talk = (at: InitProject, words: readonly string[] = [], size = { columns: 80, rows: 24 }) =>
  terminal(NODE, [BIN, 'init', ...words], { cwd: at.repo, env: at.env, ...size })

/** Answers in turn: what is waited for, and the keys. */
async function answer(screen: Terminal, ...turns: readonly (readonly [waitFor: string, keys: string])[]): Promise<void> {
  for (const [waitFor, keys] of turns) {
    await screen.until(waitFor)
    screen.type(keys)
  }
}

const WHO = 'Who gets the data?'
const WHERE = 'Where does it go?'
const WRITE = 'Write this?'

/** Each place, how far down the list it is, what else is asked, and what the project file has then. */
const PLACES: readonly (readonly [place: string, down: number, more: readonly (readonly [string, string])[], destinations: unknown])[] = [
  ['Segment', 1, [['Write key', 'aBcD1234\r']], [{ type: 'segment', writeKey: 'aBcD1234' }]],
  ['Segment, its key from the environment', 1, [['Write key', ENTER]], [{ type: 'segment' }]],
  ['Honeycomb', 2, [['dataset', ENTER]], [{ type: 'honeycomb', dataset: 'builds' }]],
  [
    'OpenTelemetry',
    3,
    [['Address that takes traces', 'https://otel.example.com:4318\r']],
    [{ type: 'otlp', endpoint: 'https://otel.example.com:4318' }],
  ],
  [
    'a Pushgateway',
    4,
    [['Pushgateway', 'http://push.example.com:9091\r']],
    [{ type: 'prometheus', pushgateway: 'http://push.example.com:9091' }],
  ],
  ['a file for node-exporter', 4, [['Pushgateway', 'make.prom\r']], [{ type: 'prometheus', textfile: 'make.prom' }]],
  ['a file', 5, [['Path of the file', ENTER]], [{ type: 'file', path: 'metrics.jsonl' }]],
]

describe('init asks for what it cannot know', () => {
  test.each(PLACES)('and writes a complete project file: %s', async (_place, down, more, destinations) => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at)
    await answer(screen, [WHO, `the tools team${ENTER}`], [WHERE, `${DOWN.repeat(down)}${ENTER}`], ...more, [WRITE, `y${ENTER}`])
    expect((await screen.ended).code).toBe(0)
    expect(JSON.parse(at.read('send-metrics.json'))).toEqual({
      project: 'shop',
      recipient: 'the tools team',
      targets: ['build', 'test'],
      destinations,
    })
    expect(screen.raw()).toContain('before the person at it agrees')
  })

  test('this machine only is what Enter says, and is stored for the person who answers', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at)
    await answer(screen, [WHO, ENTER], [WHERE, ENTER], [WRITE, `y${ENTER}`])
    expect((await screen.ended).code).toBe(0)
    expect(JSON.parse(at.read('send-metrics.json'))).toEqual({
      project: 'shop',
      recipient: 'the people who maintain shop',
      targets: ['build', 'test'],
    })
    expect(screen.raw()).toContain('Nothing leaves a machine: send-metrics.json names no destination.')
    const status = await at.tool('consent', '--json')
    expect(JSON.parse(status.stdout)).toMatchObject({ effective: 'local', stored: 'local' })
  })

  test('a placeholder is refused where it is typed', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at)
    await answer(screen, [WHO, ENTER], [WHERE, `${DOWN}${ENTER}`], ['Write key', `YOUR_WRITE_KEY${ENTER}`])
    await screen.until('is a placeholder')
    screen.type(CTRL_C)
    expect((await screen.ended).code).toBe(1)
    expect(at.tree()).not.toHaveProperty('send-metrics.json')
  })

  test.each([
    ['at the first question', []],
    ['at the second', [[WHO, ENTER]]],
    [
      'at the third',
      [
        [WHO, ENTER],
        [WHERE, `${DOWN}${ENTER}`],
      ],
    ],
  ] as const)('Ctrl-C %s writes nothing', async (_where, turns) => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    const screen = talk(at)
    await answer(screen, ...turns)
    await screen.until(['Who gets', 'Where does', 'Write key'][turns.length] ?? '')
    screen.type(CTRL_C)
    expect((await screen.ended).code).toBe(1)
    expect(at.tree()).toEqual(before)
  })

  test.each([
    [80, 24],
    [60, 20],
  ])('a summary of five lines comes before the changes, and nothing is wider than a screen of %i by %i', async (columns, rows) => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at, ['--to', 'segment=aBcD1234'], { columns, rows })
    await answer(screen, [WHO, ENTER], [WRITE, ''])
    const lines = stripVTControlCharacters(screen.raw()).split(/\r*\n/u)
    const from = lines.findIndex((line) => line.startsWith('Project:'))
    expect(lines.slice(from, from + 5).map((line) => line.split(':')[0])).toEqual(['Project', 'Targets', 'How', 'Data', 'Files'])
    expect(lines.join('\n')).toMatch(/new: GNUmakefile, \d+ lines; init/u)
    expect(lines.join('\n')).toContain('"project": "shop"')
    expect(lines.slice(from).filter((line) => line.length > columns)).toEqual([])
    // Where there is room, all of it is to be seen at once.
    if (rows >= 24) expect(await screen.screen()).toContain('Project:  shop')
    screen.type(`n${ENTER}`)
    await screen.ended
  })

  test('nothing is asked where the project file is there', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'send-metrics.json': '{ "project": "Shop" }\n' })
    const screen = talk(at)
    await screen.until(WRITE)
    expect(screen.raw()).not.toContain(WHO)
    screen.type(`n${ENTER}`)
    await screen.ended
  })
})

describe('each answer has an option', () => {
  test.each<[words: string[], content: object]>([
    [['--recipient', 'the tools team'], { recipient: 'the tools team' }],
    [['--to', 'segment=aBcD1234'], { destinations: [{ type: 'segment', writeKey: 'aBcD1234' }] }],
    [['--to', 'honeycomb'], { destinations: [{ type: 'honeycomb', dataset: 'builds' }] }],
    [['--to', 'prometheus=make.prom'], { destinations: [{ type: 'prometheus', textfile: 'make.prom' }] }],
    [['--to', 'file=log/runs.jsonl'], { destinations: [{ type: 'file', path: 'log/runs.jsonl' }] }],
  ])('%j', async (words, content) => {
    const at = initProject({ Makefile: MAKEFILE })
    expect((await at.init('--yes', ...words)).code).toBe(0)
    expect(JSON.parse(at.read('send-metrics.json'))).toEqual({ project: 'shop', targets: ['build', 'test'], ...content })
  })

  test('--to local stores it, too', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    expect((await at.init('--yes', '--to', 'local')).stdout).toContain('Consent for shop: local.')
    expect(JSON.parse((await at.tool('consent', '--json')).stdout)).toMatchObject({ stored: 'local' })
  })

  test.each([
    [['--to', 'segmnt=x'], /--to takes local, segment, honeycomb, otlp, prometheus, file, not 'segmnt'/u],
    [['--to', 'segment=YOUR_WRITE_KEY'], /is a placeholder/u],
    [['--to', 'segment=<write key>'], /is a placeholder/u],
    [['--to', 'prometheus'], /--to prometheus needs/u],
    [['--to', 'otlp=localhost:4318'], /destinations\[0\]\.endpoint is "localhost:4318"; allowed/u],
    [['--recipient', ''], /recipient is ""; allowed/u],
  ])('%j is refused, and nothing written', async (words, said) => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    const { code, stderr } = await at.init('--yes', ...words)
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)])
    expect(at.tree()).toEqual(before)
  })

  test('they are for a new project file', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'send-metrics.json': '{ "project": "Shop" }\n' })
    const { code, stderr } = await at.init('--yes', '--to', 'file')
    expect([code, stderr]).toEqual([1, expect.stringContaining('--to is for a new project file')])
  })
})

test('doctor does not take a placeholder for a write key', async () => {
  const destinations = [{ type: 'segment', writeKey: 'YOUR_WRITE_KEY' }]
  const at = initProject({ Makefile: MAKEFILE, 'send-metrics.json': JSON.stringify({ project: 'Shop', destinations }) })
  const { code, stdout } = await at.tool('doctor')
  expect([code, stdout]).toEqual([1, expect.stringMatching(/PROBLEM +segment: +the write key is "YOUR_WRITE_KEY", a placeholder/u)])
})
