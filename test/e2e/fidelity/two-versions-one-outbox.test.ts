import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { BIN, run } from '../../support/cli.ts'
import { clientVersion, otherVersion } from '../../support/other-version.ts'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import { addFiles } from '../../support/testdir.ts'
import { agreedProject, flushAll, runEvents, WRAPPED } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}impl-build: ; @:\n`

interface Context {
  readonly library: { readonly version: string }
}

describe('two versions of the tool with one outbox', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('side by side: every event of both arrives, each under one body', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const tools = [BIN, otherVersion(project.folder)]
    let count = 0
    there.answer = (...answer) => status(count++ % 2 === 0 ? 500 : 200)(...answer)
    const options = { cwd: project.repo, env: project.env }
    for (let round = 0; round < 3; round++) {
      await Promise.all([0, 1, 2, 3].map((at) => run(process.execPath, [tools[at % 2] ?? '', 'wrap', 'build'], options)))
      await Promise.all(tools.map((tool) => run(process.execPath, [tool, 'flush'], options)))
    }
    there.answer = status(200)
    await flushAll(project)
    expect(project.waiting()).toEqual([])
    const versions = project.runs().map((line) => line.send_metrics_version)
    expect(versions.filter((version) => version === '0.1.0')).toHaveLength(6)
    expect(versions.filter((version) => version === '9.9.9')).toHaveLength(6)
    const bodies = new Map<string, Set<string>>()
    for (const { messageId, ...rest } of runEvents(there)) {
      const body = JSON.stringify(rest)
      bodies.set(messageId, (bodies.get(messageId) ?? new Set()).add(body))
    }
    expect([...bodies.keys()].sort()).toEqual(
      project
        .runs()
        .map(({ id }) => id)
        .sort(),
    )
    expect([...bodies.values()].filter(({ size }) => size !== 1)).toEqual([])
    expect(new Set(runEvents(there).map(({ context }) => (context as Context).library.version))).toEqual(new Set([clientVersion, '8.8.8']))
  })

  test('files of a later version, and others, do not stop delivery', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    there.answer = status(500)
    await run('send-metrics', ['wrap', 'build'], { cwd: project.repo, env: project.env })
    const [id = ''] = project.waiting()
    const outbox = path.join(project.state() ?? '', 'outbox')
    const folder = path.join(outbox, fs.readdirSync(outbox)[0] ?? '')
    const message = JSON.parse(fs.readFileSync(path.join(folder, `${id}.json`), 'utf8')) as object
    const later = `${id.slice(0, 24)}000000000000`
    addFiles(folder, {
      [`${later}.json`]: JSON.stringify({ ...message, id: later, newer: { nested: [1] } }),
      [`${id.slice(0, 24)}111111111111.json`]: 'torn{',
      'index.v2': 'something else',
    })
    fs.mkdirSync(path.join(folder, 'a-folder'))
    there.answer = status(200)
    await run('send-metrics', ['flush'], { cwd: project.repo, env: project.env })
    expect(runEvents(there).map(({ messageId }) => messageId)).toEqual(expect.arrayContaining([id, later]))
    expect(fs.readdirSync(folder).sort()).toEqual([`${id.slice(0, 24)}111111111111.json.damaged`, 'a-folder', 'index.v2'])
  })
})
