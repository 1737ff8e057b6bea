import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { childStdio } from '../../src/wrap/descriptors.ts'
import { run } from '../support/cli.ts'
import { onLinux } from '../support/needs.ts'
import { script } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

const open: number[] = []
afterAll(() => {
  for (const descriptor of open) fs.closeSync(descriptor)
})

// Opened for reading and writing, so that nobody has to wait for the other end.
function fifo(folder: string, name: string): number {
  const file = path.join(folder, name)
  if (!fs.existsSync(file)) execFileSync('mkfifo', [file])
  open.push(fs.openSync(file, 'r+'))
  return open.at(-1) as number
}

function regular(folder: string): number {
  open.push(fs.openSync(path.join(folder, 'file'), 'w+'))
  return open.at(-1) as number
}

describe('where the system does not tell what a descriptor is', () => {
  const elsewhere = (jobserver: string | undefined) => childStdio(jobserver, 'darwin')

  test('both ends of a jobserver stand at the numbers that MAKEFLAGS names, and nothing between', () => {
    const folder = testdir()
    const [read, between, write] = [fifo(folder, 'jobs'), regular(folder), fifo(folder, 'jobs')]
    const list = elsewhere(`${read},${write}`) as unknown[]
    expect(list.slice(0, 3)).toEqual(['inherit', 'inherit', 'inherit'])
    expect([list[read], list[write], list[between]]).toEqual([read, write, 'ignore'])
    expect(list).toHaveLength(Math.max(read, write) + 1)
    expect(elsewhere(`${write},${read}`)).toEqual(list)
  })

  test('ends of two different pipes are not handed over', () => {
    const folder = testdir()
    expect(elsewhere(`${fifo(folder, 'one')},${fifo(folder, 'two')}`)).toBe('inherit')
  })

  test('files that have the numbers by chance are not', () => {
    const [one, other] = [regular(testdir()), regular(testdir())]
    expect(elsewhere(`${one},${other}`)).toBe('inherit')
  })

  test('one end twice is not', () => {
    const one = fifo(testdir(), 'jobs')
    expect(elsewhere(`${one},${one}`)).toBe('inherit')
  })

  test.each([
    ['none', undefined],
    ['nothing', ''],
    ['a fifo, which needs no help', 'fifo:/tmp/GMfifo1'],
    ['descriptors that make closed', '-2,-2'],
    ['the standard streams', '0,1'],
    ['closed descriptors', '900,901'],
    ['numbers past any limit', '99999999,99999998'],
    ['words', 'three,four'],
    ['three numbers', '3,4,5'],
  ])('%s', (_name, jobserver) => {
    expect(elsewhere(jobserver)).toBe('inherit')
  })
})

/** In a process of its own, because a test runner has descriptors of its own: prints the list as JSON. */
const PRINT = `
  import { childStdio } from './src/wrap/descriptors.ts'
  const jobserver = /--jobserver-auth=(\\S+)/u.exec(process.env.MAKEFLAGS ?? '')?.[1]
  process.stdout.write(JSON.stringify(childStdio(process.argv[2] ?? jobserver, 'linux')))
`

function testsOnLinux(): void {
  const env = { PATH: process.env.PATH ?? '' }
  const answer = async (shell: string) => {
    const file = script(PRINT)
    const { stdout, stderr } = await run('sh', ['-c', shell.replace('print', `"$0" "$1"`), process.execPath, file], {
      cwd: path.dirname(file),
      env,
    })
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  }
  const streams = ['inherit', 'inherit', 'inherit']

  test.each<[string, string, unknown]>([
    ['nothing open: nothing of Node’s own goes along', 'print', 'inherit'],
    ['a file', 'exec 3>log; print', [...streams, 3]],
    ['a file and a gap', 'exec 5>log; print', [...streams, 'ignore', 'ignore', 5]],
    ['a jobserver that nobody above has', 'print 3,4', 'inherit'],
  ])('%s', async (_name, shell, expected) => {
    expect(await answer(shell)).toEqual(expected)
  })

  test('a pipe of Node’s own that has the numbers by chance is not taken for a jobserver', async () => {
    const file = script(`
      import * as fs from 'node:fs'
      import { childStdio } from './src/wrap/descriptors.ts'
      const pipes = new Map()
      for (const name of fs.readdirSync('/proc/self/fd')) {
        if (Number(name) < 3) continue
        let link = ''
        try { link = fs.readlinkSync('/proc/self/fd/' + name) } catch {}
        if (link.startsWith('pipe:')) pipes.set(link, [...(pipes.get(link) ?? []), name])
      }
      const both = [...pipes.values()].find((ends) => ends.length === 2)
      process.stdout.write(JSON.stringify({ both, stdio: childStdio(both?.join(), 'linux') }))
    `)
    const { stdout } = await run(process.execPath, [file], { cwd: path.dirname(file), env })
    expect(JSON.parse(stdout)).toEqual({ both: [expect.any(String), expect.any(String)], stdio: 'inherit' })
  })

  test('the jobserver of a real make, at its own numbers', async () => {
    const file = script(PRINT)
    const folder = testdir({ Makefile: `all:\n\t+@"${process.execPath}" "${file}"\nplain:\n\t@"${process.execPath}" "${file}"\n` })
    const { stdout } = await run('make', ['-j3', 'all'], { cwd: folder, env })
    const named = /^(\d),(\d)$/u.exec(execFileSync('make', ['-j3', '-f', '-', 'x'], { input: MAKEFLAGS_OF }).toString().trim())
    const list = JSON.parse(stdout)
    expect(named?.slice(1).map((number) => list[Number(number)])).toEqual(named?.slice(1).map(Number))
    // Without + make closes it, and whatever has its numbers is not handed over.
    expect(JSON.parse((await run('make', ['-j3', 'plain'], { cwd: folder, env })).stdout)).toBe('inherit')
  })
}

const MAKEFLAGS_OF = 'x:\n\t+@printf "%s" "$$MAKEFLAGS" | sed -n "s/.*--jobserver-auth=//p"\n'

// /proc is Linux's own, so the rest is shown there only.
if (onLinux()) describe('on Linux, what a recipe opened reaches the child', testsOnLinux)
