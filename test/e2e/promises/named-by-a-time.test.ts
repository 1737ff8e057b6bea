import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject, editStore, QUESTION, QUESTION_MORE } from '../../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../../support/receiver.ts'
import { filesUnder, type Scratch, type ScratchOptions, scratch } from '../../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const TIME = '2026-11-20T16:02:11Z'
const DAY = '2026-11-20T00:00:00Z'

function commit(at: Scratch, time = TIME): string {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid']
  const env = { ...at.env, GIT_COMMITTER_DATE: time, GIT_AUTHOR_DATE: time }
  execFileSync('git', [...who, 'commit', '--quiet', '--allow-empty', '-m', 'x'], { cwd: at.repo, env })
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: at.repo, env: at.env, encoding: 'utf8' }).trim()
}

async function agreed(options: ScratchOptions = {}): Promise<Scratch> {
  const at = scratch({ to: there.url, ...options })
  commit(at)
  await at.agree(there)
  return at
}

const last = () => segmentEvents(there).at(-1)?.properties ?? {}
/** What lies beside the decisions and the notes for the front door. */
const secrets = (at: Scratch) =>
  filesUnder(path.join(at.home, '.config/send-metrics')).filter((name) => name !== 'config.json' && !name.startsWith('door/'))
const failing = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @test -e passes && echo built\n'

describe("the commit's time", () => {
  test('goes to the day; nothing that is sent has the time of day', async () => {
    const at = await agreed()
    await at.wrap(['build'])
    expect(last().git_commit_time).toBe(DAY)
    expect(there.requests.map(({ body }) => body).join()).not.toContain('16:02')
    // What git said is remembered, and no more is said of it.
    await at.wrap(['build'])
    expect(last().git_commit_time).toBe(DAY)
  })

  test('the record here keeps it to the second', async () => {
    const at = await agreed()
    await at.wrap(['build'])
    expect((await at.log()).find(({ type }) => type === 'run')).toMatchObject({ git_commit_time: DAY, commit_time_here: TIME })
    expect(JSON.stringify((await at.tool(['preview', 'build'])).stdout)).not.toContain('16:02')
  })

  test('goes to the second where the project asks for it and people agreed to that, knowing what it can tell', async () => {
    const at = scratch({ to: there.url, project: { commitTime: 'second' } })
    commit(at)
    const screen = await answer(at, 'yes\r', QUESTION)
    expect(stripVTControlCharacters(screen.raw()).replace(/\s+/gu, ' ')).toMatch(/to the second, which names its author/u)
    expect(last().git_commit_time).toBe(TIME)
  })

  test('a project that asks for it later gets the day until then', async () => {
    const at = await agreed()
    editProject(at, { commitTime: 'second' })
    await at.wrap(['build'])
    expect(last().git_commit_time).toBe(DAY)
    await answer(at, 'yes\r', QUESTION_MORE)
    await at.wrap(['build'])
    expect(last().git_commit_time).toBe(TIME)
  })

  test('a yes from when it went to the second goes on to the day', async () => {
    const at = await agreed()
    editStore(at, ({ decision }) => {
      if (decision) Object.assign(decision, { fieldSet: decision.fieldSet.filter((key) => key !== 'git_commit_pseudonym') })
    })
    await at.wrap(['build'])
    expect(last().git_commit_time).toBe(DAY)
    expect(last()).not.toHaveProperty('git_commit_pseudonym')
    expect(secrets(at)).toEqual([])
  })
})

describe('the pseudonym of a commit', () => {
  test('is the same for one person on one commit, another for each commit and each person, and not that of git', async () => {
    const at = await agreed()
    const seen: unknown[] = []
    for (const next of [() => {}, () => {}, () => void commit(at, '2026-11-20T16:02:12Z')]) {
      next()
      await at.wrap(['build'])
      seen.push(last().git_commit_pseudonym)
    }
    expect(seen[0]).toMatch(/^[0-9a-f]{16}$/u)
    expect(seen[1]).toBe(seen[0])
    expect(seen[2]).not.toBe(seen[0])
    const other = await agreed()
    await other.wrap(['build'])
    expect(last().git_commit_pseudonym).toMatch(/^[0-9a-f]{16}$/u)
    expect(last().git_commit_pseudonym).not.toBe(seen[0])
    const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: other.repo, encoding: 'utf8' })
    expect(there.requests.map(({ body }) => body).join()).not.toContain(head.slice(0, 12))
  })

  test('says nothing that joins a new ID to the one before', async () => {
    const at = await agreed()
    await at.wrap(['build'])
    const before = last().git_commit_pseudonym
    await at.tool(['consent', 'new-id'])
    await at.wrap(['build'])
    expect(last().git_commit_pseudonym).not.toBe(before)
  })

  test('the secret lies beside the decisions, readable by its owner alone, from the first run after the yes', async () => {
    const at = scratch({ to: there.url })
    await at.wrap(['build'])
    await at.tool(['preview', 'build'])
    expect(secrets(at)).toEqual([])
    await at.agree(there)
    await at.wrap(['build'])
    const [secret = ''] = secrets(at)
    expect(secret).toBe('commit-secret')
    const file = path.join(at.home, '.config/send-metrics', secret)
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    const requests = there.requests.map(({ body }) => body).join()
    expect(requests).not.toContain(fs.readFileSync(file, 'utf8').trim())
  })

  test('a secret that others may read, or that is a link, is none: the event goes without', async () => {
    const at = await agreed()
    await at.wrap(['build'])
    const file = path.join(at.home, '.config/send-metrics/commit-secret')
    fs.chmodSync(file, 0o644)
    commit(at, '2026-11-21T16:02:11Z')
    await at.wrap(['build'])
    expect(last()).toMatchObject({ command: 'build' })
    expect(last()).not.toHaveProperty('git_commit_pseudonym')
    const text = fs.readFileSync(file)
    fs.rmSync(file)
    fs.writeFileSync(path.join(at.home, 'elsewhere'), text, { mode: 0o600 })
    fs.symlinkSync(path.join(at.home, 'elsewhere'), file)
    await at.wrap(['build'])
    expect(last()).not.toHaveProperty('git_commit_pseudonym')
  })
})

test('flaky is told here and by who gets the data, without the time', async () => {
  const at = await agreed({ makefile: failing, git: true })
  for (const time of ['2026-11-20T16:00:00Z', '2026-11-20T17:00:00Z', '2026-11-20T18:00:00Z', '2026-11-20T19:00:00Z']) {
    commit(at, time)
    for (const passes of [true, false]) {
      fs.rmSync(path.join(at.repo, 'passes'), { force: true })
      if (passes) fs.writeFileSync(path.join(at.repo, 'passes'), '')
      await at.wrap(['build'])
    }
  }
  expect((await at.tool(['stats'])).stdout).toContain('build is flaky: of 4 commits that it ran on more than once, 4 saw it both')
  const file = path.join(at.folder, 'team.jsonl')
  fs.writeFileSync(
    file,
    segmentEvents(there)
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  )
  expect((await at.tool(['stats', '--k', '1', '--input', file])).stdout).toContain('build is flaky: of 4 commits')
})
