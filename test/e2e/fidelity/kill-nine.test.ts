import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run, sendMetrics } from '../../support/cli.ts'
import { dieAt, preload } from '../../support/preload.ts'
import { type Receiver, receiver, segmentEvents, status } from '../../support/receiver.ts'
import { agreedProject, eventually, flushAll, runEvents, shell, textOf, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}${WRAPPED('slow')}impl-build: ; @echo built >> built
impl-slow: ; @echo ready > ready; while ! [ -e go ]; do sleep 0.05; done; echo finished > finished
`

describe('kill -9', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('before the spawn: nothing ran, nothing is recorded, and the next run is as ever', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const env = preload(project.folder, dieAt('node:child_process', 'spawn'))
    expect((await run('send-metrics', ['wrap', 'build'], { cwd: project.repo, env: { ...project.env, ...env } })).signal).toBe('SIGKILL')
    expect(textOf(project, 'built')).toBe('')
    expect(project.runs()).toEqual([])
    expect((await shell(project, 'make build')).code).toBe(0)
    expect(project.runs()).toHaveLength(1)
  })

  test('while the target runs: it goes on, as it would under make', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const wrap = spawn('send-metrics', ['wrap', 'slow'], { cwd: project.repo, env: project.env, stdio: 'ignore' })
    const ended = new Promise((resolve) => wrap.on('exit', (_code, signal) => resolve(signal)))
    await eventually('the recipe runs', () => textOf(project, 'ready') !== '')
    wrap.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    fs.writeFileSync(path.join(project.repo, 'go'), '')
    await eventually('the target finishes by itself', () => textOf(project, 'finished') === 'finished\n')
  })

  // One after the other, the calls by which an event gets onto the disk.
  test.each([
    ['before the ledger', dieAt('node:fs', 'openSync', 'runs-'), 0],
    ['between the outbox and its name', dieAt('node:fs', 'renameSync', '\\.tmp$'), 1],
    ['after the event is named, claiming it', dieAt('node:fs', 'renameSync', '\\.json$'), 1],
  ])('while journaling, %s: whatever the outbox holds arrives, and nothing is torn', async (_name, script, arriving) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const env = preload(project.folder, script)
    const ended = await run('send-metrics', ['wrap', 'build'], { cwd: project.repo, env: { ...project.env, ...env } })
    expect(ended.signal).toBe('SIGKILL')
    expect(runEvents(there)).toEqual([])
    expect((await shell(project, 'make build')).code).toBe(0)
    await flushAll(project)
    const recorded = project.runs().map(({ id }) => id)
    const arrived = runEvents(there).map(({ messageId }) => messageId)
    expect(arrived).toHaveLength(1 + arriving)
    expect(recorded).toEqual(expect.arrayContaining(arrived))
    expect(project.waiting()).toEqual([])
  })

  test('while sending: the next run delivers it again, with the same body', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    let victim: number | undefined
    there.answer = () => {
      if (victim !== undefined) process.kill(victim, 'SIGKILL')
    }
    const ended = await new Promise((resolve) => {
      const wrap = spawn('send-metrics', ['wrap', 'build'], { cwd: project.repo, env: project.env, stdio: 'ignore' })
      victim = wrap.pid
      wrap.on('exit', (_code, signal) => resolve(signal))
    })
    expect(ended).toBe('SIGKILL')
    expect(project.waiting()).toHaveLength(1)
    there.answer = status(200)
    expect((await shell(project, 'make build')).code).toBe(0)
    const [first, ...again] = runEvents(there)
    expect(again).toContainEqual(first)
    expect(new Set(again.map(({ messageId }) => messageId)).size).toBe(2)
    expect(project.waiting()).toEqual([])
  })

  test('at forty moments: every event that was in the outbox arrives, each under one body, all in the ledger', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const options = { cwd: project.repo, env: project.env }
    const start = performance.now()
    await run('send-metrics', ['wrap', 'build'], options)
    const whole = performance.now() - start
    for (let moment = 1; moment <= 40; moment++) {
      const started = (child: ChildProcess) => setTimeout(() => child.kill('SIGKILL'), (whole * moment) / 40)
      await run('send-metrics', ['wrap', 'build'], { ...options, started })
    }
    const waiting = project.waiting()
    await flushAll(project)
    expect(project.waiting()).toEqual([])
    const bodies = new Map<string, Set<string>>()
    for (const event of segmentEvents(there)) {
      bodies.set(event.messageId, (bodies.get(event.messageId) ?? new Set()).add(JSON.stringify(event)))
    }
    expect([...bodies.values()].filter(({ size }) => size !== 1)).toEqual([])
    expect([...bodies.keys()]).toEqual(expect.arrayContaining(waiting))
    expect(project.runs().map(({ id }) => id)).toEqual(expect.arrayContaining(runEvents(there).map(({ messageId }) => messageId)))
  })

  test.each(['openSync', 'writeFileSync', 'writeSync', 'renameSync', 'fsyncSync', 'rmSync', 'rmdirSync'])(
    'while a decision is stored, in %s: the config is the old one or the new one, whole',
    async (call) => {
      const project = wrappedProject(there, { makefile: MAKEFILE })
      const options = { cwd: project.repo, env: project.env }
      await sendMetrics(['consent', 'local'], options)
      const file = path.join(project.home, '.config/send-metrics/config.json')
      for (let nth = 1; nth <= 3; nth++) {
        const dying = { ...project.env, ...preload(project.folder, dieAt('node:fs', call, '', nth)) }
        await sendMetrics(['consent', 'off'], { cwd: project.repo, env: dying })
        const { projects } = JSON.parse(fs.readFileSync(file, 'utf8')) as { projects: Record<string, { decision: { decision: string } }> }
        expect(Object.values(projects).map(({ decision }) => decision.decision)).toEqual([expect.stringMatching(/^(?:local|off)$/u)])
        // A lock that the dead process left is void after ten seconds; here it is not waited for.
        fs.rmSync(`${file}.lock`, { recursive: true, force: true })
      }
      expect((await sendMetrics(['consent', 'local'], options)).code).toBe(0)
    },
  )
})
