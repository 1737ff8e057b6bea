import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { mayDo } from '../../support/needs.ts'
import { preload } from '../../support/preload.ts'
import { hasPrograms } from '../../support/programs.ts'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import { AS_SOMEBODY_ELSE, canBecomeSomebodyElse, openToEverybody } from '../../support/somebody-else.ts'
import { addFiles } from '../../support/testdir.ts'
import { agreedProject, flushAll, runEvents, shell, WRAPPED, type WrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}${WRAPPED('wreck')}${WRAPPED('nap')}
impl-build: ; @echo built; exit 3
impl-wreck: ; @rm -rf "$$HOME/.local/state/send-metrics"; echo wrecked
impl-nap: ; @touch napping; sleep 0.3
`
const BUILT = {
  code: 2,
  stdout: 'built\n',
  stderr: 'make[1]: *** [Makefile:5: impl-build] Error 3\nmake: *** [Makefile:1: build] Error 2\n',
}

/** Root of a namespace of its own, as most people may be outside of a container. */
const OWN_MOUNTS = process.getuid?.() === 0 ? ['-m'] : ['-rm']
const canMount = (what: string) =>
  hasPrograms('unshare') &&
  mayDo(`the right to mount ${what}`, spawnSync('unshare', [...OWN_MOUNTS, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0)

describe('a disk that fails', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  /** Runs a line in a mount namespace of its own where the state folder is a small disk. */
  function onSmallDisk(project: WrappedProject, line: string) {
    const state = path.join(project.home, '.local/state/send-metrics')
    const script = `mount -t tmpfs -o size=256k,mode=700 none "${state}" && cp -r "${state}.saved/." "${state}" && { ${line}; }; code=$?
      rm -f "${state}/fill"; cp -r "${state}/." "${state}.saved"; exit $code`
    fs.cpSync(state, `${state}.saved`, { recursive: true })
    return run('unshare', [...OWN_MOUNTS, 'bash', '-c', script], { cwd: project.repo, env: { ...project.env, STATE: state } })
  }

  test('ENOSPC: the target is as ever; when there is room again, nothing is torn', async () => {
    if (!canMount('a small disk')) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const fill = 'head -c 1M /dev/zero > "$STATE/fill" 2>/dev/null'
    const ended = await onSmallDisk(
      project,
      `${fill}; make build; c=$?; rm "$STATE/fill"; send-metrics wrap nap || exit 9; send-metrics log --json >&2; exit $c`,
    )
    expect(ended).toMatchObject({ code: 2, stdout: 'built\n' })
    expect(ended.stderr.startsWith(BUILT.stderr)).toBe(true)
    const lines = ended.stderr.slice(BUILT.stderr.length).trim().split('\n')
    const runs = lines.map((line) => JSON.parse(line) as { type: string; command: string }).filter(({ type }) => type === 'run')
    expect(runs.map(({ command }) => command)).toContain('nap')
    expect(runEvents(there).map(({ properties }) => properties.command)).toContain('nap')
  })

  test('a read-only disk', async () => {
    if (!canMount('a read-only disk')) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    expect(
      await onSmallDisk(project, 'mount -o remount,bind,ro "$STATE"; make build; c=$?; mount -o remount,bind,rw "$STATE"; (exit $c)'),
    ).toMatchObject(BUILT)
    expect(runEvents(there)).toEqual([])
  })

  test('EACCES: folders that belong to somebody else', async () => {
    if (!canBecomeSomebodyElse()) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    openToEverybody(project)
    fs.chmodSync(path.join(project.home, '.config/send-metrics'), 0o755)
    fs.chmodSync(path.join(project.home, '.config/send-metrics/config.json'), 0o644)
    expect(await shell(project, `${AS_SOMEBODY_ELSE.join(' ')} make build`)).toMatchObject(BUILT)
    expect(runEvents(there)).toEqual([])
  })

  test('EACCES: folders in which nothing may be written', async () => {
    // Root may write anywhere, and has the test before.
    if (process.getuid?.() === 0) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const folders = [project.state() ?? '', path.join(project.home, '.config/send-metrics')]
    for (const folder of folders) fs.chmodSync(folder, 0o500)
    expect(await shell(project, 'make build')).toMatchObject(BUILT)
    for (const folder of folders) fs.chmodSync(folder, 0o700)
  })

  test.each([
    ['a file in place of the state folder', '.local/state/send-metrics'],
    ['a file in place of the config folder', '.config/send-metrics'],
  ])('%s', async (_name, place) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const at = path.join(project.home, place)
    fs.rmSync(at, { recursive: true })
    fs.writeFileSync(at, '')
    expect(await shell(project, 'make build')).toMatchObject(BUILT)
  })

  test.each([19, 20, 21, 22, 23, 24, 26, 28, 32])(
    'EMFILE: with %i descriptors the target runs wherever Node itself does',
    async (limit) => {
      const project = await agreedProject(there, { makefile: MAKEFILE })
      const able = await shell(
        project,
        `ulimit -n ${limit}; "${process.execPath}" -e "require('child_process').spawn('true').on('exit', process.exit)"`,
      )
      const ended = await shell(project, `ulimit -n ${limit}; make build`)
      if (able.code === 0) expect(ended).toMatchObject(BUILT)
      else expect(ended.code).not.toBe(0)
    },
  )

  test('the state folder deleted under us: the run is recorded and arrives', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    expect(await shell(project, 'make wreck')).toMatchObject({ code: 0, stdout: 'wrecked\n', stderr: '' })
    expect(project.runs()).toHaveLength(1)
    expect(runEvents(there)).toHaveLength(1)
  })

  test.each([
    ['an hour ahead', 3_600_000],
    ['a year back', -365 * 86_400_000],
    ['twenty days ahead', 20 * 86_400_000],
  ])('a clock that jumps %s during the run: the duration is right, and nothing is lost', async (_name, jump) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    there.answer = status(500)
    await shell(project, 'make nap')
    const napping = path.join(project.repo, 'napping')
    fs.rmSync(napping)
    const clock = `const real = Date.now; const fs = require('node:fs'); Date.now = () => real() + (fs.existsSync('${napping}') ? ${jump} : 0)`
    await shell(project, 'make nap', preload(project.folder, clock))
    there.answer = status(200)
    await flushAll(project)
    const runs = project.runs()
    expect(runs).toHaveLength(2)
    for (const { duration_ms: duration } of runs) expect(Number(duration)).toBeLessThan(60_000)
    expect(runEvents(there).map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(runs.map(({ id }) => id)))
  })

  /** A project with one event that could not be sent, and so many copies of it. */
  async function projectWithWaiting(copies: number): Promise<WrappedProject> {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    there.answer = status(500)
    await shell(project, 'make nap')
    const [waiting = ''] = project.waiting()
    const folder = path.join(project.state() ?? '', 'outbox', fs.readdirSync(path.join(project.state() ?? '', 'outbox'))[0] ?? '')
    const message = JSON.parse(fs.readFileSync(path.join(folder, `${waiting}.json`), 'utf8')) as { id: string }
    const ids = Array.from({ length: copies }, (_, at) => `${waiting.slice(0, 24)}${String(at).padStart(12, '0')}`)
    addFiles(folder, Object.fromEntries(ids.map((id) => [`${id}.json`, JSON.stringify({ ...message, id })])))
    return project
  }

  test('the outbox never holds more than a thousand, and what goes is in the ledger', async () => {
    const project = await projectWithWaiting(1_100)
    await shell(project, 'send-metrics flush')
    expect(project.waiting().length).toBeLessThanOrEqual(1_000)
    const { stdout } = await shell(project, 'send-metrics log --json')
    expect(stdout.match(/held more than 1000 events/gu)?.length).toBeGreaterThanOrEqual(101)
  })

  test('and runs alone keep it within its bound, while nothing can be sent', async () => {
    const project = await projectWithWaiting(999)
    expect(project.waiting()).toHaveLength(1_000)
    for (let more = 0; more < 3; more++) await shell(project, 'make nap')
    expect(project.waiting()).toHaveLength(1_000)
  })
})
