import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { gnumakefile } from '../../../src/makefile/gnumakefile.ts'
import { hasPrograms } from '../../support/programs.ts'
import { filesUnder, type Scratch } from '../../support/scratch.ts'
import { canTrace, lastTrace, outcomes, seen, TRACERS, traced } from './traced.ts'

/** A makefile, words for make, and the targets that are traced; none where make runs another kind of shell. */
type Case = readonly [name: string, makefile: string, traced: readonly string[], words?: readonly string[]]

const CASES: readonly Case[] = [
  ['the default shell', 'a: b ; @echo $@ $$0 "$$#"\nb: ; @: a; echo "it\'s \\"quoted\\"" $$HOME `echo tick` $$(( 1 + 1 ))\n', ['a', 'b']],
  ['bash -eu', 'SHELL := /bin/bash -eu\na: ; @echo $$-; [[ a == a ]]; echo $$nosuch; echo not reached\n', ['a']],
  [
    'env bash with flags',
    'SHELL := /usr/bin/env bash\n.SHELLFLAGS := -eu -o pipefail -c\na: ; @echo $$- $$0; false | true; echo no\n',
    ['a'],
  ],
  ['a shell by its name alone', 'SHELL = bash\nX = $(shell echo $$0)\nY := $(shell echo y)\na: ; @echo $(X) $(Y) $$0\n', ['a']],
  ['override', 'override SHELL := /bin/bash\na: ; @[[ a == a ]] && echo yes\n', ['a']],
  ['.ONESHELL', '.ONESHELL:\na:\n\t@-x=1\n\t+echo $$x\n\tcd /\n\tpwd\n\texit 4\n', ['a']],
  ['.ONESHELL in bash, with a mistake', '.ONESHELL:\nSHELL := /bin/bash\na:\n\t@echo one\n\tnosuch-program\n\techo )\n', ['a']],
  ['.POSIX', '.POSIX:\na:\n\t@false; echo not reached\n', ['a']],
  ['define', 'define two\n@echo one\n@echo two $@\nendef\na: ; $(two)\n', ['a']],
  ['lines with - + @', 'a:\n\t-exit 3\n\t+@echo plus\n\t-@false; exit 1\n\t@echo on\n', ['a']],
  ['$$, quotes and continued lines', 'a:\n\t@echo "a  b" \\\n\t  \'c\\d\' $$$$ | sed "s/[0-9]*$$//"\n', ['a']],
  ['a failure', 'a: b ; @echo not reached\nb: ; @exit 7\n', ['b']],
  ['-k', 'all: a b c\na: ; @exit 1\nb: ; @exit 2\nc: ; @echo c\n', ['a', 'b', 'c'], ['-k']],
  ['-i', 'a:\n\t@exit 1\n\t@echo on\n', ['a'], ['-i']],
  ['-s and a line that is printed', 'a: ; echo hello >/dev/null; echo b\n', ['a'], ['-s']],
  [
    'a death by SIGKILL, and by SIGSEGV',
    'all: a b\na: ; @ulimit -c 0; kill -KILL $$$$\nb: ; @ulimit -c 0; kill -SEGV $$$$\n',
    ['a', 'b'],
    ['-k'],
  ],
  ['exit codes that look like signals', 'all: a b c\na: ; @exit 139\nb: ; @exit 130\nc: ; @exit 255\n', ['a', 'b', 'c'], ['-k']],
  ['a signal in a child of the shell', 'a: ; @sh -c "kill -TERM \\$$\\$$"; echo $$?\n', ['a']],
  ['an EXIT trap, and exec', "all: a b\na: ; @trap 'echo bye' EXIT; exit 5\nb: ; @echo b; exec sh -c 'exit 6'\n", ['a', 'b'], ['-k']],
  [
    'stderr closed, and descriptors of its own',
    'all: a b\na: ; @exec 2>&-; echo out\nb: ; @exec 9>nine 8>&1; echo eight >&8; echo nine >&9\n',
    ['a', 'b'],
  ],
  ['a mistake in the syntax', 'a: ; @echo a; if\n', ['a']],
  ['bash -x', 'SHELL := /bin/bash -x\na: ; @echo a; set +x; (exit 9)\n', ['a']],
  [
    'lines that need no shell',
    'a:\n\t@./said with  blanks a=b @x %y :z\n\t@expr 1 + 2\n\t@echo -n n\n\t@printf x,y\n\t@X=1 ./said\n\t@true\n',
    ['a'],
  ],
  ['stdin', 'a: ; @cat; read x || echo no more\n', ['a']],
  ['$(SHELL) in a recipe', "a: ; @$(SHELL) -c 'echo nested; exit 2' | cat; echo 'echo script $$1' >s.sh; $(SHELL) s.sh word\n", ['a']],
  ['the list of makefiles', 'include more.mk\na: ; @echo "$(MAKEFILE_LIST)" "$(lastword $(MAKEFILE_LIST))"\n', ['a']],
  ['no target', 'X := 1\n', []],
  ['a rule for anything', '%: ; @echo made $@\n', ['Makefile', 'thing'], ['-B', 'thing']],
  ['.DEFAULT', '.DEFAULT: ; @echo default $@\na: thing ; @echo a\n', ['a', 'thing']],
  ['warnings about variables', 'a: ; @echo $(nosuch) b\n', ['a'], ['--warn-undefined-variables']],
  ['a shell that is not there', 'SHELL := /nosuch/bash\na: ; @echo hi\n', []],
  ['a Python SHELL', 'SHELL := /usr/bin/env python3\na: ; @print("hi")\n', []],
  ["a target's own SHELL", 'a: SHELL := /usr/bin/python3\na: ; @print("hi")\nall: a b\nb: ; @echo b\n', ['b'], ['all']],
  ['export SHELL, whatever it shows', 'export SHELL\na: ; @env | grep -c "^SHELL="\n', ['a']],
  ['a sub-make', 'a: ; +@$(MAKE) --no-print-directory -f sub.mk x; echo after\n', ['a', 'x', 'y']],
  ['a sub-make in bash, in a folder', 'a: ; +@$(MAKE) --no-print-directory -C sub\n', ['a']],
  ['-j4', 'all: a b c d\na b c d: ; @for i in 1 2 3; do sleep 0.02; done\n', ['a', 'b', 'c', 'd'], ['-j4']],
  ['-j4 and a sub-make', 'all: a b\na b: ; +@$(MAKE) --no-print-directory -f sub.mk quiet-$@\n', ['a', 'b', 'quiet-a', 'quiet-b'], ['-j4']],
  ['-C and -f', 'nothing: ; @echo wrong file\n', ['z'], ['-C', 'sub', '-f', 'other.mk']],
  ['a makefile that is made first', 'include made.mk\na: ; @echo $(made)\nmade.mk: ; @echo "made := yes" >$@\n', ['a', 'made.mk']],
]

const FILES = {
  said: '#!/bin/sh\necho "$#: $*"\n',
  'no-program': 'echo x\n',
  'more.mk': 'more := 1\n',
  'sub.mk': 'x: y ; @echo "$@ [$(MAKEFILE_LIST)]"\ny: ; @echo $@ $$0\nquiet-%: ; @sleep 0.05\n%: ; @echo anything\n',
  'sub/Makefile': 'SHELL := /bin/bash\nall: ; @[[ a == a ]] && echo in sub\n',
  'sub/other.mk': 'z: ; @pwd | sed "s|.*/||"; echo "$(MAKEFILE_LIST)"\n',
}

describe.each(TRACERS)('with the tracer in %s', (kind) => {
  test.each(CASES)('%s: as without it', async (_name, makefile, names, words = []) => {
    if (!canTrace(kind) || (makefile.includes('/usr/bin/python3') && !hasPrograms('python3'))) return
    const at = await traced(kind, { makefile, files: FILES })
    const files = () => filesUnder(at.repo).filter((name) => !name.startsWith('.git/'))
    const clean = (before: readonly string[]) => {
      for (const name of files().filter((one) => !before.includes(one))) fs.rmSync(path.join(at.repo, name))
    }
    const before = files()
    const native = await at.make(words)
    const nativeFiles = files()
    clean(before)
    const wrapped = await at.wrap(['--', 'make', ...words])
    expect(seen(wrapped)).toEqual(seen(native))
    expect(files()).toEqual(nativeFiles)
    expect(await tracedTargets(at)).toEqual(names)
    expect(fs.readdirSync(at.tmp)).toEqual([])
  })

  test('two differences: who says that a program cannot be run, and what $(SHELL) is', async () => {
    if (!canTrace(kind)) return
    const makefile = 'a: ; @nosuch-program\nb: ; @./no-program\nc: ; @echo $(SHELL) | sed "s|.*tracer/[0-9a-f]*||"\n'
    const at = await traced(kind, { makefile, files: FILES })
    const missing = await at.wrap(['--', 'make', 'a'])
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^\/bin\/sh: .*not found\nmake: \*\*\* \[Makefile:1: a\] Error 127\n$/u),
    })
    const refused = await at.wrap(['--', 'make', 'b'])
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^\/bin\/sh: .*denied\nmake: \*\*\* \[Makefile:2: b\] Error 126\n$/u),
    })
    expect((await at.wrap(['--', 'make', 'c'])).stdout).toBe('/by-path/bin/sh\n')
  })

  test('the environment of a recipe has two more variables than without it', async () => {
    if (!canTrace(kind)) return
    const at = await traced(kind, { makefile: 'a: ; @env | cut -d= -f1 | sort | tr "\\n" " "\n' })
    const plain = (await at.tool(['wrap', '--', 'make'])).stdout.split(' ')
    const withTracer = (await at.wrap(['--', 'make'])).stdout.split(' ')
    expect(withTracer.filter((name) => !plain.includes(name))).toEqual(['MAKEFILES', 'SEND_METRICS_SPANS', 'TMPDIR'])
    expect(plain.filter((name) => !withTracer.includes(name))).toEqual([])
  })

  test('nor has it more where a makefile exports everything, or a make below it', async () => {
    if (!canTrace(kind)) return
    const makefile = 'export\na: ; @env | cut -d= -f1 | grep -i send_metrics_\nb: ; @$(MAKE) --no-print-directory a\n'
    const at = await traced(kind, { makefile })
    for (const goal of ['a', 'b'])
      expect((await at.wrap(['--', 'make', goal])).stdout.split('\n').sort()).toEqual(['', 'SEND_METRICS_INSIDE', 'SEND_METRICS_SPANS'])
  })

  test('outcomes: what failed, what an error did not stop, and what came after', async () => {
    if (!canTrace(kind)) return
    const makefile = 'all: a b c\na:\n\t@true; exit 1\n\t@echo not reached\nb:\n\t-@exit 1\n\t@echo on\nc: ; @echo c\n'
    const at = await traced(kind, { makefile })
    await at.wrap(['--', 'make', '-k'])
    expect(await outcomes(at)).toEqual(['a failure', 'b success', 'c success'])
  })

  test('a target of the explicit pattern is traced, too', async () => {
    if (!canTrace(kind)) return
    const at = await traced(kind, { makefile: 'impl-build: dep ; @echo built\ndep: ; @echo dep\n' })
    expect(await at.wrap(['build'])).toMatchObject({ code: 0, stdout: 'dep\nbuilt\n', stderr: '' })
    expect(await outcomes(at)).toEqual(['dep success', 'impl-build success'])
  })

  test('through a generated GNUmakefile, in a project that asks for spans', async () => {
    if (!canTrace(kind)) return
    const makefile = 'SHELL := /bin/bash\nall: one two\none two: ; @echo $@\n'
    const files = { GNUmakefile: gnumakefile({ makefile: 'Makefile', above: [] }) }
    const at = await traced(kind, { makefile, files, project: { spans: true } })
    expect(await at.make([])).toMatchObject({ code: 0, stdout: 'one\ntwo\n', stderr: '' })
    expect(await at.make(['two', 'one'])).toMatchObject({ code: 0, stdout: 'two\none\n', stderr: '' })
    expect((await lastTrace(at)).spans.map(({ target }) => target)).toEqual(['two', 'one'])
  })

  test('a run inside, with a tracer of its own or not', async () => {
    if (!canTrace(kind)) return
    const makefile = 'all:\n\t@send-metrics wrap --spans one\n\t@send-metrics wrap two\nimpl-one: ; @echo one\nimpl-two: ; @echo two\n'
    const at = await traced(kind, { makefile })
    expect(await at.wrap(['--', 'make'])).toMatchObject({ code: 0, stdout: 'one\ntwo\n', stderr: '' })
    const run = await lastTrace(at)
    expect(run.spans.map(({ target }) => target)).toEqual(['all', 'impl-two'])
    expect(run.spans.every(({ parent_id: parent }) => parent === run.run_id)).toBe(true)
    expect(run.runs).toMatchObject([
      { command: 'one', parent_run_id: run.run_id, spans: [{ target: 'impl-one' }] },
      { command: 'two', parent_run_id: run.run_id, spans: [] },
    ])
  })
})

async function tracedTargets(at: Scratch): Promise<string[]> {
  const { code, stdout } = await at.tool(['trace', '--json'])
  if (code !== 0) return []
  return (JSON.parse(stdout) as { spans: { target: string }[] }).spans.map(({ target }) => target).sort()
}
