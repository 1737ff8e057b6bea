import { spawn } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../../src/consent/decision.ts'
import { type AskVerdict, type Circumstances, mayAsk } from '../../src/consent/may-ask.ts'
import type { Layer } from '../../src/consent/resolve.ts'
import type { ProjectStanding } from '../../src/consent/standing.ts'
import type { World } from '../../src/world.ts'
import { script } from '../support/processes.ts'
import { terminal } from '../support/terminal.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const HOUR = 3_600_000
const HOME = testdir()
const SENDS: Circumstances['project'] = { destinations: [{ type: 'segment', writeKey: 'key' }], collect: [] }
const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString()

interface Scene {
  readonly world?: Partial<World> & { stdoutIsTTY?: boolean; stderrIsTTY?: boolean }
  readonly effective?: ProjectStanding['standing']['effective']
  readonly decidedBy?: Layer
  readonly asksFor?: readonly string[]
  readonly entry?: Partial<Entry>
  readonly now?: Partial<Circumstances>
}

function verdict({ world, effective = 'undecided', decidedBy, asksFor = [], entry, now }: Scene): AskVerdict {
  // On Linux the process group decides as well; tests of it stand below.
  const terminals = { stdinIsTTY: true, stdoutIsTTY: true, stderrIsTTY: true }
  const here = testWorld({ platform: 'darwin', home: HOME, ...terminals, now: () => NOW, ...world })
  const decides = decidedBy ?? (effective === 'undecided' ? 'nobody' : 'stored')
  const standing = { effective, decidedBy: decides, reason: 'for a reason', fields: [], places: [] } as const
  const known: Entry = { id: 'p', project: 'P', recipient: 'R', where: [], anonymousId: null, ...entry }
  const project: ProjectStanding = {
    standing,
    identity: { ...known, declared: [] },
    entry: entry && known,
    ci: undefined,
    asksFor: { fields: asksFor, places: [] },
    storeProblem: undefined,
  }
  return mayAsk(here, project, { project: SENDS, nested: false, parallel: false, outcome: 'success', ...now })
}

describe('the moment to ask', () => {
  test.each<[string, Scene, AskVerdict['do'], RegExp]>([
    ['undecided at a terminal', {}, 'ask', /for a reason/u],
    ['a yes that the project asks more of', { effective: 'on', asksFor: ['cache_hits'] }, 'ask-more', /asks for more/u],
    ['local, of which the project asks more', { effective: 'local', asksFor: ['cache_hits'] }, 'ask-more', /asks for more/u],
    ['a no, whatever the project asks', { effective: 'off', asksFor: [] }, 'nothing', /for a reason/u],
    ['more, but switched down', { effective: 'local', decidedBy: 'SEND_METRICS', asksFor: ['a'] }, 'nothing', /for a reason/u],
    ['more, but asked an hour ago', { effective: 'on', asksFor: ['a'], entry: { askAfter: at(23) } }, 'nothing', /not again until/u],
    ['more, side by side', { effective: 'on', asksFor: ['a'], now: { parallel: true } }, 'nothing', /side by side/u],
    ['a yes', { effective: 'on' }, 'nothing', /for a reason/u],
    ['a no', { effective: 'off' }, 'nothing', /for a reason/u],
    ['local', { effective: 'local' }, 'nothing', /for a reason/u],
    ['inside another run', { now: { nested: true } }, 'nothing', /outermost/u],
    ['inside another run, in parallel', { now: { nested: true, parallel: true } }, 'nothing', /outermost/u],
    ['after a failure', { now: { outcome: 'failure' } }, 'nothing', /failure/u],
    ['after Ctrl-C', { now: { outcome: 'interrupted' } }, 'nothing', /interrupted/u],
    ['stderr is no terminal', { world: { stderrIsTTY: false } }, 'nothing', /stderr/u],
    ['stdout is no terminal, as before a pager', { world: { stdoutIsTTY: false } }, 'nothing', /stdout/u],
    ['stdin is no terminal', { world: { stdinIsTTY: false } }, 'nothing', /stdin/u],
    ['a terminal that can nothing', { world: { env: { TERM: 'dumb' } } }, 'nothing', /TERM=dumb/u],
    ['under a coding agent', { world: { env: { CLAUDECODE: '1' } } }, 'nothing', /CLAUDECODE is set: Claude Code/u],
    ['under a mark that a person inherited', { world: { env: { CLAUDECODE: '1', SEND_METRICS_AGENT: 'none' } } }, 'ask', /./u],
    ['more, under a coding agent', { effective: 'on', asksFor: ['a'], world: { env: { AI_AGENT: 'x' } } }, 'nothing', /AI_AGENT/u],
    ['no home', { world: { home: undefined } }, 'nothing', /no home folder/u],
    ['more, but no home', { effective: 'on', asksFor: ['a'], world: { home: undefined } }, 'nothing', /no home folder/u],
    ['nothing to agree to', { now: { project: { destinations: [], collect: [] } } }, 'hint-local', /sends nothing/u],
    [
      'nothing to agree to, after a failure',
      { now: { project: { destinations: [], collect: [] }, outcome: 'failure' } },
      'nothing',
      /failure/u,
    ],
    [
      'nothing to agree to, hinted',
      { now: { project: { destinations: [], collect: [] } }, entry: { hintedAt: at(-1) } },
      'nothing',
      /hinted/u,
    ],
    [
      'nothing to agree to, no home',
      { now: { project: { destinations: [], collect: [] } }, world: { home: undefined } },
      'nothing',
      /no home/u,
    ],
    ['a collector alone', { now: { project: { destinations: [], collect: ['tilt'] } } }, 'ask', /./u],
    ['asked an hour ago', { entry: { askAfter: at(23) } }, 'nothing', /not again until/u],
    ['asked a day ago', { entry: { askAfter: at(-1) } }, 'ask', /./u],
    ['asked in a future that a clock invented', { entry: { askAfter: at(25) } }, 'ask', /./u],
    ['asked at a time that is none', { entry: { askAfter: 'soon' } }, 'ask', /./u],
  ])('%s', (_name, scene, what, because) => {
    expect(verdict(scene)).toEqual({ do: what, because: expect.stringMatching(because) })
  })

  test.each<[string, Scene, AskVerdict['do']]>([
    ['side by side: a hint', {}, 'hint'],
    ['and nothing to agree to: that hint', { now: { project: { destinations: [], collect: [] } } }, 'hint-local'],
    ['under a coding agent', { world: { env: { CODEX_CI: '1' } } }, 'nothing'],
    ['without a home', { world: { home: undefined } }, 'nothing'],
    ['stdout is no terminal', { world: { stdoutIsTTY: false } }, 'nothing'],
    ['hinted an hour ago', { entry: { hintedAt: at(-1) } }, 'nothing'],
    ['hinted 25 hours ago', { entry: { hintedAt: at(-25) } }, 'hint'],
    ['hinted in a future that a clock invented', { entry: { hintedAt: at(25) } }, 'hint'],
    ['hinted at a time that is none', { entry: { hintedAt: 'soon' } }, 'hint'],
    ['after a failure', { now: { outcome: 'failure' } }, 'nothing'],
    ['stderr is no terminal', { world: { stderrIsTTY: false } }, 'nothing'],
  ])('while make runs jobs %s', (_name, scene, what) => {
    expect(verdict({ ...scene, now: { parallel: true, ...scene.now } }).do).toBe(what)
  })
})

// Only Linux says in /proc which group is in front.
const where = process.platform === 'linux' ? 'linux' : 'elsewhere'
const scenes = { linux: backgroundOnLinux, elsewhere: () => test('is taken for granted', () => expect(verdict({}).do).toBe('ask')) }
describe('a job in the background is not asked', scenes[where])

function backgroundOnLinux(): void {
  const code = `
    import { mayAsk } from './src/consent/may-ask.ts'
    const world = { platform: 'linux', env: {}, home: '/tmp', now: Date.now, stdinIsTTY: true, stdout: { isTTY: true }, stderr: { isTTY: true } }
    const verdict = mayAsk(world, { standing: { effective: 'undecided', reason: 'nobody has decided' }, asksFor: { fields: [], places: [] } }, { outcome: 'success', project: { destinations: [{}], collect: [] } })
    process.stdout.write('<' + verdict.because + '>')
  `

  test('at a real terminal: in the foreground yes, behind & no', async () => {
    const file = script(code)
    const env = { PATH: process.env.PATH ?? '' }
    const front = terminal(process.execPath, [file], { cwd: '/', env })
    await front.until('<nobody has decided>')
    // Job control gives a job a process group of its own, as a person's shell does.
    const back = terminal('sh', ['-c', 'set -m; "$0" "$1" & wait', process.execPath, file], { cwd: '/', env })
    await back.until('<running in the background>')
  })

  test('without any terminal there is no foreground', async () => {
    const file = script(code)
    const child = spawn(process.execPath, [file], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    for await (const part of child.stdout) said += String(part)
    expect(said).toBe('<running in the background>')
  })
}
