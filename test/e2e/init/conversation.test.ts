import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { textWidth } from '../../../src/text-width.ts'
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

  const LONG = 'the developer experience team, everyone in platform engineering, and whoever plans next quarter with them'
  const KOREAN = '개발자 경험 팀과 플랫폼 엔지니어링 그룹의 모든 구성원 그리고 데이터 분석을 담당하는 사람들'
  const COLLECTOR = 'https://collector.example.com:4318/with/a/long/path/v1/traces'

  test.each([
    [80, 24, 'us'],
    [60, 20, 'us'],
    [60, 20, LONG],
    [80, 24, KOREAN],
    [40, 20, KOREAN],
  ])('a summary comes before the changes, all of it to be read on a screen of %i by %i: %s', async (columns, rows, recipient) => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at, ['--to', `otlp=${COLLECTOR}`, '--recipient', recipient], { columns, rows })
    await answer(screen, [WRITE, ''])
    const lines = stripVTControlCharacters(screen.raw()).split(/\r*\n/u)
    const from = lines.findIndex((line) => line.startsWith('Project:'))
    const summary = lines.slice(from, lines.indexOf('', from))
    expect(summary.flatMap((line) => /^(\w+): /u.exec(line)?.[1] ?? [])).toEqual(['Project', 'Targets', 'How', 'Data', 'Files'])
    expect(summary.filter((line) => textWidth(line) > columns)).toEqual([])
    expect(summary.filter((line) => !/^(?:\w+: +| {10})\S/u.test(line))).toEqual([])
    const said = summary.join('').replaceAll(' ', '')
    for (const fact of [recipient, COLLECTOR, 'each is asked first']) expect(said).toContain(fact.replaceAll(' ', ''))
    expect(said).not.toContain('…')
    expect(lines.join('\n')).toContain('"project": "shop"')
    screen.type(`n${ENTER}`)
    await screen.ended
  })

  test('five lines and the changes are seen at once where there is room', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at, ['--to', 'segment=aBcD1234'])
    await answer(screen, [WHO, ENTER], [WRITE, ''])
    expect(await screen.screen()).toMatch(
      /^Project: +shop\nTargets: .*\nHow: .*\nData: .*\nFiles: .*\n\nnew: GNUmakefile, \d+ lines; init/mu,
    )
    screen.type(`n${ENTER}`)
    await screen.ended
  })

  test.each([
    [80, 24],
    [60, 20],
    [40, 20],
  ])('nothing is put twice, nor asked after its answer, nor broken inside a word, at %i by %i', async (columns, rows) => {
    const at = initProject({ Makefile: MAKEFILE })
    const screen = talk(at, [], { columns, rows })
    await answer(screen, [WHO, ENTER], [WHERE, ENTER], [WRITE, `y${ENTER}`])
    expect((await screen.ended).code).toBe(0)
    expect(screen.raw()).not.toContain('asks: may')
    expect(stripVTControlCharacters(screen.raw()).replaceAll(/\s+/gu, ' ')).toContain(
      'your runs are recorded on this machine; nothing is sent',
    )
    const after = stripVTControlCharacters(screen.raw()).split(/\r*\n/u)
    const from = after.findIndex((line) => line.startsWith('created '))
    expect(after.slice(from).filter((line) => textWidth(line) > columns)).toEqual([])
    // A command to copy is in one line.
    for (const command of ['send-metrics consent off', 'send-metrics init --undo'])
      expect(after.some((line) => line.includes(command))).toBe(true)
    for (const line of ['✔ Who gets the data?', '✔ Where does it go?', '✔ Write this?']) {
      const shown = (await screen.screen({ all: true })).split(line)
      expect([line, shown.length]).toEqual([line, 2])
    }
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
    [['--to', 'file=Makefile'], /--to file: Makefile is no file of events/u],
    [['--to', 'file=./send-metrics.json'], /is no file of events/u],
    [['--to', 'file=GNUmakefile'], /is no file of events/u],
    [['--to', 'file=notes.json'], /is no file of events, and they would be appended to it; name one that is not there/u],
    [['--recipient', ''], /recipient is ""; allowed/u],
  ])('%j is refused, and nothing written', async (words, said) => {
    const at = initProject({ Makefile: MAKEFILE, 'notes.json': '{"a": 1}\n' })
    const before = at.tree()
    const { code, stderr } = await at.init('--yes', ...words)
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)])
    expect(at.tree()).toEqual(before)
  })

  test('a file of events that is there goes on', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'metrics.jsonl': '{"messageId":"1","event":"make"}\n', 'empty.jsonl': '' })
    expect(await at.init('--dry-run', '--to', 'file=metrics.jsonl')).toMatchObject({ code: 0 })
    expect(await at.init('--dry-run', '--to', 'file=empty.jsonl')).toMatchObject({ code: 0 })
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
