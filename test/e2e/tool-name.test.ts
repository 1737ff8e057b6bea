import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { BIN, run } from '../support/cli.ts'
import { nobody } from '../support/raw-server.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

/** Each way in which a repository has the tool where nothing of it is on PATH, and what a person types there. */
const WAYS: readonly { readonly name: string; readonly put: (at: Scratch) => Promise<unknown>; readonly typed: string }[] = [
  { name: 'a copy in the repository', put: (at) => at.tool(['init', '--vendor', '--yes']), typed: '.send-metrics/bin/send-metrics' },
  {
    name: 'a package',
    put: async ({ repo }) => {
      fs.mkdirSync(path.join(repo, 'node_modules/.bin'), { recursive: true })
      fs.symlinkSync(BIN, path.join(repo, 'node_modules/.bin/send-metrics'))
      fs.writeFileSync(path.join(repo, 'package.json'), '{ "private": true }')
    },
    typed: 'npx send-metrics',
  },
]

const MAKEFILE = 'tool ?= node_modules/.bin/send-metrics\nbuild: ; @$(tool) wrap build\nimpl-build: ; @echo built\n'

describe.each(WAYS)('$name', ({ put, typed }) => {
  /** Such a repository, with a destination, and the PATH of somebody who has installed nothing. */
  async function placed(): Promise<Scratch & { readonly path: { readonly PATH: string } }> {
    const at = scratch({ to: await nobody(), makefile: MAKEFILE })
    await put(at)
    const tool = typed.startsWith('npx') ? {} : { tool: typed }
    return { ...at, path: { PATH: process.env.PATH ?? '', ...tool } }
  }

  test('the question and what follows it name what can be typed', async () => {
    const at = await placed()
    const screen = at.screen('make', ['-f', 'Makefile', 'build'], at.path)
    await screen.until('Your answer')
    expect(screen.raw()).toContain(`${typed} consent on, local or off`)
    screen.type('local\r')
    await screen.ended
    expect(screen.raw()).toContain(`Kept on this machine. See it: ${typed} log. Stop: ${typed} consent off`)
    const { code, stdout } = await run('sh', ['-c', `${typed} log`], { cwd: at.repo, env: { ...at.env, ...at.path } })
    expect([code, stdout]).toEqual([0, expect.stringContaining('build')])
  })

  test('so do errors', async () => {
    const at = await placed()
    const { stderr } = await at.tool(['consent', 'shwo'], at.path)
    expect(stderr).toContain('did you mean show?')
    expect((await at.tool(['consent', 'elsewhere'], at.path)).stderr).toContain(`see ${typed} consent --help`)
    fs.rmSync(path.join(at.repo, 'send-metrics.json'))
    expect((await at.tool(['consent'], at.path)).stderr).toContain(`to write one: ${typed} init`)
  })
})
