import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { DockerLimits } from '../../src/context/docker.ts'
import { DockerMemo } from '../../src/journal/docker-memo.ts'
import { addFiles, testdir } from '../support/testdir.ts'
import { type TestWorld, testWorld } from '../support/world.ts'

const HOUR = 3_600_000
let folder: string
let world: TestWorld
let now: number
beforeEach(() => {
  folder = testdir()
  now = Date.parse('2026-11-21T09:00:00Z')
  world = testWorld({ env: { PATH: `${folder}:${process.env.PATH}` }, now: () => now })
})

/** A `docker` of the test's own. */
const docker = (script: string) => addFiles(folder, { docker: `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n` })
const calls = () => (fs.existsSync(`${folder}/calls`) ? fs.readFileSync(`${folder}/calls`, 'utf8').split('\n').filter(Boolean) : [])

describe('what Docker says', () => {
  test.each([
    ['its limits', 'echo 4 8232587264', { docker_cpus: 4, docker_memory_gb: 8 }],
    ['very little memory', 'echo 1 209715200', { docker_cpus: 1, docker_memory_gb: 1 }],
    ['that it has no server', 'echo 0 0; exit 1', {}],
    ['that, and exits 0', 'echo 0 0', {}],
    ['something else', 'echo "Cannot connect to the Docker daemon"', {}],
    ['nothing', '', {}],
    ['its limits, and fails', 'echo 4 8232587264; exit 1', {}],
  ])('%s', async (_name, script, facts) => {
    docker(script)
    const limits = new DockerLimits(world)
    expect(await limits.facts()).toEqual(facts)
    expect(limits.now()).toEqual(facts)
    expect(calls()).toEqual(['info --format {{.NCPU}} {{.MemTotal}}'])
  })

  test('without Docker there is nothing to say', async () => {
    expect(await new DockerLimits(testWorld({ env: { PATH: '/nonexistent' } })).facts()).toEqual({})
  })

  test('what it leaves behind does not keep anybody waiting', async () => {
    docker('sleep 60 & echo 4 8232587264; echo $! > "$0.pid"')
    expect(await new DockerLimits(world).facts()).toEqual({ docker_cpus: 4, docker_memory_gb: 8 })
    process.kill(Number(fs.readFileSync(`${folder}/docker.pid`, 'utf8')))
  })
})

describe('how often it is asked', () => {
  test('once an hour', async () => {
    docker('echo 4 8232587264')
    const limits = new DockerLimits(world)
    await Promise.all([limits.facts(), limits.facts()])
    now += HOUR - 1
    await limits.facts()
    expect(calls()).toHaveLength(1)
    now += 1
    docker('echo 2 8232587264')
    expect(limits.now()).toEqual({})
    expect(await limits.facts()).toMatchObject({ docker_cpus: 2 })
  })

  test('where it did not answer, again after five minutes', async () => {
    docker('exit 1')
    const limits = new DockerLimits(world)
    await limits.facts()
    now += 299_999
    await limits.facts()
    expect(calls()).toHaveLength(1)
    now += 1
    await limits.facts()
    expect(calls()).toHaveLength(2)
  })

  test('once an hour for all runs together', async () => {
    docker('echo 4 8232587264')
    const memo = () => new DockerMemo(path.join(folder, 'state'))
    await new DockerLimits(world, memo()).facts()
    const later = new DockerLimits(world, memo())
    expect(later.now()).toEqual({ docker_cpus: 4, docker_memory_gb: 8 })
    await later.facts()
    expect(calls()).toHaveLength(1)
  })
})

test('stopped, it ends and remembers nothing', async () => {
  docker('exec sleep 60')
  const memo = new DockerMemo(path.join(folder, 'state'))
  const limits = new DockerLimits(world, memo)
  const facts = limits.facts()
  while (calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  limits.stop()
  expect(await facts).toEqual({})
  expect(memo.recall()).toBeUndefined()
})

test.each(['', '{', 'null', '{"at":"x","facts":{}}'])('a memo that holds %p counts as none', (text) => {
  addFiles(folder, { 'docker.json': text })
  expect(new DockerMemo(folder).recall()).toBeUndefined()
})
