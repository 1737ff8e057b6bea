import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mayDo } from '../../support/needs.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { addFiles, gitInit } from '../../support/testdir.ts'
import { agreedProject, shell, WRAPPED, type WrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}impl-build: ; @echo built; exit 3\n`

/** Each puts something else in place of the project file. */
const FILES: readonly [string, (file: string, project: WrappedProject) => void][] = [
  ['50 MB', (file) => fs.writeFileSync(file, Buffer.alloc(50 * 1024 * 1024, 0x20))],
  ['50 MB of sparse nothing', (file) => fs.truncateSync(file, 50 * 1024 * 1024)],
  ['a link to a device without end', (file) => replace(file, () => fs.symlinkSync('/dev/zero', file))],
  ['a link to nothing', (file) => replace(file, () => fs.symlinkSync('nowhere', file))],
  ['a link to itself', (file) => replace(file, () => fs.symlinkSync('send-metrics.json', file))],
  ['a link to a file of secrets', (file) => replace(file, () => fs.symlinkSync('/etc/passwd', file))],
  ['a FIFO that nobody writes to', (file) => replace(file, () => execFileSync('mkfifo', [file]))],
  ['a folder', (file) => replace(file, () => fs.mkdirSync(file))],
  ['escape sequences', (file) => fs.writeFileSync(file, '\u001b]0;title\u0007\u001b[31m{')],
  ['escape sequences in a key', (file) => fs.writeFileSync(file, JSON.stringify({ project: 'x', '\u001b[31mred': 1 }))],
  ['escape sequences in a value', (file) => fs.writeFileSync(file, JSON.stringify({ project: '\u001b[31mred', budgetMs: '\u001b[31m' }))],
  ['__proto__', (file) => fs.writeFileSync(file, '{"__proto__": {"project": "x"}, "constructor": 1}')],
  ['brackets ten thousand deep', (file) => fs.writeFileSync(file, '['.repeat(10_000) + ']'.repeat(10_000))],
  ['bytes that are no UTF-8', (file) => fs.writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00, 0x80]))],
]

function replace(file: string, make: () => void) {
  fs.rmSync(file)
  make()
}

describe('a hostile project file', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test.each(FILES)('%s: the target runs as ever, nothing is sent, and what we say is safe', async (_name, put) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const requests = there.requests.length
    put(path.join(project.repo, 'send-metrics.json'), project)
    const ended = await shell(project, 'make build')
    expect(ended).toMatchObject({ code: 2, stdout: 'built\n' })
    const ours = ended.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('make'))
    expect(ours.length).toBeLessThanOrEqual(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
    expect(ours.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u)
    expect(ours.join('')).not.toContain('root:')
    expect(there.requests).toHaveLength(requests)
    expect(project.runs()).toEqual([])
  })

  test('a link to a proper file is that file', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    fs.renameSync(path.join(project.repo, 'send-metrics.json'), path.join(project.folder, 'elsewhere.json'))
    fs.symlinkSync('../elsewhere.json', path.join(project.repo, 'send-metrics.json'))
    expect((await shell(project, 'make build')).code).toBe(2)
    expect(project.runs()).toHaveLength(1)
  })

  test('somebody else’s in a folder above, outside a checkout, is passed over', async () => {
    if (!mayDo('root, to give a file to somebody else', process.getuid?.() === 0)) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    addFiles(project.repo, { 'below/Makefile': MAKEFILE })
    const inside = (env = {}) => shell(project, 'make -C below --no-print-directory build', env)
    await inside()
    expect(project.runs()).toHaveLength(1)
    fs.chownSync(path.join(project.repo, 'send-metrics.json'), 12_345, 12_345)
    expect(await inside()).toMatchObject({ code: 2, stdout: 'built\n' })
    expect(project.runs()).toHaveLength(1)
    // Inside a checkout the Makefile is as foreign as the project file is, and it is run.
    gitInit(project.repo)
    await inside()
    expect(project.runs()).toHaveLength(2)
  })
})
