import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { run } from '../support/cli.ts'
import { PROGRAMS, type Program, pack } from '../support/package-managers.ts'
import { asColleague, push, shopRepository } from '../support/readme-repository.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import type { Place } from '../support/try-block.ts'

let tarball: string
let there: Receiver
beforeAll(() => {
  tarball = pack()
})
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** How README says that the package is added, and how a colleague installs what is in the lock file. */
const MANAGERS: readonly [name: string, program: Program, add: string, install: string, files: Readonly<Record<string, string>>][] = [
  ['npm', 'npm', 'install --save-dev ./tools/T', 'ci', {}],
  ['pnpm', 'pnpm', 'add --save-dev ./tools/T', 'install --frozen-lockfile', {}],
  ['Yarn 1', 'yarn1', 'add --dev send-metrics@file:./tools/T', 'install --frozen-lockfile', {}],
  ['Yarn 4', 'yarn4', 'add --dev send-metrics@file:./tools/T', 'install --immutable', { 'yarn.lock': '', '.yarnrc.yml': '' }],
]

const FILES = {
  Makefile: '.PHONY: build\nbuild: ; @echo compiled\n',
  'package.json': '{ "name": "shop", "private": true, "license": "MIT" }\n',
  '.gitignore': 'node_modules/\n.yarn/\n.pnp.*\n',
  'send-metrics.json': '{ "project": "Shop", "targets": ["build"], "destinations": [{ "type": "segment", "writeKey": "key" }] }\n',
}

async function pm(place: Place, program: Program, words: string): Promise<void> {
  const [command, ...first] = PROGRAMS[program]
  const { code, stdout, stderr } = await run(command, [...first, ...words.split(' ')], place)
  expect([words, code, code === 0 ? '' : stdout + stderr]).toEqual([words, 0, ''])
}

test.each(MANAGERS)(
  '%s installs the package that is kept in the repository from a clone alone',
  async (_name, program, add, install, more) => {
    const place = shopRepository({ ...FILES, ...more }, there.url)
    const kept = path.join(place.cwd, 'tools', path.basename(tarball))
    fs.mkdirSync(path.dirname(kept))
    fs.copyFileSync(tarball, kept)
    await pm(place, program, add.replace('T', path.basename(tarball)))
    const tool = path.join(place.folder, 'unpacked')
    fs.mkdirSync(tool)
    execFileSync('tar', ['xzf', tarball, '-C', tool])
    const own = path.join(tool, 'package/bin/send-metrics.js')
    expect(await run(own, ['init', '--yes'], place)).toMatchObject({ code: 0, stdout: expect.not.stringContaining('First') })
    push(place)
    asColleague(place, there.url)
    await pm(place, program, install)
    expect((await run(own, ['consent', 'on'], place)).code).toBe(0)
    expect(await run('make', ['build'], place)).toMatchObject({ code: 0, stdout: 'compiled\n', stderr: '' })
    expect(segmentEvents(there).at(-1)).toMatchObject({ event: 'shop.command.run', properties: { command: 'build' } })
  },
)
