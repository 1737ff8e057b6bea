import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { BIN, cleanEnv, NODE, run } from '../../support/cli.ts'
import { hasPrograms } from '../../support/programs.ts'
import { addFiles } from '../../support/testdir.ts'
import { type Doorway, doorway, WAYS_IN } from '../../support/ways-in.ts'

type More = Readonly<Record<string, string | undefined>>

/** Sets something up by which nothing can follow a run; what the environment has for it. */
type SetUp = (door: Doorway) => Promise<More | undefined>

const project =
  (more: Readonly<Record<string, unknown>>) =>
  (door: Doorway): undefined =>
    void door.at.write(
      'send-metrics.json',
      JSON.stringify({ project: 'Shop', destinations: [{ type: 'file', path: '/dev/null' }], ...more }, undefined, 2),
    )

/** Somebody said yes; then this is in the environment. */
const agreed = (more: More) => async (door: Doorway) => {
  await door.consent('on')
  return more
}

const agreedTo = (more: Readonly<Record<string, unknown>>) => async (door: Doorway) => {
  await door.consent('on')
  return project(more)(door)
}

const NOTHING_FOLLOWS: readonly (readonly [name: string, setUp: SetUp])[] = [
  ['a no for this project', async (door) => void (await door.consent('off'))],
  ['a no for all projects', async (door) => void (await door.consent('off', '--all-projects'))],
  [
    'a no after a yes',
    async (door) => {
      await door.consent('on')
      await door.consent('off')
      return undefined
    },
  ],
  ['SEND_METRICS=off', agreed({ SEND_METRICS: 'off' })],
  ['a SEND_METRICS that is mistyped', agreed({ SEND_METRICS: 'onn' })],
  ['DO_NOT_TRACK=1', agreed({ DO_NOT_TRACK: '1' })],
  ['CI=true', agreed({ CI: 'true' })],
  ['CI=yes', async () => ({ CI: 'yes' })],
  ['BUILD_ID=7', agreed({ BUILD_ID: '7' })],
  ['"enabled": false', async (door) => project({ enabled: false })(door)],
  ['"enabled": false with a yes', agreedTo({ enabled: false })],
  [
    '"enabled": false after other keys',
    async (door) => project({ targets: ['[{', 'b,}'], spans: true, enabled: false, prefix: 'impl-' })(door),
  ],
  ['no project file', async (door) => void fs.rmSync(path.join(door.at.repo, 'send-metrics.json'))],
  ['inside a run that is not recorded', async (door) => ({ SEND_METRICS_INSIDE: `/elsewhere\n!${door.at.repo}` })],
]

/** Set up so that Node has to decide, whatever it finds. */
const NODE_DECIDES: readonly (readonly [name: string, setUp: SetUp])[] = [
  ['a yes', async (door) => void (await door.consent('on'))],
  ['this machine only', async (door) => void (await door.consent('local'))],
  [
    'a yes after a no',
    async (door) => {
      await door.consent('off')
      await door.consent('on')
      return undefined
    },
  ],
  ['nobody has decided', async () => undefined],
  ['SEND_METRICS=on in CI', async () => ({ CI: 'true', SEND_METRICS: 'on' })],
  [
    'a no that config.json does not have any more, written over in place',
    async (door) => {
      await door.consent('on')
      const yes = fs.readFileSync(config(door))
      await door.consent('off')
      fs.writeFileSync(config(door), yes)
      return undefined
    },
  ],
  [
    'a no that config.json does not have any more, with an older file in its place',
    async (door) => {
      await door.consent('on')
      fs.copyFileSync(config(door), `${config(door)}.kept`)
      fs.utimesSync(`${config(door)}.kept`, 1e9 + 0.5, 1e9 + 0.5)
      await door.consent('off')
      fs.renameSync(`${config(door)}.kept`, config(door))
      return undefined
    },
  ],
  [
    'a no to all projects, and a yes to this one later',
    async (door) => {
      await door.consent('off', '--all-projects')
      await door.consent('on')
      return undefined
    },
  ],
  ['"enabled": false in something else', agreedTo({ dashboard: { enabled: false } })],
  ['"enabled": false, and true after it', async (door) => written(door, '{ "enabled": false, "enabled": true, "project": "Shop" }')],
  ['"enabled": false in words', async (door) => written(door, '{ "project": "\\"enabled\\": false," }')],
  ['CI=false', agreed({ CI: 'false' })],
  ['DO_NOT_TRACK=0', agreed({ DO_NOT_TRACK: '0' })],
]

async function written(door: Doorway, text: string): Promise<undefined> {
  await door.consent('on')
  door.at.write('send-metrics.json', text)
}

const config = (door: Doorway) => path.join(door.at.folder, 'home/.config/send-metrics/config.json')

/** Puts a Node first on PATH that notes each start of itself. */
function watched(door: Doorway): () => number {
  const starts = path.join(door.at.folder, 'starts')
  for (const file of [starts, path.join(door.bin, 'node')]) fs.rmSync(file, { force: true })
  addFiles(door.bin, { node: `#!/bin/sh\necho "$@" >>"${starts}"\nexec "${NODE}" "$@"\n` })
  return () => (fs.existsSync(starts) ? fs.readFileSync(starts, 'utf8').split('\n').length - 1 : 0)
}

describe.each(WAYS_IN.map((way) => [way.name, way] as const))('%s', (_name, way) => {
  let door: Doorway
  beforeAll(async () => {
    door = await doorway(way)
  })
  beforeEach(() => {
    fs.rmSync(path.join(door.at.folder, 'home'), { recursive: true })
    fs.mkdirSync(path.join(door.at.folder, 'home'))
    project({})(door)
  })

  test.each(NOTHING_FOLLOWS)('%s: no Node is started, and the target runs as without us', async (_case, setUp) => {
    const more = await setUp(door)
    const starts = watched(door)
    for (const target of ['build', 'fail']) expect(await door.type(target, more)).toEqual(await door.without(target, more))
    expect([starts(), door.recorded()]).toEqual([0, 0])
  })

  // Each of the three forms in which the door answers.
  const forms = ['GNUmakefile, vendored', '--explicit, PATH', 'wrap typed by hand']
  test.each(forms.includes(way.name) ? NODE_DECIDES : NODE_DECIDES.slice(0, 1))(
    '%s: Node is started, and decides',
    async (_case, setUp) => {
      const more = await setUp(door)
      const starts = watched(door)
      const { code, stdout } = await door.without('build', more)
      expect(await door.type('build', more)).toMatchObject({ code, stdout })
      expect(starts()).toBeGreaterThan(0)
    },
  )

  test('a no is noted anew by the run after a change of the project file', async () => {
    await door.consent('off')
    door.at.write(
      'send-metrics.json',
      JSON.stringify({ project: 'Shop', destinations: [{ type: 'file', path: '/dev/null' }], targets: ['build'] }),
    )
    // Younger than a tick of the file system's clock, it would not be noted.
    const young = () => Date.now() - fs.statSync(path.join(door.at.repo, 'send-metrics.json')).mtimeMs < 50
    while (young()) await new Promise((resolve) => setTimeout(resolve, 10))
    await door.type('build')
    const starts = watched(door)
    await door.type('build')
    expect(starts()).toBe(0)
  })
})

test.each(['busybox sh', 'mksh', 'ksh', 'yash', 'bash --posix'])(
  'the note of a no is read by %s, too, once its files are some seconds old',
  async (shell) => {
    const [program = ''] = shell.split(' ')
    if (!hasPrograms(program)) return
    const door = await doorway(WAYS_IN.find(({ name }) => name === 'wrap typed by hand') ?? never())
    await door.consent('off')
    const files = [config(door), path.join(door.at.repo, 'send-metrics.json')]
    while (files.some((file) => Date.now() - fs.statSync(file).mtimeMs < 3_000)) await new Promise((resolve) => setTimeout(resolve, 100))
    const env = cleanEnv(path.join(door.at.folder, 'home'), door.at.env)
    const typed = () => run('sh', ['-c', `${shell} ${path.join(door.bin, 'send-metrics')} wrap build`], { cwd: door.at.repo, env })
    await run(NODE, [BIN, 'wrap', 'build'], { cwd: door.at.repo, env: { ...env, SEND_METRICS_DEBUG: '' } })
    const starts = watched(door)
    expect(await typed()).toMatchObject({ code: 0, stderr: '' })
    expect(starts()).toBe(0)
    fs.appendFileSync(path.join(door.at.repo, 'send-metrics.json'), '\n')
    expect(await typed()).toMatchObject({ code: 0, stderr: '' })
    expect(starts()).toBeGreaterThan(0)
  },
)

/** What may be in the place of a note: nothing waits on it, nothing is said of it, and it never counts for a no. */
const IN_PLACE: readonly (readonly [name: string, put: (file: string) => void])[] = [
  ['nothing', () => {}],
  ['a pipe', (file) => execFileSync('mkfifo', [file])],
  ['a folder', (file) => fs.mkdirSync(file)],
  ['a link to /dev/zero', (file) => fs.symlinkSync('/dev/zero', file)],
  ['a dangling link', (file) => fs.symlinkSync('/no/such', file)],
]

describe.each(['off', 'on'])('after consent %s', (decision) => {
  let door: Doorway
  beforeAll(async () => {
    door = await doorway(WAYS_IN.find(({ name }) => name === 'wrap typed by hand') ?? never())
  })

  test.each(
    ['no', 'go', 'node', 'config.from', 'config.to', 'project.to', 'node.to', 'hinted'].flatMap((note) =>
      IN_PLACE.map(([name, put]) => [note, name, put] as const),
    ),
  )('in the place of the note %s is %s', async (note, _name, put) => {
    await door.consent(decision)
    await door.type('build')
    const file = path.join(door.at.folder, 'home/.config/send-metrics/door', door.at.repo, '.notes', note)
    fs.rmSync(file, { force: true })
    put(file)
    const before = door.recorded()
    expect(await door.type('fail')).toEqual(await door.without('fail'))
    expect(door.recorded() - before).toBe(decision === 'on' ? 1 : 0)
    await door.consent(decision)
    expect(await door.type('build')).toEqual(await door.without('build'))
  })
})

const NOT_BELIEVED: readonly (readonly [name: string, spoil: (door: Doorway) => void])[] = [
  ['both a yes and a no', (door) => fs.writeFileSync(path.join(notesOf(door), 'go'), '')],
  [
    'decisions of a whole second, which another file may have as well',
    (door) => {
      fs.utimesSync(config(door), 1_700_000_000, 1_700_000_000)
      fs.rmSync(notesOf(door), { recursive: true })
    },
  ],
]

test.each(NOT_BELIEVED)('what is noted is not believed: %s', async (_name, spoil) => {
  const door = await doorway(WAYS_IN.find(({ name }) => name === 'wrap typed by hand') ?? never())
  await door.consent('off')
  spoil(door)
  for (let runs = 0; runs < 2; runs++) {
    const starts = watched(door)
    await door.type('build')
    if (runs === 0 || _name.includes('second')) expect(starts()).toBeGreaterThan(0)
  }
})

function notesOf(door: Doorway): string {
  return path.join(door.at.folder, 'home/.config/send-metrics/door', door.at.repo, '.notes')
}

test('a folder that a person reached by a link has its note, too', async () => {
  const door = await doorway(WAYS_IN.find(({ name }) => name === 'wrap typed by hand') ?? never())
  const link = path.join(door.at.folder, 'by-link')
  fs.symlinkSync(door.at.repo, link)
  const env = cleanEnv(path.join(door.at.folder, 'home'), { ...door.at.env, PWD: link })
  const typed = () => run('send-metrics', ['wrap', 'build'], { cwd: link, env })
  await run('send-metrics', ['consent', 'off'], { cwd: link, env })
  const starts = watched(door)
  expect(await typed()).toMatchObject({ code: 0 })
  expect(starts()).toBe(0)
})

function never(): never {
  throw new Error('there is no such way')
}
