import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'
import { eventually } from '../../support/patience.ts'
import { terminal } from '../../support/terminal.ts'

/** A makefile that collects the names of files, and how that is said of ours. */
interface Row {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly words?: readonly string[]
  readonly why: string
  /** What is measured all the same, rule by rule; undefined where the project file alone would be taken as well. */
  readonly explicit?: string
}

/** A makefile, the words for `init`, and the list in the makefile that the advice is about. */
type Advice = readonly [makefile: string, words: readonly string[], list: string]

const PARTS = '$(filter-out Makefile README.md,$(wildcard *))'
const SCRIPT = '#!/bin/sh\nexec git ls-files\n'
const OWN = { 'README.md': 'read\n', 'api/Makefile': 'all: ; @echo api\n' }

const TAKEN: readonly Row[] = [
  {
    name: 'every file is a target',
    files: { ...OWN, Makefile: `default: ; @echo default\nPARTS := ${PARTS}\n.PHONY: $(PARTS)\n$(PARTS): ; @$(MAKE) -s -C $@ all\n` },
    why: 'GNUmakefile cannot be put here: Makefile:4 takes it for a target',
    explicit: 'default',
  },
  {
    name: 'what a shell lists is a target, and all of it is made',
    files: { Makefile: 'ALL := $(shell ls | grep -v Makefile)\n.PHONY: $(ALL)\nall: $(ALL)\n$(ALL): ; @echo in docker $@\n', web: '' },
    why: 'send-metrics.json cannot be put here: all in Makefile would have it made',
  },
  {
    name: 'every file is .PHONY',
    files: { Makefile: '.PHONY: $(wildcard *)\nbuild: ; @echo built\n' },
    why: 'GNUmakefile cannot be put here: Makefile lists it under .PHONY',
    explicit: 'build',
  },
  {
    name: 'a target needs every file',
    files: { Makefile: '.PHONY: pack\npack: $(wildcard *)\n\t@echo packed\n' },
    why: 'GNUmakefile cannot be put here: pack in Makefile needs it',
    explicit: 'pack',
  },
  {
    name: 'names are made of the names of files',
    files: { ...OWN, Makefile: `clean: $(addprefix clean-,${PARTS})\nclean-%: ; @echo cleaned $*\nlint: ; @echo linted\n` },
    why: 'GNUmakefile cannot be put here: clean in Makefile would need clean-GNUmakefile because of it',
  },
  {
    name: 'a target for each JSON file',
    files: { Makefile: 'all: $(patsubst %.json,%.html,$(wildcard *.json))\n\t@echo all\n%.html: %.json\n\t@echo html > $@\n' },
    why: 'send-metrics.json cannot be put here: all in Makefile would need send-metrics.html because of it',
  },
  {
    name: 'a makefile that includes a GNUmakefile where there is one',
    files: { Makefile: '-include $(wildcard GNUmakefile)\nbuild: ; @echo built\n' },
    why: 'GNUmakefile cannot be put here: Makefile includes it',
    explicit: 'build',
  },
  {
    name: 'every .mk is included',
    files: { Makefile: 'include $(wildcard *.mk)\nbuild: ; @echo built\n', 'a.mk': 'A := 1\n' },
    words: ['--include'],
    why: 'send-metrics.mk cannot be put here: Makefile includes it',
    explicit: 'build',
  },
  {
    name: 'every .mk is included by a GNUmakefile',
    files: { GNUmakefile: 'include *.mk\nbuild: ; @echo built\n', 'a.mk': 'A := 1\n' },
    words: ['--include'],
    why: 'send-metrics.mk cannot be put here: GNUmakefile includes it',
    explicit: 'build',
  },
  {
    name: 'every .mk is a target',
    files: { Makefile: 'build: ; @echo built\nMK := $(wildcard *.mk)\n.PHONY: $(MK)\n', 'a.mk': '' },
    words: ['--include'],
    why: 'send-metrics.mk cannot be put here: Makefile lists it under .PHONY',
    explicit: 'build',
  },
  {
    name: 'what git tracks is a target, once it is committed',
    files: {
      Makefile: 'F := $(shell git ls-files | grep -v Makefile$$)\n.PHONY: all $(F)\nall: $(F)\n$(F): ; @echo in docker $@\n',
      web: '',
    },
    why: 'GNUmakefile cannot be put here: Makefile:4 takes it for a target',
  },
  {
    name: 'what the last commit has is a target',
    files: { Makefile: 'F := $(shell git ls-tree --name-only HEAD)\n.PHONY: $(F)\nlint: ; @echo linted\n', web: '' },
    why: 'GNUmakefile cannot be put here: Makefile lists it under .PHONY',
    explicit: 'lint',
  },
  {
    name: 'a script asks git',
    files: { Makefile: 'F := $(shell sh ./list)\n.PHONY: $(F)\nlint: ; @echo linted\n', list: SCRIPT },
    why: 'GNUmakefile cannot be put here: Makefile lists it under .PHONY',
    explicit: 'lint',
  },
  {
    name: 'each folder is made, hidden ones too',
    files: { Makefile: 'D := $(wildcard */ .*/)\n.PHONY: all $(D)\nall: $(D)\nlint: ; @echo linted\n$(D): ; @echo $@\n', 'web/a': '' },
    words: ['--vendor'],
    why: '.send-metrics cannot be put here: all in Makefile would have it made',
  },
  {
    name: 'a recipe goes to each of the folders that a list has',
    files: {
      ...OWN,
      Makefile: `SUBDIRS := ${PARTS}\nall: ; @for d in $(SUBDIRS); do $(MAKE) -s -C $$d all || exit 1; done\nlint: ; @echo linted\n`,
    },
    why: 'GNUmakefile cannot be put here: all in Makefile takes it for one of its own',
  },
  {
    name: 'a recipe has a shell list what it goes to',
    files: { ...OWN, Makefile: 'all: ; @for d in $(shell ls | grep -v "Makefile$$\\|\\.md"); do (cd $$d && echo $$d) || exit 1; done\n' },
    words: [],
    why: 'send-metrics.json cannot be put here: all in Makefile takes it for one of its own',
  },
  {
    name: 'a loop builds each folder',
    files: {
      'api/run': '',
      Makefile: 'DIRS = $(filter-out Makefile,$(wildcard *))\nall: ; @for d in $(DIRS); do ls $$d/run || exit 1; done\n',
    },
    why: 'GNUmakefile cannot be put here: all in Makefile takes it for one of its own',
  },
  {
    name: 'a recipe makes what names of files are made to',
    files: {
      ...OWN,
      Makefile: 'LINTS = $(addprefix lint-,$(shell ls))\nlint: ; @$(MAKE) -s $(LINTS)\nlint-api lint-Makefile lint-README.md: ; @echo $@\n',
    },
    why: 'GNUmakefile cannot be put here: lint in Makefile takes lint-GNUmakefile, which it makes of it, for one of its own',
  },
  {
    name: 'prerequisites are expanded a second time',
    files: { 'a-file': '', Makefile: '.SECONDEXPANSION:\nall: $$(wildcard *file*)\n\t@echo $^\n' },
    why: 'GNUmakefile cannot be put here: all in Makefile needs it',
    explicit: 'all',
  },
  {
    name: 'a recipe calls make for every file of a kind',
    files: { 'a.json': '', Makefile: 'all: ; @for f in $(patsubst %.json,%,$(wildcard *.json)); do $(MAKE) -s $$f; done\na: ; @echo a\n' },
    why: 'send-metrics.json cannot be put here: all in Makefile takes send-metrics, which it makes of it, for one of its own',
  },
]

/** How the advice is taken: what it says to write in place of the list. */
const ADVICE: readonly Advice[] = [
  ['.PHONY: $(wildcard *)\nbuild: ; @echo built\n', [], '$(wildcard *)'],
  ['.PHONY: ${wildcard ./GNU*}\nbuild: ; @echo built\n', [], '${wildcard ./GNU*}'],
  ['F := $(shell ls | sed -e "s/(x)/y/")\n.PHONY: $(F)\nbuild: ; @echo built\n', [], '$(shell ls | sed -e "s/(x)/y/")'],
  ['F := $(shell git ls-files | grep -v "^web")\n.PHONY: $(F)\nbuild: ; @echo built\n', [], '$(shell git ls-files | grep -v "^web")'],
  ['D := $(wildcard */ .*/)\nall: $(D)\n.PHONY: $(D)\n$(D): ; @echo $@\n', ['--vendor'], '$(wildcard */ .*/)'],
  ['F := $(shell find . -name "GNU*")\n.PHONY: $(F)\nbuild: ; @echo built\n', [], '$(shell find . -name "GNU*")'],
  ['include $(wildcard *.mk)\nbuild: ; @echo built\n', ['--include'], '$(wildcard *.mk)'],
  ['D := $(wildcard *)\nall: ; @for d in $(D); do $(MAKE) -C $$d; done\nbuild: ; @echo built\n', [], '$(wildcard *)'],
  [
    "F := $(shell git ls-files | sed 's/^/.fmt\\//')\nfmt: $(F)\n.PHONY: $(F)\n$(F): ; @echo $@\n",
    [],
    "$(shell git ls-files | sed 's/^/.fmt\\//')",
  ],
  [
    "F := $(shell find . -type f -not -path './.git/*' | sed 's,^./,,')\nall: $(addsuffix .z,$(F))\n%.z: ; @echo $@\n",
    ['--vendor'],
    "$(shell find . -type f -not -path './.git/*' | sed 's,^./,,')",
  ],
  ['F := $(wildcard $(abspath .)/*)\n.PHONY: $(F)\nbuild: ; @echo built\n', [], '$(wildcard $(abspath .)/*)'],
]

describe("a file of ours that the makefile's rules would take is not put there", () => {
  test.each(TAKEN.map((row) => [row.name, row] as const))('%s', async (_name, { files, words = [], why, explicit }) => {
    const at = initProject(files)
    const before = at.tree()
    const refused = await at.init(...words, '--yes')
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(why) })
    expect(refused.stderr).toMatch(/leave it out there(?:, as in|: put) .*\n(?:.*\n)?send-metrics: nothing was changed\n$/u)
    expect(at.tree()).toEqual(before)
    const offered = /init --explicit (\S+)\n/u.exec(refused.stderr)?.[1]
    expect(offered).toBe(explicit)
    if (offered === undefined) return
    const native = await at.make(offered)
    expect(await at.init('--explicit', offered, '--yes')).toMatchObject({ code: 0 })
    expect(await at.make(offered)).toEqual(native)
    expect(await at.make('-n', offered)).toMatchObject({ code: 0 })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test.each<[string, string]>([
    ['lists what is no file of ours', '.PHONY: $(wildcard *.c)\nbuild: ; @echo built\n'],
    ['says that there is nothing to do for it', 'GNUmakefile Makefile: ;\nbuild: ; @echo built\n'],
    ['needs a file that it does not make', 'build: $(wildcard *.json) ; @echo built\n'],
    ['would make anything', '%: force ; @echo $@\nforce: ;\nMakefile: ;\nbuild: ; @echo built\n'],
  ])('a makefile that %s is measured', async (_name, makefile) => {
    const at = initProject({ Makefile: makefile })
    const native = await at.make('build')
    const before = at.tree()
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(await at.make('build')).toEqual(native)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test.each(ADVICE)('the advice for %j fits it, and works', async (makefile, words, list) => {
    const at = initProject({ Makefile: makefile, 'web/a': '' })
    const refused = await at.init(...words, '--yes')
    expect(refused).toMatchObject({ code: 1 })
    const advice = /as in (\$\(filter-out .*\))\n/u.exec(refused.stderr)?.[1] ?? 'none'
    expect(advice.endsWith(`,${list})`)).toBe(true)
    at.write(
      'Makefile',
      makefile.replace(list, () => advice),
    )
    expect(await at.init(...words, '--yes')).toMatchObject({ code: 0 })
  })

  test('in a folder whose list has names from above, the advice has them as the list does', async () => {
    const makefile = 'F := $(shell cd .. && git ls-files)\nall: $(addprefix fmt-,$(F))\nfmt-%: ; @echo $@\n'
    const at = initProject({ 'pkg/Makefile': makefile })
    const init = () => sendMetrics(['init', '--yes'], { cwd: path.join(at.repo, 'pkg'), env: at.env })
    const { stderr } = await init()
    const advice = /as in (\$\(filter-out .*\))\n/u.exec(stderr)?.[1]
    expect(advice).toBe('$(filter-out pkg/GNUmakefile pkg/send-metrics.json,$(shell cd .. && git ls-files))')
    at.write(
      'pkg/Makefile',
      makefile.replace('$(shell cd .. && git ls-files)', () => advice ?? ''),
    )
    expect(await init()).toMatchObject({ code: 0 })
  })

  test('a recipe that works on every file of a kind does so on ours, which is said', async () => {
    const at = initProject({ Makefile: 'fmt: ; @cat $(wildcard *.json) >/dev/null && echo formatted\n', 'a.json': '{}\n' })
    const native = await at.make('fmt')
    const { code, stderr } = await at.init('--yes')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'send-metrics: send-metrics.json: fmt in Makefile works on it as on every file that it lists; leave it out there, as in $(filter-out send-metrics.json,$(wildcard *.json))\n',
    })
    expect(await at.make('fmt')).toEqual(native)
    const { stdout } = await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
    expect(stdout).toContain('send-metrics.json: fmt in Makefile works on it as on every file that it lists')
  })

  test('no command in a recipe runs to find out what its list holds', async () => {
    const at = initProject({
      Makefile:
        'D = $(shell touch ran; ls)\nE = $(shell ls | sed "s/a/b/w ran")\nall: ; @for d in $(D) $(E) $(shell ls; rm -f kept) $(shell find . -exec touch ran \\;); do $(MAKE) -C $$d; done\n',
      kept: '',
    })
    await at.init('--yes')
    expect(Object.keys(at.tree())).toEqual(expect.not.arrayContaining(['ran']))
    expect(Object.keys(at.tree())).toContain('kept')
  })

  test('where only the name GNUmakefile is taken and no rule can be rewritten, three lines are offered, and work', async () => {
    const at = initProject({ Makefile: '.PHONY: $(wildcard GNU*)\n$(foreach name,a b,$(eval $(name): ; @echo $(name)))\n' })
    const native = await at.make('a')
    const { stderr } = await at.init('--yes')
    expect(stderr).toMatch(/or add three lines to the makefile in its place: .*send-metrics init --include\n/u)
    expect(await at.init('--include', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(await at.make('a')).toEqual(native)
  })

  test('what git lists for one person alone is not asked about, and nothing in the checkout is touched', async () => {
    const at = initProject({ Makefile: 'F := $(shell git ls-files)\n.PHONY: $(F)\nbuild: ; @echo built\n' })
    const state = () => [at.git('status', '--porcelain'), at.git('rev-parse', 'HEAD'), at.git('count-objects', '-v'), at.git('fsck')]
    const before = state()
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('GNUmakefile cannot be put here') })
    expect(state()).toEqual(before)
    expect(await at.init('--local', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(await at.make('build')).toMatchObject({ code: 0, stdout: 'built\n' })
    expect((await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })).stdout).toContain('Makefile takes no file of ours for its own')
  })

  test.each([
    ['before the first commit', ['update-ref', '-d', 'HEAD']],
    ['with a split index', ['update-index', '--split-index']],
    ['with HEAD detached', ['checkout', '--quiet', '--detach']],
  ])('git is asked %s', async (_name, words) => {
    const at = initProject({ Makefile: 'F := $(shell git ls-files)\n.PHONY: $(F)\nbuild: ; @echo built\n' })
    at.git(...words)
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('Makefile lists it under .PHONY') })
  })

  test('a makefile that is read on a branch only is asked all the same', async () => {
    const at = initProject({ Makefile: '$(if $(shell git symbolic-ref HEAD),,$(error not on a branch))\nbuild: ; @echo built\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
  })

  test('left out where the names are collected, it is measured', async () => {
    const leftOut = '$(filter-out Makefile README.md GNUmakefile send-metrics.json,$(wildcard *))'
    const at = initProject({ ...OWN, Makefile: `all: ${leftOut}\n.PHONY: ${leftOut}\n${leftOut}: ; @$(MAKE) -s -C $@ all\n` })
    const native = await at.make('all')
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(await at.make('all')).toEqual(native)
  })

  test('of the copy of the tool, what is only needed may be there, and what would be made may not', async () => {
    const scripts = '$(shell find . -name "*.js")'
    const needed = initProject({ Makefile: `lint: ${scripts} ; @echo linted\n`, 'a.js': '' })
    expect(await needed.init('--vendor', '--yes')).toMatchObject({ code: 0, stderr: '' })
    const made = initProject({ Makefile: `format: ${scripts}\n.PHONY: ${scripts}\n${scripts}: ; @echo formatted $@\n`, 'a.js': '' })
    const before = made.tree()
    expect(await made.init('--vendor', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('.send-metrics cannot be put here'),
    })
    expect(made.tree()).toEqual(before)
  })

  test('no recipe runs to find out', async () => {
    const at = initProject({ Makefile: 'ALL := $(wildcard *)\n.PHONY: $(ALL)\n$(ALL): ; +@touch ran; $(MAKE) --version > ran\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 1 })
    expect(Object.keys(at.tree())).toEqual(['Makefile'])
  })
})

describe('the file that is put there to ask', () => {
  /** make finds it, says so, and goes on once it is gone. */
  const WAITS =
    'X := $(shell if [ -e GNUmakefile ]; then touch ../asked; while [ -e GNUmakefile ]; do sleep 0.05; done; fi)\nall: ; @echo\n'
  const asked = (folder: string) => fs.existsSync(path.join(folder, 'asked'))

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is gone after %s, of which init dies', async (signal) => {
    const at = initProject({ Makefile: WAITS })
    const before = at.tree()
    const ended = sendMetrics(['init', '--yes'], {
      cwd: at.repo,
      env: at.env,
      started: (child) => void eventually('make looks at the file', () => asked(at.folder)).then(() => child.kill(signal)),
    })
    expect(await ended).toMatchObject({ code: null, signal, stdout: '' })
    expect(at.tree()).toEqual(before)
  })

  test('is gone after Ctrl-C', async () => {
    const at = initProject({ Makefile: WAITS })
    const before = at.tree()
    const screen = terminal('send-metrics', ['init'], { cwd: at.repo, env: at.env })
    await eventually('make looks at the file', () => asked(at.folder))
    screen.type('\u0003')
    await screen.ended
    expect(at.tree()).toEqual(before)
  })

  test('left behind by kill -9, it does what make would, and is nothing to go back to', async () => {
    const at = initProject({ Makefile: WAITS.replace('all: ; @echo', 'all: ; @echo built') })
    const native = await at.make('all')
    const before = at.tree()
    const killed = sendMetrics(['init', '--yes'], {
      cwd: at.repo,
      env: at.env,
      started: (child) => void eventually('make looks at the file', () => asked(at.folder)).then(() => child.kill('SIGKILL')),
    })
    // make goes on for as long as the file is there.
    expect(await killed).toMatchObject({ signal: 'SIGKILL' })
    const left = at.read('GNUmakefile')
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    at.git('clean', '--quiet', '--force')
    at.write('Makefile', 'all: ; @echo built\n')
    at.write('GNUmakefile', left)
    expect(await at.make('all')).toEqual(native)
    expect(await at.make()).toEqual(native)
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(at.read('GNUmakefile')).not.toBe(left)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree())).toEqual(Object.keys(before))
    at.write('GNUmakefile', left)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree())).toEqual(Object.keys(before))
  })

  test('is gone after --dry-run, and is not there for --print', async () => {
    const at = initProject({ Makefile: '.PHONY: build\nbuild: ; @echo\n$(info $(wildcard GNU*))\n' })
    const before = at.tree()
    expect(await at.init('--dry-run')).toMatchObject({ code: 0 })
    expect(await at.init('--print')).toMatchObject({ code: 0 })
    expect(at.tree()).toEqual(before)
  })
})

describe('doctor', () => {
  test('says before the commit what the commit would bring', async () => {
    const at = initProject({ Makefile: 'build: ; @echo built\n' })
    await at.init('--yes')
    at.write('Makefile', '.PHONY: $(shell git ls-files)\nbuild: ; @echo built\n')
    await at.tool('consent', 'local')
    const { code, stdout } = await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
    expect(code).toBe(1)
    expect(stdout).toContain('GNUmakefile is in the way here: Makefile lists it under .PHONY')
  })

  test('says what the makefile has come to take since', async () => {
    const at = initProject({ Makefile: 'build: ; @echo built\n' })
    await at.init('--yes')
    const doctor = () => sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
    expect((await doctor()).stdout).toContain('Makefile takes no file of ours for its own')
    at.write('Makefile', '.PHONY: $(wildcard *)\nbuild: ; @echo built\n')
    const { code, stdout } = await doctor()
    expect(code).toBe(1)
    expect(stdout).toMatch(/PROBLEM {2}rules: +GNUmakefile is in the way here: Makefile lists it under \.PHONY\n +do: leave it out there/u)
    expect(await at.init('--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/GNUmakefile is in the way here[\s\S]*init --undo\n/u),
    })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0 })
  })

  test.each<[string, (at: InitProject) => void, RegExp]>([
    [
      'a mistake in it',
      (at) => at.write('Makefile', 'build:\n  @echo no tab\n'),
      /rules: +make cannot read Makefile: Makefile:2: \*\*\* missing separator\. +Stop\.\n +do: mend Makefile; until then no target runs/u,
    ],
    [
      'a link without an end',
      (at) => {
        fs.rmSync(path.join(at.repo, 'Makefile'))
        fs.symlinkSync('nowhere', path.join(at.repo, 'Makefile'))
      },
      /rules: +\S+\/Makefile is a link that leads nowhere\n +do: rm \S+\/Makefile\n/u,
    ],
    [
      'a folder in its place',
      (at) => {
        fs.rmSync(path.join(at.repo, 'Makefile'))
        fs.mkdirSync(path.join(at.repo, 'Makefile'))
      },
      /rules: +\S+\/Makefile is a folder, not a file\n +do: mv /u,
    ],
  ])('tells of a makefile that nobody can read: %s', async (_name, spoilIt, problem) => {
    const at = initProject({ Makefile: 'build: ; @echo built\n' })
    await at.init('--yes')
    spoilIt(at)
    const { code, stdout } = await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
    expect([code, stdout.match(/nothing was changed/u)]).toEqual([1, null])
    expect(stdout).toMatch(problem)
  })

  test('an explicit line in a makefile that cannot be read is not said to be missing', async () => {
    const at = initProject({ Makefile: 'build: ; @echo built\n' })
    await at.init('--explicit', 'build', '--yes')
    fs.rmSync(path.join(at.repo, 'Makefile'))
    fs.symlinkSync('nowhere', path.join(at.repo, 'Makefile'))
    const { code, stdout } = await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^PROBLEM +makefile: +\S+\/Makefile is a link that leads nowhere\n +do: rm /mu),
    ])
    expect(stdout).not.toContain('does not call')
  })
})
