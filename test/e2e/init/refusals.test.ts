import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../../support/cli.ts'
import { initProject } from '../../support/init-project.ts'

const MAKEFILE = '.PHONY: build test\nbuild: ; @echo built\ntest: build\n\t@echo tested\n'

describe('--explicit refuses by name, with the reason, and writes nothing', () => {
  test.each([
    ['nope', 'Makefile has no such target', MAKEFILE],
    ['build', 'its rule uses $@, which would be impl-build', 'build:\n\t@echo $@\n'],
    ['build', 'its rule uses $@, which would be impl-build', 'say = echo $(@)\nbuild:\n\t@$(call say)\n'],
    ['build', 'it has a double-colon rule (::)', 'build:: ; @echo\n'],
    ['build', 'is one of a group (&:)', 'build other &: ; @echo\n'],
    ['a-x', 'it has a static pattern rule', 'a-x: a-%:\n\t@echo $*\n'],
    ['build', 'its rule is also that of test: name both', 'build test: ; @echo\n'],
    ['build', 'a variable or $(eval) makes its rule', 'NAME = build\n$(NAME): ; @echo\n'],
    ['build', 'a variable or $(eval) makes its rule', 'define rule\nbuild: ; @echo\nendef\n$(eval $(rule))\n'],
    ['build', 'its rule is in other.mk', 'include other.mk\n'],
    ['build', 'it is not .PHONY, and there is a file of its name', 'build: ; @echo\n# here\n'],
    ['app', 'it is not .PHONY, and makes a file of its name', 'app: ; cc -o app main.c\n'],
    ['build', 'there is a target impl-build already', 'build: ; @echo\nimpl-build: ; @echo\n'],
    ['build', 'it is listed under .SILENT', '.SILENT: build\nbuild: ; echo\n'],
    ['build', 'a makefile looks at MAKECMDGOALS', 'ifeq ($(MAKECMDGOALS),build)\nendif\nbuild: ; @echo\n'],
    ['test-%', 'it is a family with prerequisites', 'test-%: lint\n\t@echo $*\nlint: ; @echo\n'],
    ['build', 'its rules are in and outside of conditionals', 'build: ; @echo\nifdef X\nbuild: lint\nendif\nlint: ; @echo\n'],
    ['build', 'recipes are run by /usr/bin/python3, not by a shell', 'SHELL = /usr/bin/python3\nbuild: ; print(1)\n'],
    ['build,test', 'test cannot be rewritten: its recipe uses the names of its prerequisites', 'build: ; @echo\ntest: build\n\t@echo $^\n'],
  ])('%s: %s', async (names, reason, makefile) => {
    const files = { Makefile: makefile, 'other.mk': 'build: ; @echo\n', ...(makefile.includes('# here') ? { build: '' } : {}) }
    const at = initProject(files)
    const before = at.tree()
    const { code, stdout, stderr } = await at.init('--explicit', names, '--yes')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(reason)
    expect(stderr).toMatch(/^send-metrics: \S+ cannot be rewritten: .*\n(?:.*\n)*send-metrics: nothing was changed\n$/u)
    expect(at.tree()).toEqual(before)
  })
})

describe('init says what is wrong, where, and what to do, and writes nothing', () => {
  const cases: [string, Record<string, string>, string[], number, RegExp][] = [
    ['no makefile', { 'a.txt': '' }, ['--yes'], 1, /no GNUmakefile, makefile or Makefile in \S+\/shop, .*go to the folder/u],
    [
      'a mistake in the makefile',
      { Makefile: 'build:\n  @echo no tab\n' },
      ['--yes'],
      1,
      /make cannot read Makefile: Makefile:2: \*\*\* missing separator.*\nsend-metrics: nothing was changed\n$/u,
    ],
    ['a makefile that gives up', { Makefile: '$(error give me a version)\n' }, ['--yes'], 1, /Makefile:1: \*\*\* give me a version/u],
    ['nothing to measure', { Makefile: 'out/a: in/a\n\tcp $< $@\n' }, ['--yes'], 1, /Makefile has no target that a person would type/u],
    [
      'a GNUmakefile of somebody else',
      { GNUmakefile: MAKEFILE },
      ['--yes'],
      1,
      /a GNUmakefile of its own, which stays as it is; .*init --include/u,
    ],
    ['the same, to be printed', { GNUmakefile: MAKEFILE }, ['--print'], 1, /init --include/u],
    [
      'a project file that is no JSON',
      { Makefile: MAKEFILE, 'send-metrics.json': '{ "project": ' },
      ['--yes'],
      1,
      /send-metrics\.json:1:14: is not JSON: .*nothing was changed/u,
    ],
    [
      'a mistake in the project file',
      { Makefile: MAKEFILE, 'send-metrics.json': '{ "project": 1 }' },
      ['--yes'],
      1,
      /project is 1; allowed: the name people see/u,
    ],
    [
      'targets twice',
      { Makefile: MAKEFILE, 'send-metrics.json': '{ "targets": ["a"], "project": "P", "targets": ["b"] }' },
      ['--yes'],
      1,
      /has "targets" twice/u,
    ],
    ['nobody to ask', { Makefile: MAKEFILE }, [], 2, /--yes writes it, --dry-run shows it/u],
    ['an empty name', { Makefile: MAKEFILE }, ['--explicit', 'build,,test'], 2, /init --explicit build,test/u],
    ['two ways at once', { Makefile: MAKEFILE }, ['--explicit', 'build', '--include'], 2, /cannot be used with/u],
    ['undo and more', { Makefile: MAKEFILE }, ['--undo', '--vendor'], 2, /cannot be used with/u],
    ['nothing to undo', { Makefile: MAKEFILE }, ['--undo', '--yes'], 0, /nothing to undo/u],
  ]
  test.each(cases)('%s', async (_name, files, words, code, said) => {
    const at = initProject(files)
    const before = at.tree()
    const ended = await at.init(...words)
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' })
    expect(ended.stderr).toMatch(said)
    expect(at.tree()).toEqual(before)
  })

  test('a makefile further up: where it is', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'sub/a.txt': '' })
    const { code, stderr } = await sendMetrics(['init', '--yes'], { cwd: path.join(at.repo, 'sub'), env: at.env })
    expect(code).toBe(1)
    expect(stderr).toContain(`there is one in ${at.repo}: call init there`)
  })

  test('nobody to ask about --undo: how to take it back', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    const { code, stderr } = await at.init('--undo')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'send-metrics: nobody can be asked here; --yes takes it back, --dry-run shows it\n',
    })
  })

  test('no make', async () => {
    const at = initProject({ Makefile: MAKEFILE }, { env: { MAKE: 'no-such-make' } })
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot find 'no-such-make'") })
  })

  test('a file that cannot be written: the ones before it are put back', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    // Renamed onto at the end, which a folder does not allow.
    fs.mkdirSync(path.join(at.repo, 'send-metrics.mk'))
    const before = at.tree()
    const { code, stderr } = await at.init('--include', '--yes')
    expect(code).toBe(1)
    expect(stderr).toMatch(/cannot read \S*send-metrics\.mk: EISDIR/u)
    expect(at.tree()).toEqual(before)
  })

  test('a rule that make would run for a makefile is not run', async () => {
    const at = initProject({ Makefile: 'include gen.mk\nbuild: ; @echo built\ngen.mk: ; touch ran gen.mk\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(Object.keys(at.tree())).toEqual(['GNUmakefile', 'Makefile', 'send-metrics.json'])
  })
})
