import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Ended, type Env, run } from '../support/cli.ts'
import { modesHold, UNDER_MODES } from '../support/faults.ts'
import { needs } from '../support/needs.ts'
import { nobody } from '../support/raw-server.ts'
import { type Receiver, receiver, segmentEvents, status } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { AS_SOMEBODY_ELSE, canBecomeSomebodyElse, openToEverybody } from '../support/somebody-else.ts'
import { addFiles } from '../support/testdir.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const MAKEFILE = `build: ; @send-metrics wrap "$@"
outer: ; @send-metrics wrap "$@"
impl-build: ; @echo built; exit 3
impl-outer: ; @echo outer; send-metrics wrap inner
impl-inner: ; @echo inner
`
const PIPELINE = { CI: 'true', SEND_METRICS: 'on' }

/** A place in which a pipeline runs: what stands before its command, what it sets, and what was done to its home. */
interface Place {
  readonly name: string
  readonly env?: (at: Scratch) => Env
  readonly as?: readonly string[]
  readonly spoil?: (at: Scratch) => void
  /** What the system has to offer for it. */
  readonly isThere?: () => boolean
  /** Events can be kept: only the decision cannot be. */
  readonly keeps?: true
}

/** A user whom nothing knows, as a container has one that is run under another number. */
const AS_NOBODY = { as: AS_SOMEBODY_ELSE, isThere: canBecomeSomebodyElse } as const

const PLACES: readonly Place[] = [
  { name: 'HOME=/ of a user whom nothing knows', env: () => ({ HOME: '/' }), ...AS_NOBODY },
  { name: 'no HOME, of a user whom nothing knows', env: () => ({ HOME: undefined }), ...AS_NOBODY },
  { name: 'an empty HOME', env: () => ({ HOME: '' }) },
  { name: 'HOME=.', env: () => ({ HOME: '.' }) },
  { name: 'HOME=tmp', env: () => ({ HOME: 'tmp' }), spoil: ({ repo }) => fs.mkdirSync(path.join(repo, 'tmp')) },
  {
    name: 'a home that is only for reading',
    as: UNDER_MODES,
    spoil: ({ home }) => fs.chmodSync(home, 0o500),
    isThere: () => needs('setpriv, so that modes hold for root', modesHold()),
  },
  { name: 'a file in place of the config folder', spoil: ({ home }) => addFiles(home, { '.config': '' }), keeps: true },
  { name: 'a file in place of the state folder', spoil: ({ home }) => addFiles(home, { '.local': '' }) },
  { name: 'a HOME that is not there, below a file', env: ({ repo }) => ({ HOME: path.join(repo, 'Makefile/home') }) },
  {
    name: 'decisions by XDG_CONFIG_HOME, and no other home',
    env: ({ folder }) => ({ HOME: '', XDG_CONFIG_HOME: path.join(folder, 'config') }),
  },
]

interface Pipeline {
  readonly at: Scratch
  readonly make: (goal: string, env?: Env) => Promise<Ended>
}

function pipeline({ env, as = [], spoil }: Place, to: string): Pipeline {
  const at = scratch({ to, makefile: MAKEFILE })
  if (as === AS_SOMEBODY_ELSE) openToEverybody(at)
  spoil?.(at)
  const [program = 'make', ...words] = [...as, 'make']
  const make = (goal: string, more: Env = {}) => {
    const all = { ...at.env, ...PIPELINE, ...env?.(at), ...more }
    const set = Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined))
    return run(program, [...words, '--no-print-directory', goal], { cwd: at.repo, env: set })
  }
  return { at, make }
}

const isThere = (place: Place) => place.isThere === undefined || place.isThere()
const runs = () => segmentEvents(there).filter(({ event }) => event === 'demo.command.run')
const FAILED = { code: 2, stdout: 'built\n' }
const SILENT = 'make[1]: *** [Makefile:3: impl-build] Error 3\nmake: *** [Makefile:1: build] Error 2\n'

describe.each(PLACES)('$name', (place) => {
  test('the event arrives, under the ID of the pipeline, and nothing is said or left behind', async () => {
    if (!isThere(place)) return
    const { at, make } = pipeline(place, there.url)
    const files = filesUnder(at.repo).filter((file) => !file.startsWith('.git/'))
    expect(await make('build')).toMatchObject({ ...FAILED, stderr: SILENT })
    expect(await make('build')).toMatchObject({ ...FAILED, stderr: SILENT })
    expect(runs().map(({ properties }) => properties.command)).toEqual(['build', 'build'])
    expect(new Set(runs().map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(filesUnder(at.repo).filter((file) => !file.startsWith('.git/'))).toEqual(files)
  })

  test('what runs inside arrives, too', async () => {
    if (!isThere(place)) return
    const { make } = pipeline(place, there.url)
    expect(await make('outer')).toMatchObject({ code: 0, stdout: 'outer\ninner\n', stderr: '' })
    expect(
      runs()
        .map(({ properties }) => properties.command)
        .toSorted(),
    ).toEqual(['inner', 'outer'])
  })

  test('what cannot be sent costs one line, and nothing else', async () => {
    if (!isThere(place) || place.keeps) return
    const { make } = pipeline(place, await nobody())
    const { stderr, ...ended } = await make('build')
    expect(ended).toMatchObject(FAILED)
    expect(oneLineOfOurs(stderr)).toMatch(/event is lost: segment-\w+: .*; it cannot be kept either \(.+\): set HOME/u)
    const outer = await make('outer')
    expect(outer).toMatchObject({ code: 0, stdout: 'outer\ninner\n' })
    expect(oneLineOfOurs(outer.stderr)).toContain('event is lost')
  })
})

/** The one line that is ours; what make says is as ever. */
function oneLineOfOurs(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('send-metrics: '))
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

describe('of what is lost, one line says why', () => {
  const WITHOUT = { name: 'no home', env: () => ({ HOME: '' }) }

  test.each([
    ['refused', status(400), /event is lost: segment-/u],
    ['an error of the receiver', status(500), /event is lost: segment-/u],
  ])('%s', async (_name, answer, words) => {
    there.answer = answer
    const { make } = pipeline(WITHOUT, there.url)
    expect(oneLineOfOurs((await make('outer')).stderr)).toMatch(words)
  })

  test('no destination', async () => {
    const at = scratch({ makefile: MAKEFILE, env: { ...PIPELINE, HOME: '' } })
    const { stderr } = await at.make(['outer'])
    expect(oneLineOfOurs(stderr)).toContain('the project file names no destination')
  })

  test('a receiver that never answers is waited for within the budget', async () => {
    there.answer = () => {}
    const at = scratch({ to: there.url, makefile: MAKEFILE, env: { ...PIPELINE, HOME: '' }, project: { budgetMs: 300 } })
    const { code, stderr } = await at.make(['outer'])
    expect(code).toBe(0)
    expect(oneLineOfOurs(stderr)).toContain('did not answer in time')
  })
})

test.each(['.', 'tmp'])('outside CI, too, HOME=%s is none: no yes can be stored in the checkout', async (home) => {
  const at = scratch({ to: there.url, env: { HOME: home } })
  const { code, stderr } = await at.tool(['consent', 'on'], { HOME: home })
  expect([code, stderr]).toEqual([1, expect.stringContaining('no home folder is known')])
  await at.make(['build'], { HOME: home })
  expect(filesUnder(at.repo).filter((file) => !file.startsWith('.git/'))).toEqual(['Makefile', 'send-metrics.json'])
})
