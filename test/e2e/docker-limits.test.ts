import * as fs from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { answer, editProject, QUESTION_MORE, runsUnasked, stored } from '../support/answers.ts'
import { eventually } from '../support/patience.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { isRunning } from '../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** What says that Docker has answered, and been heard. */
const ANSWERED = '"$$HOME"/.local/state/send-metrics/*/docker.json'

/** A project with a `docker` on PATH, and a target that takes until there is what says that Docker was asked, when it is to be. */
function withDocker(script: string, project: Readonly<Record<string, unknown>> = {}, asked = ANSWERED): Scratch {
  const recipe = `if [ -e asks ]; then until ls ${asked} >/dev/null 2>&1; do sleep 0.02; done; fi; echo built`
  const at = scratch({ to: there.url, project, makefile: `build: ; @send-metrics wrap "$@"\nimpl-build: ; @${recipe}\n` })
  const text = `#!/bin/sh\necho called >> ${at.folder}/docker-calls\n${script}\n`
  fs.writeFileSync(`${at.folder}/bin/docker`, text, { mode: 0o755 })
  return at
}

const asks = (at: Scratch) => fs.writeFileSync(`${at.repo}/asks`, '')
const calls = (at: Scratch) =>
  fs.existsSync(`${at.folder}/docker-calls`) ? fs.readFileSync(`${at.folder}/docker-calls`, 'utf8').split('\n').length - 1 : 0
const last = () => segmentEvents(there).at(-1)?.properties ?? {}

test('a project that asks for them: people are asked about them, and Docker only then, once an hour', async () => {
  const at = withDocker('echo 4 8232587264')
  await answer(at, 'yes\r')
  await runsUnasked(at)
  expect(calls(at)).toBe(0)
  editProject(at, { dockerLimits: true })
  const screen = await answer(at, 'yes\r', QUESTION_MORE)
  expect(stripVTControlCharacters(screen.raw())).toMatch(/Machine: +processors that Docker may use, memory that Docker may use/u)
  expect([calls(at), 'docker_cpus' in last()]).toEqual([0, false])
  asks(at)
  for (const _times of [1, 2]) {
    await runsUnasked(at)
    expect(last()).toMatchObject({ docker_cpus: 4, docker_memory_gb: 8 })
  }
  expect(calls(at)).toBe(1)
})

test('a no to them: Docker is not asked', async () => {
  const at = withDocker('echo 4 8232587264')
  await answer(at, 'yes\r')
  editProject(at, { dockerLimits: true })
  await answer(at, 'no\r', QUESTION_MORE)
  await runsUnasked(at)
  expect([calls(at), 'docker_cpus' in last()]).toEqual([0, false])
  expect(stored(at)[0]?.declined?.fields).toEqual(['docker_cpus', 'docker_memory_gb'])
})

test('a Docker that hangs keeps nobody waiting, and is not left running', async () => {
  const at = withDocker('echo $$ > "$0.pid"; exec sleep 60', { dockerLimits: true }, '../bin/docker.pid')
  asks(at)
  await at.agree(there)
  await at.wrap(['build'])
  expect(last()).toMatchObject({ outcome: 'success' })
  expect(last()).not.toHaveProperty('docker_cpus')
  const pid = fs.readFileSync(`${at.folder}/bin/docker.pid`, 'utf8').trim()
  await eventually('it is gone', () => !isRunning(Number(pid)))
})

test('preview shows them', async () => {
  const at = withDocker('echo 4 8232587264', { dockerLimits: true })
  const { stdout } = await at.tool(['preview', 'build'])
  expect(stdout).toContain('"docker_memory_gb": 8')
})
