import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { editProject } from '../../support/answers.ts'
import { BIN, NODE } from '../../support/cli.ts'
import { collecting, collector, collectorOf, counts, sent, until } from '../../support/collecting.ts'
import { honeycombAnswer, type Receiver, receiver, status } from '../../support/receiver.ts'
import { everything, imageBuild, since, TiltStandIn } from '../../support/tilt.ts'

let there: Receiver
let tilt: TiltStandIn
beforeEach(async () => {
  there = await receiver()
  tilt = new TiltStandIn()
})
afterEach(() => there.close())

const [session] = everything()
const base = [session as object]
/** A build as the stream and the list show it. */
const build = (name: string) => imageBuild(name, Date.now())
const times = (name: string) => Object.entries(counts(there)).filter(([key]) => key.includes(` ${name} `))
const beats = () => sent(there).filter(({ data }) => data.kind === 'uiresource').length
const streamed = (one: object) => tilt.streams('dockerimages', `${JSON.stringify(one, undefined, 4)}\n`)
const isWatched = () => until(() => tilt.calls().some((call) => call.includes('--watch -o json dockerimages')))

describe('every build once', () => {
  test('one that is gone again before the next look', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const running = collector(at, ['--interval', '1h'])
    await isWatched()
    const [first, second] = [build('web'), imageBuild('web', Date.now() + 1)]
    streamed(first)
    streamed(second)
    tilt.has([...base, second])
    await until(() => at.waiting().length === 2)
    running.child.kill('SIGHUP')
    await until(() => times('web').length === 2)
    await running.end()
    await at.tool(['collect', 'tilt', '--once'])
    expect(times('web').map(([, count]) => count)).toEqual([1, 1])
  })

  test('through an outage, a SIGTERM, a kill -9 and a second collector afterwards', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    there.answer = status(503)
    tilt.has([...base, build('a')])
    const first = collector(at, ['--interval', '1h'])
    await first.says('wait:')
    expect(await first.end()).toEqual({ code: 0, signal: null })
    tilt.has([...base, build('b')])
    const second = collector(at, ['--interval', '1h'])
    await until(() => at.waiting().length === 2)
    expect(await second.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    there.requests.length = 0
    there.answer = honeycombAnswer()
    const third = collector(at, ['--interval', '1h'])
    await third.says('Tilt 0.32.3 runs')
    third.child.kill('SIGHUP')
    await until(() => at.waiting().length === 0)
    await third.end()
    expect(Object.values(counts(there))).toEqual([1, 1])
    expect([times('a').length, times('b').length]).toEqual([1, 1])
  })

  test('after a death between recording a build and noting that', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has([...base, build('web')])
    await at.tool(['collect', 'tilt', '--once'])
    const states = path.join(at.home, '.local/state/send-metrics')
    fs.rmSync(path.join(states, fs.readdirSync(states)[0] as string, 'collect'), { recursive: true })
    await at.tool(['collect', 'tilt', '--once'])
    expect(times('web')).toHaveLength(1)
    expect(Object.values(counts(there))).toEqual([1])
  })

  test('by looking alone, where Tilt cannot be watched', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.watchesNothing()
    tilt.has([...base, build('web')])
    const running = collector(at, ['--interval', '1s'])
    await running.says('builds cannot be followed')
    tilt.has([...base, build('api')])
    await until(() => times('api').length === 1)
    await running.end()
    expect(Object.values(counts(there))).toEqual([1, 1])
  })
})

test('while nothing is accepted, of the heartbeats only the last ones wait', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  there.answer = status(503)
  tilt.has(since(Date.now(), everything()))
  const running = collector(at, ['--interval', '1s'])
  const looks = () => tilt.calls().filter((call) => !call.includes('--watch')).length
  await until(() => looks() >= 4)
  await running.end()
  const waiting = at.waiting().map(({ properties }) => properties.kind)
  expect([waiting.filter((kind) => kind === 'uiresource').length, waiting.length]).toEqual([10, 20])
})

test('Tilt is started late, stopped, killed, confused, and started again: a line for each change', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  const running = collector(at, ['--interval', '1s'])
  await running.says('Tilt does not run')
  tilt.has([...base, build('web')])
  await running.says('Tilt 0.32.3 runs: 0 resources, 1 image')
  tilt.stops()
  await running.says('Tilt does not run', 2)
  tilt.has([...base, build('api')])
  await running.says('runs: 0 resources, 1 image', 2)
  tilt.isKilled()
  await running.says('Tilt does not run', 3)
  tilt.says({ code: 0, stdout: '{"kind":"List","items":[{"ki' })
  await running.says('is not whole')
  tilt.has([...base, build('db'), { kind: 'Novelty', metadata: {} }], ['cmdimages'])
  await running.says('runs: 0 resources, 1 image', 3)
  await until(() => times('db').length === 1)
  expect(await running.end()).toEqual({ code: 0, signal: null })
  expect(Object.values(counts(there))).toEqual([1, 1, 1])
  const about = /agreed|does not run|Tilt 0|not whole|arrive|follow|stopped/u
  expect(running.lines().filter((line) => !about.test(line))).toEqual([])
  expect(running.lines().length).toBeLessThan(16)
})

describe('consent', () => {
  const REFUSED = expect.stringMatching(/^send-metrics: nothing is collected: nobody has decided yet; to agree: \S+ consent on$/u)

  test('without a yes it says so in one line, and asks Tilt nothing; with one it begins; with a no it ends', async () => {
    const at = collecting(there, tilt)
    const early = build('early')
    tilt.has([...base, early])
    const running = collector(at, ['--interval', '1s'])
    await running.says('nobody has decided')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(running.lines()).toEqual([REFUSED])
    expect([tilt.calls(), there.connections]).toEqual([[], 0])
    expect(fs.existsSync(path.join(at.home, '.local'))).toBe(false)
    await at.agree(there)
    await running.says('you agreed')
    tilt.has([...base, early, build('web')])
    await until(() => times('web').length === 1)
    await at.tool(['consent', 'off', '--silent'])
    await running.says('you said no')
    const before = [tilt.calls().length, there.requests.length]
    streamed(build('late'))
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect([tilt.calls().length, there.requests.length]).toEqual(before)
    await running.end()
    // What was built before the yes is nobody's business.
    expect([times('early'), times('late')]).toEqual([[], []])
    expect((await at.log()).map(({ image_name }) => image_name).filter(Boolean)).toEqual(['web'])
    expect(at.waiting()).toEqual([])
  })

  test('a no between two looks: what Tilt says after it is not recorded', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const running = collector(at, ['--interval', '1h'])
    await isWatched()
    streamed(build('before'))
    await until(() => at.waiting().length === 1)
    await at.tool(['consent', 'local'])
    streamed(build('after'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    await running.end()
    expect((await at.log()).map(({ image_name }) => image_name).filter(Boolean)).toEqual(['before'])
  })

  test('a yes from before the project asked for it does not cover it', async () => {
    const at = collecting(there, tilt, { collect: [] })
    await at.agree(there)
    tilt.has(base)
    expect((await at.tool(['collect', 'tilt', '--once'])).stderr).toContain('does not have "collect": ["tilt"]')
    editProject(at, { collect: ['tilt'] })
    const { code, stderr } = await at.tool(['collect', 'tilt', '--once'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('your yes does not cover tilt yet')])
    expect([tilt.calls(), there.requests]).toEqual([[], []])
    await at.agree(there)
    expect((await at.tool(['collect', 'tilt', '--once'])).stderr).toContain('Tilt 0.32.3 runs')
  })

  test('after consent forget nothing is written again', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const running = collector(at, ['--interval', '1h'])
    await isWatched()
    streamed(build('web'))
    await until(() => at.waiting().length === 1)
    expect((await at.tool(['consent', 'forget'])).code).toBe(0)
    const states = path.join(at.home, '.local/state/send-metrics')
    expect(fs.readdirSync(states)).toEqual([])
    await running.end()
    expect(fs.readdirSync(states)).toEqual([])
  })

  test('local: recorded here, and nothing is sent', async () => {
    const at = collecting(there, tilt)
    await at.tool(['consent', 'local'])
    tilt.has([...base, build('web')])
    const { stderr } = await at.tool(['collect', 'tilt', '--once'])
    expect(stderr).toContain('on this machine only')
    expect((await at.log()).map(({ type }) => type)).toEqual(['dockerimage'])
    expect(there.connections).toBe(0)
  })

  test('SEND_METRICS=off', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    const { stderr } = await at.tool(['collect', 'tilt', '--once'], { SEND_METRICS: 'off' })
    expect(stderr).toContain('SEND_METRICS=off is set')
    expect(tilt.calls()).toEqual([])
  })
})

describe('signals', () => {
  test('SIGTERM ends it while Tilt and the receiver hang, with everything on disk', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    there.answer = () => {}
    const running = collector(at, ['--interval', '1h'])
    await isWatched()
    streamed(build('web'))
    await until(() => at.waiting().length === 1)
    tilt.hangs()
    const looks = tilt.calls().length
    running.child.kill('SIGHUP')
    await until(() => tilt.calls().length > looks)
    const began = performance.now()
    expect(await running.end()).toEqual({ code: 0, signal: null })
    process.stderr.write(`SIGTERM while everything hangs: ended after ${Math.round(performance.now() - began)} ms\n`)
    expect(at.waiting()).toHaveLength(1)
    expect(running.lines().at(-1)).toBe('send-metrics: stopped; what was not sent goes with a later run')
  })

  test('SIGTERM while a request hangs', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has([...base, build('web')])
    there.answer = () => {}
    const running = collector(at, ['--interval', '1h'])
    await until(() => there.requests.length === 1)
    const began = performance.now()
    expect(await running.end()).toEqual({ code: 0, signal: null })
    process.stderr.write(`SIGTERM while a request hangs: ended after ${Math.round(performance.now() - began)} ms\n`)
    expect(at.waiting()).toHaveLength(1)
  })

  test('SIGHUP sends at once, even to what has just failed', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    there.answer = status(503)
    tilt.has([...base, build('web')])
    const running = collector(at, ['--interval', '1h'])
    await running.says('wait:')
    there.answer = honeycombAnswer()
    running.child.kill('SIGHUP')
    await running.says('reports arrive')
    expect(at.waiting()).toEqual([])
  })

  test('none of the programs that it started is left', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const running = collector(at, ['--interval', '1h'])
    await until(() => tilt.calls().filter((call) => call.includes('--watch')).length === 3)
    const pid = String(running.child.pid)
    const children = () =>
      fs
        .readdirSync('/proc')
        .filter((name) => /^\d+$/u.test(name))
        .filter((name) => parentOf(name) === pid)
    const started = children()
    expect(started).toHaveLength(3)
    await running.end()
    await until(() => started.every((name) => !fs.existsSync(`/proc/${name}`) || parentOf(name) === undefined))
  })

  test('nor after a kill -9 of the collector, though Tilt runs on and has nothing to say', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const running = collector(at, ['--interval', '1h'])
    await until(() => watching(tilt.bin).length === 3)
    await running.end('SIGKILL')
    await until(() => watching(tilt.bin).length === 0)
  })

  test('a collector that Tilt served ends when that Tilt was killed', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const parent = collectorOf('sh', ['-c', '"$0" "$@" & wait', NODE, BIN, 'collect', 'tilt', '--interval', '1s'], at, {
      TILT_PORT: '10350',
    })
    await parent.says('Tilt 0.32.3 runs')
    parent.child.kill('SIGKILL')
    await parent.says('stopped')
  })
})

/** Processes that watch the Tilt in this folder. */
function watching(bin: string): string[] {
  const read = (pid: string, name: string) => {
    try {
      return fs.readFileSync(`/proc/${pid}/${name}`, 'utf8')
    } catch {
      return ''
    }
  }
  const isOne = (pid: string) => /tilt-stand-in.*--watch/su.test(read(pid, 'cmdline')) && read(pid, 'environ').includes(bin)
  return fs.readdirSync('/proc').filter((name) => /^\d+$/u.test(name) && isOne(name))
}

function parentOf(pid: string): string | undefined {
  try {
    return /^PPid:\s+(\d+)/mu.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

describe('two at once', () => {
  test('the second waits, and takes over', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has([...base, build('web')])
    const first = collector(at, ['--interval', '1s'])
    await first.says('reports arrive')
    const second = collector(at, ['--interval', '1s'])
    await second.says(`another collector does this already (process ${first.child.pid})`)
    await first.end()
    await second.says('the other collector has ended')
    await second.says('Tilt 0.32.3 runs')
    tilt.has([...base, build('api')])
    await until(() => times('api').length === 1)
    expect(Object.values(counts(there))).toEqual([1, 1])
  })

  test('for two Tilts there are two', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    tilt.has(base)
    const first = collector(at, ['--interval', '1s'])
    await first.says('Tilt 0.32.3 runs')
    const second = collector(at, ['--interval', '1s', '--port', '10360'])
    await second.says('Tilt 0.32.3 runs')
  })
})

test('what cannot be recorded is told in a line, and recorded when it can be', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has([...base, build('web')])
  const states = path.join(at.home, '.local/state/send-metrics')
  const inTheWay = path.join(states, fs.readdirSync(states)[0] as string, 'collect')
  fs.writeFileSync(inTheWay, '')
  const running = collector(at, ['--interval', '1s'])
  await running.says('cannot be recorded')
  fs.rmSync(inTheWay)
  await running.says('recording again')
  await until(() => times('web').length === 1)
})

test('--log json: an object a line', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has([...base, build('web')])
  const { stderr } = await at.tool(['collect', 'tilt', '--once', '--log', 'json'])
  const lines = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string>)
  expect(lines.map(({ about, state }) => [about?.replace(/-.*/u, ''), state])).toEqual([
    ['consent', 'agreed'],
    ['tilt', 'running'],
    ['honeycomb', 'sends'],
  ])
  expect(lines[1]).toMatchObject({ at: expect.stringMatching(/Z$/u), text: 'Tilt 0.32.3 runs: 0 resources, 1 image' })
})

describe('the command line', () => {
  test('--once exits 1 when Tilt did not answer, and when something waits', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    expect((await at.tool(['collect', 'tilt', '--once'])).code).toBe(1)
    tilt.has([...base, build('web')])
    there.answer = status(503)
    expect((await at.tool(['collect', 'tilt', '--once'])).code).toBe(1)
  })

  test.each([
    [['--interval', '0s'], 'from 1s to 1h'],
    [['--interval', '2h'], 'from 1s to 1h'],
    [['--interval', 'soon'], 'from 1s to 1h'],
    [['--port', '0'], 'from 1 to 65535'],
    [['--log', 'xml'], 'text, json'],
    [['--onec'], 'did you mean --once?'],
  ])('%j exits 2', async (words, said) => {
    const at = collecting(there, tilt)
    const { code, stderr } = await at.tool(['collect', 'tilt', ...words])
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  })

  test('the help fits in 80 columns, examples first', async () => {
    const at = collecting(there, tilt)
    for (const words of [['collect'], ['collect', 'tilt']]) {
      const { code, stdout } = await at.tool([...words, '--help'])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Examples:\n/u)
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })
})

test('a heartbeat comes with each look', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has(everything())
  const running = collector(at, ['--interval', '1s'])
  await until(() => beats() >= 30)
  await running.end()
})
