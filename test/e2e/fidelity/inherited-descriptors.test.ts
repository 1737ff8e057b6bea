import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, shell, textOf } from '../../support/wrapped-project.ts'

describe('descriptors that a recipe opened', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test.each([3, 5, 9])('%i>file reaches the target', async (number) => {
    const makefile = `build: ; @send-metrics wrap "$@" ${number}>file\nimpl-build: ; @echo through >&${number}\n`
    const project = await agreedProject(there, { makefile })
    expect(await shell(project, 'make build')).toMatchObject({ code: 0, stderr: '' })
    expect(textOf(project, 'file')).toBe('through\n')
  })

  test('a file to read, and two at once, keep their numbers', async () => {
    const makefile = 'build: ; @send-metrics wrap "$@" 4<in 6>out\nimpl-build: ; @cat <&4 >&6\n'
    const project = await agreedProject(there, { makefile, files: { in: 'text\n' } })
    expect((await shell(project, 'make build')).code).toBe(0)
    expect(textOf(project, 'out')).toBe('text\n')
  })

  test('one end of a pipe reaches the target', async () => {
    const makefile = 'build: ; @{ send-metrics wrap "$@" 3>&1 >/dev/null; } | tr a-z A-Z\nimpl-build: ; @echo hidden; echo piped >&3\n'
    const project = await agreedProject(there, { makefile })
    expect(await shell(project, 'make build')).toMatchObject({ code: 0, stdout: 'PIPED\n' })
  })

  test('nothing of Node’s own reaches it: the target has the descriptors it would have without us', async () => {
    const list =
      'impl-list: ; @ls -l /proc/self/fd | grep -v "/proc/" | sed -e "s/.* \\([0-9]* ->.*\\)/\\1/" -e "s/\\[[0-9]*\\]//" | grep -v total\n'
    const project = await agreedProject(there, { makefile: list })
    const bare = await shell(project, 'make impl-list 7>seven')
    const wrapped = await shell(project, 'send-metrics wrap list 7>seven')
    expect(wrapped.stdout).toBe(bare.stdout)
    expect(wrapped.stdout).toContain('7 -> ')
    expect(fs.existsSync(path.join(project.repo, 'seven'))).toBe(true)
  })
})
