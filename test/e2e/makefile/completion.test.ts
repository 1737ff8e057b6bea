import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { cleanEnv } from '../../support/cli.ts'
import { needs } from '../../support/needs.ts'
import { SHELLS, type Shell } from '../../support/shells.ts'
import { type SideBySide, sideBySide, type Tree } from '../../support/side-by-side.ts'
import { type Terminal, terminal } from '../../support/terminal.ts'
import { isRunning } from '../../support/wrapped-project.ts'

const TREE: Tree = {
  Makefile: `CONFIG ?= debug
all: build test ; @echo all
build test lint: ; @echo $@
build-docs build-site: ; @echo $@
test-%: ; @echo $@
.hidden: ; @echo hidden
out/file.o: ; @mkdir -p out; touch $@
include parts.mk
.PHONY: all build test lint build-docs build-site
`,
  'parts.mk': 'from-part: ; @echo $@\n',
}
const ANYTHING: Tree = { Makefile: 'build named: ; @echo $@\n%: force ; @echo any $@\nforce: ;\nMakefile: ;\n' }

let place: SideBySide
const open: Terminal[] = []
beforeAll(async () => {
  place = await sideBySide()
})
afterEach(() => {
  for (const { pid } of open.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
})

/** The shell at its prompt, with completion loaded. */
async function atPrompt(shell: Shell, cwd: string): Promise<Terminal> {
  const screen = terminal(shell.name, shell.words, { cwd, env: cleanEnv(place.at.home, place.env), columns: 200, rows: 50 })
  open.push(screen)
  screen.type(`${shell.setUp}; echo is-''set-up\r`)
  await screen.until('is-set-up')
  return screen
}

/** All words on the screen after Tab, each once; `last` is waited for, since a shell with more to read does not draw. */
async function offered(shell: Shell, typed: string, last: string): Promise<string[]> {
  const screen = await atPrompt(shell, place.here)
  screen.type(`${typed}\t`)
  await screen.until(last)
  screen.type("\x15echo that-''was-all\r")
  await screen.until('that-was-all')
  const text = stripVTControlCharacters(screen.raw()).replace(/^[\s\S]*is-set-up/u, '')
  return [...new Set(text.split(/[\s()]+/u))].filter((word) => /^[\w.%/-]+$/u.test(word)).sort()
}

/** The line that Tab makes of one that has a single end, as `echo` before it prints it. */
async function completed(shell: Shell, typed: string, cwd: string): Promise<string | undefined> {
  const screen = await atPrompt(shell, cwd)
  screen.type(`${typed}\t\x01echo so: \r`)
  await screen.until(/^so: .*\r/mu)
  return /^so: (.*?)\s*$/mu.exec(stripVTControlCharacters(screen.raw()))?.[1]
}

describe.each(SHELLS)('completion in $name', (shell) => {
  const isThere = () => needs(`${shell.name} and its completions`, shell.isThere)

  test('of all targets: the same words as before, and our own file where files are offered', async () => {
    if (!isThere()) return
    place.put(TREE)
    const before = await offered(shell, 'make ', 'from-part')
    place.put(TREE, 'GNUmakefile')
    const after = await offered(shell, 'make ', 'from-part')
    expect(after.filter((word) => word !== 'GNUmakefile' || !shell.offersFiles)).toEqual(before)
    expect(after).toEqual(expect.arrayContaining(['all', 'build', 'test', 'lint', 'build-docs', 'build-site', 'from-part']))
  })

  test.each([
    ['make build-d', 'make build-docs', TREE],
    ['make fr', 'make from-part', TREE],
    ['make na', 'make named', ANYTHING],
    ['make -C here build-s', 'make -C here build-site', TREE],
  ])('of %s: as before', async (typed, line, tree) => {
    if (!isThere()) return
    const cwd = typed.includes('-C') ? place.at.repo : place.here
    for (const way of [undefined, 'GNUmakefile', 'include'] as const) {
      place.put(tree, way)
      expect([way, await completed(shell, typed, cwd)]).toEqual([way, line])
    }
  })
})
