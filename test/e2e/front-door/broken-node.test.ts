import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { NODE } from '../../support/cli.ts'
import { terminal } from '../../support/terminal.ts'
import { type Doorway, doorway, WAYS_IN, type WayIn } from '../../support/ways-in.ts'

const shim = (text: string) => (node: string) => fs.writeFileSync(node, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
const bytes =
  (content: Buffer | string, mode = 0o755) =>
  (node: string) =>
    fs.writeFileSync(node, content, { mode })

/** What may be first on PATH under the name of `node`, and does not start. */
const BROKEN: readonly (readonly [name: string, put: (node: string) => void])[] = [
  ["asdf's shim where no version is set", shim('echo "No version is set for command node" >&2; exit 126')],
  ["nodenv's or pyenv's shim", shim('echo "nodenv: node: command not found" >&2; exit 127')],
  ['a shim that ends with 1 and speaks on stdout, too', shim('echo "install a version first"; echo no >&2; exit 1')],
  ['a shim that ends with 0 and starts nothing', shim('exit 0')],
  ['a dangling link', (node) => fs.symlinkSync('/no/such/node', node)],
  ['a file without a run bit', bytes(fs.readFileSync(NODE).subarray(0, 4_096), 0o644)],
  ['a folder', (node) => fs.mkdirSync(node)],
  ['an empty program', bytes('')],
  ['a program that is cut off', bytes(fs.readFileSync(NODE).subarray(0, 4_096))],
  ['a page of HTML', bytes('<!DOCTYPE html>\n<html><body>404</body></html>\n')],
  ['an old Node', shim('case $1 in --version) echo v18.20.4 ;; -p) echo v18.20.4/usr/bin/old ;; *) echo old >&2; exit 9 ;; esac')],
  ['a Node between two that are supported', shim('case $1 in -p) echo v21.7.3$0 ;; *) echo 21 >&2; exit 9 ;; esac')],
]

describe.each(WAYS_IN.map((way) => [way.name, way] as const))('%s', (_name, way) => {
  let door: Doorway
  let first: string
  beforeAll(async () => {
    door = await doorway(way)
    await door.consent('on')
    first = path.join(door.at.folder, 'first')
  })

  const put = (broken: (node: string) => void) => {
    fs.rmSync(first, { recursive: true, force: true })
    fs.mkdirSync(first)
    broken(path.join(first, 'node'))
  }
  /** Only what make and its recipes need. */
  const withoutNode = () => `${first}:${onlyPrograms(door)}`

  test.each(BROKEN)('node is %s: the target runs as without us', async (_broken, broken) => {
    put(broken)
    for (const target of ['build', 'fail']) {
      const before = door.recorded()
      const more = { PATH: withoutNode() }
      expect(await door.type(target, more)).toEqual(await door.without(target, more))
      expect(door.recorded()).toBe(before)
    }
  })

  test.each(BROKEN)('node is %s, and a good one is further along PATH: that one is used', async (_broken, broken) => {
    put(broken)
    const more = { PATH: `${first}:${door.at.env.PATH}` }
    const before = door.recorded()
    const ended = await door.type('build', more)
    expect(ended).toEqual(await door.without('build', more))
    expect(door.recorded()).toBe(before + 1)
  })

  test('a shim that starts a good Node with a PATH of its own: the target has the PATH of the person', async () => {
    put(shim(`PATH="/shims/own:$PATH" exec "${NODE}" "$@"`))
    const more = { PATH: withoutNode() }
    const before = door.recorded()
    expect(await door.type('build', more)).toEqual(await door.without('build', more))
    expect(door.recorded()).toBe(before + 1)
  })

  test.each([
    { NODE_OPTIONS: '--require=/no/such/file.js' },
    { NODE_OPTIONS: '--no-such-option' },
    { OPENSSL_CONF: '/dev/null/no', NODE_CHANNEL_FD: 'x' },
    { NODE_V8_COVERAGE: '/proc/nothing', NODE_DEBUG: 'module', NODE_REDIRECT_WARNINGS: '/no/such/folder/file' },
  ])('%j is for the target alone', async (more) => {
    const before = door.recorded()
    expect(await door.type('build', more)).toEqual(await door.without('build', more))
    expect(door.recorded()).toBe(before + 1)
  })
})

test('a Node that is noted, and finds other libraries than then, is asked again', async () => {
  const door = await doorway(WAYS_IN.find(({ name }) => name === 'GNUmakefile, vendored') as WayIn)
  await door.consent('on')
  await door.type('build')
  const node = fs.readFileSync(NODE)
  const library = ['libstdc++.so.6', 'libm.so.6', 'libc.so.6'].find((name) => node.includes(name)) as string
  fs.mkdirSync(path.join(door.at.folder, 'lib'))
  fs.writeFileSync(path.join(door.at.folder, 'lib', library), '')
  // Only Node is to find it.
  const more = { LD_LIBRARY_PATH: path.join(door.at.folder, 'lib') }
  const [ours, theirs] = [await door.type('build', more), await door.without('build', more)]
  expect(ours).toEqual(theirs)
})

test('a Node that is noted, and in whose place a link leads to another one of the same time, is asked', async () => {
  const door = await doorway(WAYS_IN.find(({ name }) => name === 'GNUmakefile, vendored') as WayIn)
  const folder = (name: string) => path.join(door.at.folder, name)
  for (const name of ['good', 'bad']) fs.mkdirSync(folder(name))
  fs.copyFileSync(fs.realpathSync(NODE), folder('good/node'))
  fs.copyFileSync('/bin/false', folder('bad/node'))
  for (const name of ['good', 'bad']) fs.utimesSync(folder(`${name}/node`), 1.5, 1.5)
  fs.symlinkSync('good', folder('current'))
  const more = { PATH: `${folder('current')}:${process.env.PATH}` }
  await door.consent('on')
  const before = door.recorded()
  for (let runs = 0; runs < 2; runs++) await door.type('build', more)
  expect(door.recorded()).toBe(before + 2)
  fs.rmSync(folder('current'))
  fs.symlinkSync('bad', folder('current'))
  expect(await door.type('build', more)).toEqual(await door.without('build', more))
})

/** Project files from which a shell has to tell the prefix, since Node cannot. */
test.each([
  `{"project":"p","prefix":"do-","targets":["build"],"policyUrl":"https://example.com/${'a'.repeat(5_000)}"}`,
  '{"project":"p","recipient":"say \\"[hi\\" or \\"prefix\\": \\"x\\"","prefix":"do-"}',
  '{"project":"p","prefix" : "do-", "fields":[{"prefix":"x"}]}',
  '{"prefix":"no-","project":"p\\\\","prefix":\n"do-"}',
])('without Node the prefix is that of the project: %.60s', async (text) => {
  const door = await doorway(WAYS_IN.find(({ name }) => name === 'wrap typed by hand') as WayIn)
  door.at.write('Makefile', 'impl-build: ; @echo impl\ndo-build: ; @echo do\n')
  door.at.write('send-metrics.json', text)
  for (const more of [{}, { CI: 'true' }])
    expect(await door.type('build', { ...more, PATH: onlyPrograms(door) })).toMatchObject({ code: 0, stdout: 'do\n', stderr: '' })
})

describe('somebody who said yes reads at a terminal that no Node can be started', () => {
  const HINT = 'send-metrics: not recorded, no Node that can be started is on PATH; to see why: node --version'
  const said = async (door: Doorway) => {
    const [program = '', ...words] = door.way.typed('build')
    const screen = terminal(program, words, { cwd: door.at.repo, env: { ...door.at.env, PATH: onlyPrograms(door) }, columns: 120 })
    expect(await screen.ended).toMatchObject({ code: 0 })
    return screen.raw()
  }

  test.each(['GNUmakefile, vendored', '--explicit, vendored', 'wrap typed by hand'])('once a day: %s', async (name) => {
    const door = await doorway(WAYS_IN.find((way) => way.name === name) as WayIn)
    await door.consent('on')
    expect(await said(door)).toContain(HINT)
    expect(await said(door)).not.toContain('not recorded')
    const notes = path.join(door.at.folder, 'home/.config/send-metrics/door', door.at.repo, '.notes')
    fs.utimesSync(path.join(notes, 'hinted'), Date.now() / 1000 - 90_000, Date.now() / 1000 - 90_000)
    expect(await said(door)).toContain(HINT)
  })

  test.each(['off', 'nobody has decided'])('and nobody else: %s', async (decision) => {
    const door = await doorway(WAYS_IN.find((way) => way.name === 'wrap typed by hand') as WayIn)
    if (decision === 'off') await door.consent('off')
    expect(await said(door)).not.toContain('not recorded')
  })
})

function onlyPrograms({ at, way }: Doorway): string {
  const folder = path.join(at.folder, 'programs')
  if (fs.existsSync(folder)) return folder
  fs.mkdirSync(folder)
  for (const name of ['make', 'sh', 'echo', 'cat', 'env', 'git', 'find', 'head'])
    fs.symlinkSync(
      ['/usr/bin', '/bin'].map((one) => path.join(one, name)).find((file) => fs.existsSync(file)) ?? '',
      path.join(folder, name),
    )
  if (way.tool === 'tool') fs.symlinkSync(path.join(at.folder, 'tool/bin/send-metrics.js'), path.join(folder, 'send-metrics'))
  return folder
}
