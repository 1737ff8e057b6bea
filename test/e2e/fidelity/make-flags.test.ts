import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, BARE, shell, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

/** The line that gets everything right, and the same without us. */
const EXPLICIT = (target: string) => `${target}: ; +@send-metrics wrap --make "$(MAKE)" -f $(firstword $(MAKEFILE_LIST)) "$@"\n`
const EXPLICIT_BARE = (target: string) => `${target}: ; +@$(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST)) impl-${target}\n`

const IMPL = `.PHONY: show fail impl-show impl-fail
impl-show: old ; @echo 'flags=$(MAKEFLAGS)' 'var=$(value VAR)' 'level=$(MAKELEVEL)' 'cwd=$(notdir $(CURDIR))' 'env=$(FROM_ENV)'
	@echo "$$VAR"
impl-fail: ; @echo first; false
	@echo second
old: ; @echo made old
`
const makefiles = (rule: typeof WRAPPED) => ({ makefile: `FROM_ENV = makefile\n${rule('show')}${rule('fail')}${IMPL}` })

const COMMANDS = [
  'make -k show fail',
  'make -s show',
  'make -i fail',
  'make -B show',
  'make -f ./Makefile show',
  'make -w --no-print-directory show',
  'FROM_ENV=environment make -e show',
  'make -r -R show',
  "make 'VAR=a b' show",
  "make VAR='it\"s' show",
  "make 'VAR=$$HOME' show",
  "make 'VAR=x#y' show",
  "make 'VAR=a\\ b' show",
  'MAKEFLAGS=k make show',
  'MAKEFLAGS="s VAR=n" make show',
  'make -ks show fail',
  'make --warn-undefined-variables show',
  'make VAR=n -j1 show',
]

/** These make every make announce its directory; the line without us is then the simplest there is. */
const ANNOUNCING = ['make -C . show', 'make -w show', 'MAKELEVEL=3 make show']
const PLAIN = (target: string) => `${target}: ; @$(MAKE) impl-${target}\n`

describe("make's own flags", () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test.each(COMMANDS)('%s: the inner make sees what it would have seen', async (command) => {
    const bare = await shell(wrappedProject(there, makefiles(BARE)), command)
    const project = await agreedProject(there, makefiles(WRAPPED))
    const wrapped = await shell(project, command)
    expect(wrapped).toEqual(bare)
    expect(project.runs().length).toBeGreaterThan(0)
  })

  test.each(ANNOUNCING)('%s: directories are announced as often as without us', async (command) => {
    const pathless = (text: string) => text.replace(/'\/.*'/gu, 'HERE')
    const bare = await shell(wrappedProject(there, makefiles(PLAIN)), command)
    const wrapped = await shell(await agreedProject(there, makefiles(WRAPPED)), command)
    expect({ ...wrapped, stdout: pathless(wrapped.stdout) }).toEqual({ ...bare, stdout: pathless(bare.stdout) })
    expect(wrapped.stdout).toContain('make[')
  })

  test.each(['make -f other.mk show', 'make -f other.mk -s show', 'make -f other.mk "VAR=a b" show'])(
    '%s with the explicit line',
    async (command) => {
      const files = (rule: typeof WRAPPED) => ({ makefile: 'show: ; @echo wrong\n', files: { 'other.mk': makefiles(rule).makefile } })
      const bare = await shell(wrappedProject(there, files(EXPLICIT_BARE)), command)
      const wrapped = await shell(await agreedProject(there, files(EXPLICIT)), command)
      expect(wrapped).toEqual(bare)
      expect(wrapped.stdout).toContain('level=1')
    },
  )

  // Under these flags make prints or touches; a line with + runs all the same, and the inner make does its part.
  test.each([
    ['-n', 0],
    ['-q', 1],
    ['-t', 0],
    ['--dry-run', 0],
    ['-nk', 0],
  ])('%s runs through, and nothing is asked, recorded or sent', async (flag, code) => {
    const command = `make ${flag} show`
    const bare = await shell(wrappedProject(there, makefiles(EXPLICIT_BARE)), command)
    const project = await agreedProject(there, makefiles(EXPLICIT))
    const connections = there.connections
    const wrapped = await shell(project, command)
    const withoutTheLine = (text: string) => text.replace(/^(?:send-metrics|make) .*\n/u, '')
    expect({ ...wrapped, stdout: withoutTheLine(wrapped.stdout) }).toEqual({ ...bare, stdout: withoutTheLine(bare.stdout) })
    expect(wrapped.code).toBe(code)
    expect(project.runs()).toEqual([])
    expect(there.connections).toBe(connections)
  })

  test.each(['GNUMAKEFLAGS=-n send-metrics wrap show', 'send-metrics wrap show -- --to'])('%s is not recorded either', async (command) => {
    const project = await agreedProject(there, makefiles(WRAPPED))
    expect((await shell(project, command)).code).toBe(0)
    expect(project.runs()).toEqual([])
  })

  test.each(['VAR=n', 'FOO=--dry-run', 'VAR="a -n b"'])('a variable such as %s is no flag: the run is recorded', async (assignment) => {
    const project = await agreedProject(there, makefiles(WRAPPED))
    expect((await shell(project, `make ${assignment} show`)).code).toBe(0)
    expect(project.runs()).toHaveLength(1)
  })
})
