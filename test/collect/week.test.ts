import * as fs from 'node:fs'
import * as path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ChangeLog } from '../../src/collect/change-log.ts'
import { Sidecar } from '../../src/collect/sidecar.ts'
import { TiltCollector } from '../../src/collect/tilt/tilt-collector.ts'
import type { DockerLimits } from '../../src/context/docker.ts'
import type { World } from '../../src/world.ts'
import { projectOf, store } from '../support/projects.ts'
import { honeycombAnswer, type Receiver, receiver, status } from '../support/receiver.ts'
import { SimulatedTilt } from '../support/simulated-tilt.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BEGIN = Date.parse('2026-11-16T06:00:00Z')
const IMAGES = ['web', 'api', 'worker', 'mail', 'search', 'cron', 'docs', 'auth']

let there: Receiver
beforeAll(async () => {
  there = await receiver()
})
afterAll(() => there.close())

/** A clock that is moved on by whoever sleeps, and what happens at times on it. */
class Clock {
  private time = BEGIN
  /** By how much the wall clock is ahead. */
  private ahead = 0
  private readonly events: { at: number; happen: () => void }[] = []

  /** What the wall clock shows, ms since 1970. */
  wall(): number {
    return this.time + this.ahead
  }

  /** Somebody sets the wall clock. */
  jump(by: number): void {
    this.ahead += by
  }

  at(at: number, happen: () => void): void {
    this.events.push({ at, happen })
  }

  begin(): void {
    this.events.sort((a, b) => a.at - b.at)
  }

  /** Until then everything happens that is due, unless it ends the sleeper. */
  async sleep(ms: number, signal: AbortSignal, isDead: () => boolean): Promise<void> {
    const until = this.time + ms
    const isOver = () => signal.aborted || isDead()
    for (let next = this.events[0]; next !== undefined && next.at <= until && !isOver(); next = this.events[0]) {
      this.events.shift()
      this.time = Math.max(this.time, next.at)
      next.happen()
    }
    if (!isOver()) this.time = Math.max(this.time, until)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapMb(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1024 ** 2
}

interface Week {
  readonly world: World
  readonly clock: Clock
  readonly tilt: SimulatedTilt
  readonly folder: string
}

function week(): Week {
  const clock = new Clock()
  const folder = testdir({
    'repo/send-metrics.json': JSON.stringify({
      project: 'Demo',
      collect: ['tilt'],
      destinations: [{ type: 'honeycomb', dataset: 'd', apiHost: there.url }],
    }),
  })
  const world = testWorld({
    env: { HONEYCOMB_API_KEY: 'key' },
    cwd: path.join(folder, 'repo'),
    home: path.join(folder, 'home'),
    now: () => clock.wall(),
    spawn: () => {
      throw new Error('nothing is started in this week')
    },
  })
  return { world, clock, tilt: new SimulatedTilt(IMAGES, BEGIN), folder }
}

/** One life of the collector: it ends as SIGTERM ends it, or is killed and never wakes up again. */
function live({ world, clock, tilt }: Week): { ended: Promise<unknown>; stop: () => void; kill: () => void } {
  let isDead = false
  let die = () => {}
  const death = new Promise<void>((resolve) => {
    die = resolve
  })
  const never = new Promise<void>(() => {})
  const docker = { facts: async () => ({}), now: () => ({}), stop: () => {} } as unknown as DockerLimits
  const collector = new TiltCollector({ world, tilt, docker, port: 10_350 })
  const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal, () => isDead).then(() => (isDead ? never : undefined))
  const host = { world, sleep, random: () => 0.5, isWanted: () => true, note: () => {} }
  const sidecar = new Sidecar(host, collector, new ChangeLog(world, false), { intervalMs: 10 * MINUTE, once: false })
  const kill = () => {
    isDead = true
    collector.stop()
    die()
  }
  return { ended: Promise.race([sidecar.run(), death]), stop: () => sidecar.stop(), kill }
}

/** Everything that was accepted: how often each build, and how many heartbeats. */
class Tally {
  readonly builds = new Map<string, number>()
  heartbeats = 0
  requests = 0
  private mood: 'accepting' | 'refusing' = 'accepting'

  is(mood: 'accepting' | 'refusing'): void {
    this.mood = mood
  }

  attach(to: Receiver): void {
    const accept = honeycombAnswer()
    to.answer = (request, response, socket) => {
      to.requests.length = 0
      if (this.mood === 'refusing') return status(503)(request, response, socket)
      this.requests++
      for (const { time, data } of JSON.parse(request.body) as { time: string; data: Record<string, string> }[]) {
        if (data.kind === 'uiresource') this.heartbeats++
        else this.count(`${data.kind} ${data.image_name ?? (data.kind === 'update' ? data.name : '')} ${time}`)
      }
      accept(request, response, socket)
    }
  }

  private count(key: string): void {
    this.builds.set(key, (this.builds.get(key) ?? 0) + 1)
  }
}

/** The collector was killed after it had recorded its last builds, and before it had noted that. */
function forgetTheLast({ folder }: Week): void {
  const states = path.join(folder, 'home/.local/state/send-metrics')
  const file = path.join(states, fs.readdirSync(states)[0] as string, 'collect/tilt-10350.json')
  const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as { ids: string[] }
  fs.writeFileSync(file, JSON.stringify({ ...kept, ids: kept.ids.slice(0, -3) }))
}

interface Plan {
  readonly lengthMs: number
  readonly builds: number
  /** When nothing is accepted, when the collector and when Tilt are started again; in hours after the begin. */
  readonly outages: readonly (readonly [number, number])[]
  readonly restarts: readonly number[]
  readonly tiltRestarts: readonly number[]
  /** By how many hours the wall clock is set, and when. */
  readonly jumps: readonly (readonly [at: number, by: number])[]
}

/** Goes through all of it; tells what arrived, what had been built, and the heap after each day. */
async function simulate(plan: Plan): Promise<{ tally: Tally; built: readonly string[]; heap: number[]; seconds: number }> {
  const at = week()
  const { clock, tilt, world } = at
  store(world, projectOf(world), 'on')
  const tally = new Tally()
  tally.attach(there)
  for (let nr = 0; nr < plan.builds; nr++) {
    // Not quite regular, and never twice in a millisecond.
    const time = BEGIN + Math.floor(((nr + 0.5 + 0.4 * Math.sin(nr)) * plan.lengthMs) / plan.builds)
    clock.at(time + 1_000, () => tilt.builds(nr, clock.wall() - 1_000))
  }
  for (const [from, to] of plan.outages) {
    clock.at(BEGIN + from * HOUR, () => tally.is('refusing'))
    clock.at(BEGIN + to * HOUR, () => tally.is('accepting'))
  }
  for (const [hours, by] of plan.jumps) clock.at(BEGIN + hours * HOUR, () => clock.jump(by * HOUR))
  for (const hours of plan.tiltRestarts) clock.at(BEGIN + hours * HOUR, () => tilt.starts(clock.wall()))
  let life = live(at)
  for (const [nr, hours] of plan.restarts.entries()) clock.at(BEGIN + hours * HOUR, () => (nr % 2 === 0 ? life.kill() : life.stop()))
  const heap: number[] = []
  for (let day = 1; day * DAY <= plan.lengthMs; day++) clock.at(BEGIN + day * DAY - 1, () => heap.push(heapMb()))
  let isOver = false
  clock.at(BEGIN + plan.lengthMs + HOUR, () => {
    isOver = true
    life.stop()
  })
  clock.begin()
  const began = performance.now()
  for (let lives = 1; ; lives++) {
    await life.ended
    if (isOver) break
    if (lives % 2 === 1) forgetTheLast(at)
    life = live(at)
  }
  return { tally, built: tilt.built, heap, seconds: (performance.now() - began) / 1_000 }
}

function expectEachOnce(tally: Tally, built: readonly string[]): void {
  expect([...tally.builds.keys()].toSorted()).toEqual(built.toSorted())
  expect([...tally.builds.values()].filter((times) => times !== 1)).toEqual([])
}

test('a week with 10,000 builds, three outages and five restarts: every build arrives once, and memory stays flat', async () => {
  const { tally, built, heap, seconds } = await simulate({
    lengthMs: 7 * DAY,
    builds: 10_000,
    outages: [
      [20, 26],
      [70, 71],
      [120, 130],
    ],
    // Three of them are deaths, one stop is amid an outage.
    restarts: [10.2, 25.1, 50.7, 99.3, 150.9],
    tiltRestarts: [40, 90],
    jumps: [],
  })
  const figures = [
    `${tally.builds.size} of ${built.length} builds, updates and starts arrived`,
    `${[...tally.builds.values()].filter((times) => times > 1).length} of them more than once`,
    `${tally.heartbeats} heartbeats in ${tally.requests} requests`,
    `heap after each day: ${heap.map((mb) => mb.toFixed(1)).join(', ')} MB`,
    `${seconds.toFixed(1)} s`,
  ]
  process.stderr.write(`a simulated week: ${figures.join('; ')}\n`)
  expectEachOnce(tally, built)
  expect(Math.max(...heap.slice(1)) - (heap[0] ?? 0)).toBeLessThan(16)
}, 900_000)

test('a day in which the clock is set to next week, back, and back by another day: every build arrives once', async () => {
  const { tally, built } = await simulate({
    lengthMs: DAY,
    builds: 500,
    outages: [[9, 11]],
    restarts: [7.1, 15.2],
    tiltRestarts: [13],
    jumps: [
      [5.01, 7 * 24],
      [10.03, -7 * 24],
      [17.04, -24],
    ],
  })
  expectEachOnce(tally, built)
})
