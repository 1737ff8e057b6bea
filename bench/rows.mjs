import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleaved, median, timed } from './measure.mjs'
import { startReceivers } from './receivers.mjs'
import { closeBreakers, FullOutbox, fillLedger } from './scratch.mjs'

const FLOOR = fileURLToPath(new URL('floor.js', import.meta.url))
const PEAK = fileURLToPath(new URL('peak.cjs', import.meta.url))
const UNREACHABLE = 'http://127.0.0.1:9'

/** Started once for all rows: the receivers, a repository for each, and somebody for each thing to decide. */
export async function setUp(scratch) {
  const receivers = await startReceivers(scratch.folder)
  const repository = await scratch.repository('plain', receivers.plain)
  const person = async (home, decision, where = repository, more = {}) => {
    const env = scratch.environment(home, more)
    if (decision !== undefined) await scratch.tool(where, env, 'consent', decision)
    return env
  }
  const unreachable = await scratch.repository('unreachable', UNREACHABLE)
  const cut = await person('cut', 'on', unreachable)
  // The first failure opens the breaker.
  await scratch.tool(unreachable, cut, 'wrap', 'nothing')
  const full = await fullOf(scratch, repository, receivers, person)
  return { scratch, repository, unreachable, cut, full, person, receivers }
}

/** Somebody with a million runs in the ledger, and an event waiting to be copied. */
async function fullOf(scratch, repository, receivers, person) {
  const env = await person('full', 'on')
  await receivers.refuse(true)
  await scratch.tool(repository, env, 'wrap', 'nothing')
  await receivers.refuse(false)
  closeBreakers(env)
  fillLedger(env, 1_000_000)
  return env
}

/** The floor: what Node itself costs to run a target. */
function floor({ scratch, repository }, target = 'nothing', env = scratch.environment('nobody')) {
  return { program: scratch.node, args: [FLOOR, target], env, cwd: repository }
}

const time = (command) => () => timed(command)
const times = (bar) => ({ bar, unit: '×', judge: (floor, wrapped) => wrapped / floor })
const shadow = (bar, ms) => ({ bar, unit: '×', judge: (floor, wrapped) => (wrapped - ms) / (floor - ms) })
const added = (bar) => ({ bar, unit: 'ms', judge: (floor, wrapped) => wrapped - floor })

/** A row whose wrapped command is the same but for who runs it. */
function simple(name, bar, who) {
  return {
    name,
    ...times(bar),
    measurers: async (setting) => {
      const env = await who(setting)
      return [time(floor(setting)), time(setting.scratch.wrap(setting.repository, env, 'nothing'))]
    },
  }
}

/** Every row of the table: what is compared with what, how, and the bar. Two measurers each: the floor's and ours. */
export const ROWS = [
  simple('consent off', 1.15, ({ person }) => person('off', 'off')),
  {
    ...simple('undecided, no terminal', undefined, ({ person }) => person('undecided')),
    // Nothing is noted for people who have not decided, so each run first asks Node whether it starts.
    bar: async (setting) => {
      const { scratch } = setting
      const proof = { program: scratch.node, args: ['--version'], env: scratch.environment('nobody') }
      const [floors, proofs] = await interleaved([time(floor(setting)), time(proof)], 20)
      return 1.15 + median(proofs) / median(floors)
    },
  },
  simple('SEND_METRICS=off', 1.15, ({ person, repository }) => person('switched', 'on', repository, { SEND_METRICS: 'off' })),
  simple('CI', 1.15, ({ person }) => person('ci', undefined, undefined, { CI: 'true' })),
  {
    name: 'start of wrap to start of make, consent on',
    ...times(1.15),
    measurers: async (setting) => {
      const { scratch, repository, person } = setting
      const more = { MAKE: scratch.stamp, STAMP_FILE: scratch.stampFile }
      return [
        untilMake(scratch, floor(setting, 'nothing', scratch.environment('nobody', more))),
        untilMake(scratch, scratch.wrap(repository, await person('start', 'on', repository, more), 'nothing')),
      ]
    },
  },
  simple('consent local', 1.5, ({ person }) => person('local', 'local')),
  simple('consent on', 1.8, ({ person }) => person('on', 'on')),
  {
    name: 'consent on, 0.3 s target, less 0.3 s',
    ...shadow(1.3, 300),
    measurers: async (setting) => {
      const { scratch, repository, person } = setting
      return [time(floor(setting, 'short')), time(scratch.wrap(repository, await person('short', 'on'), 'short'))]
    },
  },
  {
    name: 'consent on, TLS, 30 ms round trip, 0.5 s: after it',
    // Timers fire late by up to a millisecond in each direction, so the round trip is the one that was measured.
    ...added(async ({ receivers }) => median((await receivers.trips()).trips) + 15),
    needs: ({ receivers }) => (receivers.tls === undefined ? 'openssl is missing' : undefined),
    measurers: async (setting) => {
      const { scratch, receivers, person } = setting
      const repository = await scratch.repository('tls', receivers.tls)
      const more = { NODE_EXTRA_CA_CERTS: receivers.authority, STAMP: scratch.stamp, STAMP_FILE: scratch.stampFile }
      const env = await person('tls', 'on', repository, more)
      const quiet = scratch.environment('nobody', more)
      return [
        afterTarget(scratch, { ...floor(setting, 'half', quiet), cwd: repository }),
        afterTarget(scratch, scratch.wrap(repository, env, 'half')),
      ]
    },
    note: async ({ receivers }) => {
      const { trips, received } = await receivers.trips()
      return `${(trips.length / received).toFixed(1)} round trips of ${median(trips).toFixed(1)} ms a run, the TLS handshake's among them`
    },
  },
  simple('nested (inner), consent on', 1.5, ({ person, repository }) =>
    person('nested', 'on', repository, { SEND_METRICS_INSIDE: repository, MAKELEVEL: '1' }),
  ),
  {
    name: 'receiver unreachable, breaker open',
    ...times(1.5),
    measurers: (setting) => [time(floor(setting)), time(setting.scratch.wrap(setting.unreachable, setting.cut, 'nothing'))],
  },
  {
    name: '1,000,000 runs, 1,000 events waiting: added',
    ...added(3),
    // Beside the same person with an empty ledger and outbox, not beside the floor.
    measurers: async ({ scratch, repository, person, full }) => {
      const outbox = new FullOutbox(full, 1_000)
      return [
        time(scratch.wrap(repository, await person('empty', 'on'), 'nothing')),
        time(scratch.wrap(repository, full, 'nothing', () => outbox.refill())),
      ]
    },
  },
  {
    name: 'peak memory, consent on',
    ...times(1.25),
    kind: 'MB',
    needs: () => (process.platform === 'linux' ? undefined : 'only Linux tells'),
    measurers: async (setting) => {
      const { scratch, repository, person } = setting
      const file = path.join(scratch.folder, 'peak')
      const more = { NODE_OPTIONS: `--require=${PEAK}`, PEAK_FILE: file }
      const peakOf = (command) => async () => {
        await timed(command)
        return Number(fs.readFileSync(file, 'utf8')) / 1024
      }
      return [
        peakOf(floor(setting, 'nothing', scratch.environment('nobody', more))),
        peakOf(scratch.wrapByNode(repository, await person('peak', 'on', repository, more), 'nothing')),
      ]
    },
  },
]

/** Time from the end of the target's last command until everything has ended, ms. */
function afterTarget(scratch, command) {
  return async () => {
    await timed(command)
    return performance.timeOrigin + performance.now() - stampOf(scratch)
  }
}

function stampOf(scratch) {
  return Number(fs.readFileSync(scratch.stampFile, 'utf8').trim().replace(',', '.')) * 1000
}

/** Time from before the fork until a program in make's place runs, ms. */
function untilMake(scratch, command) {
  return async () => {
    const start = performance.timeOrigin + performance.now()
    await timed(command)
    return stampOf(scratch) - start
  }
}
