import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { forget, listDecisions, refuseEverywhere } from '../../src/commands/consent-all.ts'
import { changeConsent } from '../../src/commands/consent-change.ts'
import { showReceipt, showStatus } from '../../src/commands/consent-show.ts'
import { standingFor } from '../../src/consent/standing.ts'
import { refuseAll, setProgress } from '../../src/consent/store.ts'
import { checkConsent, checkDecisionsFile } from '../../src/doctor/check-consent.ts'
import { needs } from '../support/needs.ts'
import { DEMO, decisionOn, projectOf, store } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type Path = readonly string[]

const NAMES = ['Demo', 'Other']

/** Two projects with everything that a store may hold: a no in the first, and what is given in the second. */
function scene({ second = 'on' as 'on' | 'local' | 'off', all = false } = {}) {
  const home = testdir()
  const [demo, other] = NAMES.map((project) => {
    const cwd = testdir({ 'send-metrics.json': JSON.stringify({ ...DEMO, project }) })
    const world = testWorld({ home, cwd, platform: 'linux' })
    return { world, project: projectOf(world) }
  }) as [Side, Side]
  store(demo.world, demo.project, 'off')
  const { id } = store(other.world, other.project, second)
  const file = path.join(home, '.config/send-metrics/config.json')
  const content = JSON.parse(fs.readFileSync(file, 'utf8')) as { projects: Record<string, Record<string, Json>>; [name: string]: Json }
  const more = { declined: { fields: ['a'], places: ['b'] }, askAfter: AT, hintedAt: AT, pipeline: PIPELINE }
  content.projects[id] = { ...content.projects[id], ...more }
  if (all) content.all = { decision: 'off', at: AT }
  const write = (value: Json) => fs.writeFileSync(file, JSON.stringify(value))
  write(content)
  return { home, demo, other, file, content, write, effective: (side: Side) => standingFor(side.world, side.project).standing.effective }
}

type Side = { world: ReturnType<typeof testWorld>; project: ReturnType<typeof projectOf> }
const AT = '2026-11-02T12:00:00.000Z'
const PIPELINE = { at: AT, ci: 'CI', anonymousId: 'ab', fieldSet: ['command'], recipients: ['segment'], toolVersion: '0.1.0' }

/** Where every value stands. */
function pathsOf(value: Json, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...at, name]))]
}

function put(value: Json, [name, ...rest]: Path, part: Json): Json {
  if (name === undefined) return part
  const copy = structuredClone(value) as Record<string, Json>
  copy[name] = put(copy[name] as Json, rest, part)
  return copy
}

const WRONG: Json[] = [null, true, 5, '', 'off', [], ['off'], {}, { toString: 5 }, [null, {}, 5], { decision: 'off' }]
const DEEP = `${'['.repeat(6_000)}${']'.repeat(6_000)}`

/** Everything that reads a store, at a side of it. */
function readAll({ world, project }: Side): void {
  for (const json of [true, false])
    for (const read of [showStatus, showReceipt, listDecisions]) expect(read(world, json)).toMatchObject({ code: expect.any(Number) })
  checkConsent(world, project)
  checkDecisionsFile(world)
}

describe('a store with one value of a wrong type, at any depth', () => {
  const { content } = scene()
  const all = pathsOf(content)

  test('reads without a throw, and each no in it holds', () => {
    const at = scene()
    const sides = [at.demo, at.other]
    let turn = 0
    for (const place of all)
      for (const wrong of WRONG) {
        at.write(put(content, place, wrong))
        readAll(sides[turn++ % 2] ?? at.demo)
        // What the no itself stood in is gone, or was changed for something else: that alone may be forgotten.
        const [top, id = ''] = place
        const isGone = place.length === 0 || (top === 'projects' && (place.length === 1 || (id.startsWith('demo') && place.length === 2)))
        const isAnotherAnswer =
          place.at(-1) === 'decision' && place.length >= 3 && wrong !== 'off' && (typeof wrong === 'string' || isObject(wrong))
        const isAnother = ['project', 'recipient'].includes(place[2] ?? '') && typeof wrong === 'string'
        if (!isGone && !isAnotherAnswer && !isAnother) expect([place, wrong, at.effective(at.demo)]).toEqual([place, wrong, 'off'])
      }
  })

  const said: [string, (world: Side['world']) => unknown, string][] = [
    ['off', (world) => changeConsent(world, 'off', { silent: true, json: false }), 'off'],
    ['local', (world) => changeConsent(world, 'local', { silent: true, json: false }), 'local'],
    ['off --all-projects', (world) => refuseEverywhere(world, false), 'off'],
    ['forget', (world) => forget(world, false), ''],
  ]
  test.each(said)('consent %s can be said, keeps what was there, and heals it', async (_name, act, effective) => {
    const at = scene()
    for (const [index, place] of all.entries()) {
      const wrong = WRONG[index % WRONG.length] ?? null
      const text = JSON.stringify(put(content, place, wrong))
      fs.writeFileSync(at.file, text)
      const before = at.effective(at.demo)
      const isSound = standingFor(at.demo.world, at.demo.project).storeProblem === undefined
      const now = () => [place, wrong, at.effective(at.demo), at.effective(at.other)]
      expect([place, wrong, await act(at.other.world)]).toEqual([place, wrong, { code: 0 }])
      expect(now()).toEqual([place, wrong, before === 'off' ? 'off' : expect.anything(), effective || expect.anything()])
      expect(standingFor(at.demo.world, at.demo.project).storeProblem).toBeUndefined()
      const aside = fs.readdirSync(path.dirname(at.file)).filter((name) => name.includes('.damaged-'))
      expect(aside.map((name) => fs.readFileSync(path.join(path.dirname(at.file), name), 'utf8'))).toEqual(isSound ? [] : [text])
      for (const name of aside) fs.rmSync(path.join(path.dirname(at.file), name))
      fs.rmSync(path.join(at.home, '.local'), { recursive: true, force: true })
    }
  })

  test('property: several wrong values, and any JSON', () => {
    const at = scene()
    const anything = fc.tuple(
      fc.array(fc.tuple(fc.constantFrom(...all), fc.oneof(fc.constantFrom(...WRONG), fc.jsonValue())), { maxLength: 4 }),
    )
    fc.assert(
      fc.property(anything, ([changes]) => {
        at.write(
          changes.reduce<Json>((value, [place, wrong]) => (hasPath(value, place) ? put(value, place, wrong as Json) : value), content),
        )
        readAll(at.demo)
        refuseAll(at.demo.world, () => decisionOn(at.demo.project, 'off', Date.now()))
        expect(at.effective(at.demo)).toBe('off')
        for (const name of fs.readdirSync(path.dirname(at.file)))
          if (name !== 'config.json') fs.rmSync(path.join(path.dirname(at.file), name))
      }),
      { numRuns: 200 },
    )
  })
})

const isObject = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value)

function hasPath(value: Json, [name, ...rest]: Path): boolean {
  if (name === undefined) return true
  return typeof value === 'object' && value !== null && name in value && hasPath((value as Record<string, Json>)[name] as Json, rest)
}

describe('a no that is not all there', () => {
  const no = {
    id: 'demo-1',
    project: 'Demo',
    recipient: 'the people who maintain Demo',
    where: ['segment x'],
    anonymousId: null,
    decision: { decision: 'off', at: AT },
  }
  const cases: [string, Json, string, string][] = [
    ['where is null', { projects: { x: { ...no, where: null } } }, 'off', 'undecided'],
    [
      'its recipient is lost: for whoever gets the data of that project',
      { projects: { x: { ...no, recipient: 5, where: [] } } },
      'off',
      'undecided',
    ],
    ['its project is lost: for every one that is not decided', { projects: { x: { ...no, project: null } } }, 'off', 'off'],
    ['its id is lost', { projects: { '..': { ...no, id: null, where: [] } } }, 'off', 'undecided'],
    ['its entry stands in a list', { projects: { x: [no] } }, 'off', 'undecided'],
    ['its entry stands in another', { projects: { x: { y: no } } }, 'off', 'undecided'],
    ['its projects are a list', { projects: [{ ...no, where: null }] }, 'off', 'undecided'],
    ['its projects are a list in a list', { projects: [[[{ ...no, where: null }]]] }, 'off', 'undecided'],
    ['the no to all has lost its time', { all: { decision: 'off', at: 5 }, projects: {} }, 'off', 'off'],
    ['the no to all is a word', { all: 'off', projects: {} }, 'off', 'off'],
  ]
  test.each(cases)('%s', async (_name, content, demo, other) => {
    const at = scene()
    at.write(content)
    expect([at.effective(at.demo), at.effective(at.other)]).toEqual([demo, other])
    // The next one who decides loses nobody's no.
    setProgress(at.other.world, true)
    expect([at.effective(at.demo), at.effective(at.other)]).toEqual([demo, other])
    await changeConsent(at.other.world, 'local', { silent: true, json: false })
    expect([at.effective(at.demo), at.effective(at.other)]).toEqual([demo, 'local'])
    forget(at.demo.world, true)
    expect(at.effective(at.demo)).toBe('off')
    await changeConsent(at.demo.world, 'local', { silent: true, json: false })
    expect([at.effective(at.demo), at.effective(at.other)]).toEqual(['local', 'local'])
  })

  test('a no to all that has lost its time takes every yes with it, since none can be told to be later', () => {
    const at = scene({ second: 'local', all: true })
    expect(at.effective(at.other)).toBe('off')
    at.write({ ...at.content, all: { decision: 'off', at: null } })
    expect(at.effective(at.other)).toBe('off')
  })

  test('a yes that was stored under another key than its ID is found, and a no replaces it', async () => {
    const at = scene()
    at.write({ projects: { elsewhere: at.content.projects[Object.keys(at.content.projects)[1] ?? ''] ?? null } })
    expect(at.effective(at.other)).toBe('on')
    await changeConsent(at.other.world, 'off', { silent: true, json: false })
    expect(at.effective(at.other)).toBe('off')
  })

  test('parts that a later version knows stay, unless nobody could write them again', async () => {
    const at = scene()
    const text = JSON.stringify({ ...at.content, later: { a: 1 } }).replace('"project":', `"deep":${DEEP},"next":[1],"project":`)
    fs.writeFileSync(at.file, text.replace('"later":', `"deeper":${DEEP},"later":`))
    await changeConsent(at.demo.world, 'local', { silent: true, json: false })
    expect(JSON.parse(fs.readFileSync(at.file, 'utf8'))).toMatchObject({ projects: expect.anything() })
    expect(fs.readFileSync(at.file, 'utf8')).toMatch(/"next"/u)
    expect(fs.readFileSync(at.file, 'utf8')).not.toContain('deep')
  })
})

describe('a file of decisions that is none', () => {
  const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()
  test.each<[string, (text: string) => Buffer]>([
    ['UTF-16, as Windows writes it', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, the other way round', (text) => swapped(`\uFEFF${text}`)],
    ['UTF-16, cut in the middle of a character', (text) => swapped(`\uFEFF${text}  `).subarray(0, -3)],
    ['UTF-8 with a byte order mark', (text) => Buffer.from(`\uFEFF${text}`)],
  ])('%s: a no holds, a yes does not, and both can be said again', async (_name, encode) => {
    const at = scene()
    const bytes = encode(fs.readFileSync(at.file, 'utf8'))
    fs.writeFileSync(at.file, bytes)
    expect([at.effective(at.demo), at.effective(at.other)]).toEqual(['off', 'undecided'])
    await changeConsent(at.other.world, 'local', { silent: true, json: false })
    expect([at.effective(at.demo), at.effective(at.other)]).toEqual(['off', 'local'])
  })

  test.each<[string, (file: string) => unknown]>([
    ['a FIFO', (file) => execFileSync('mkfifo', [file])],
    ['a folder', (file) => fs.mkdirSync(path.join(file, 'x'), { recursive: true })],
    ['a link that leads nowhere', (file) => fs.symlinkSync('/nonexistent/config.json', file)],
    ['a link to a FIFO', (file) => execFileSync('sh', ['-c', 'mkfifo "$1.fifo" && ln -s "$1.fifo" "$1"', 'sh', file])],
    ['a device', (file) => fs.symlinkSync('/dev/zero', file)],
    [
      'a socket',
      (file) =>
        new Promise((resolve) =>
          net
            .createServer()
            .listen(file, () => resolve(undefined))
            .unref(),
        ),
    ],
  ])('%s: nobody waits for it, it is told of, and a no is stored', async (_name, make) => {
    if (!needs('mkfifo', process.platform !== 'win32')) return
    const at = scene()
    fs.rmSync(at.file)
    await make(at.file)
    expect(at.effective(at.demo)).toBe('undecided')
    readAll(at.demo)
    expect(checkDecisionsFile(at.demo.world)).toMatchObject({ state: 'problem', text: expect.stringContaining(at.file) })
    expect(await changeConsent(at.demo.world, 'off', { silent: true, json: false })).toEqual({ code: 0 })
    expect(at.effective(at.demo)).toBe('off')
    expect(fs.readdirSync(path.dirname(at.file)).filter((name) => name.includes('.damaged-'))).toHaveLength(1)
  })
})

test('where a no cannot be stored, that is said, with what works instead', async () => {
  const at = scene()
  const folder = path.dirname(at.file)
  fs.rmSync(folder, { recursive: true })
  fs.writeFileSync(folder, '')
  expect(await changeConsent(at.demo.world, 'off', { silent: true, json: false })).toEqual({ code: 1 })
  expect(at.demo.world.said.stderr).toContain(`cannot store the decision in ${at.file}`)
  expect(at.demo.world.said.stderr).toContain('set in the environment: SEND_METRICS=off')
})
