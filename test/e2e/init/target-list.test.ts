import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'

const listed = (at: InitProject): string[] => (JSON.parse(at.read('send-metrics.json')) as { targets: string[] }).targets

const manyOf = (start: string, count: number) => Array.from({ length: count }, (_one, at) => `${start}${at + 1}`)

describe('on the list is what people type', () => {
  test.each<[string, string, string[]]>([
    ['a path of this machine that is .PHONY', '.PHONY: $(CURDIR)/bin/gen\n$(CURDIR)/bin/gen: ; @echo\nbuild: ; @echo\n', ['build']],
    ['a family below this folder', '$(CURDIR)/out/%onf: ; @echo $@\nbuild: ; @echo\n', ['build']],
    ['this folder inside a name', 'DIR := gen-$(CURDIR)\n.PHONY: $(DIR)\n$(DIR): ; @echo\nbuild: ; @echo\n', ['build']],
    ['the root, an option, an underscore', '.PHONY: / -fsSL _sub\n/ -fsSL _sub: ; @echo\nbuild: ; @echo\n', ['build']],
    ['families of such names', '_build/%/x: ; @echo\n-%: ; @echo\n_%: ; @echo\nbuild: ; @echo\n', ['build']],
    ['a family of files', 'dist/%: ; @cp a $@\nout/%/x: src/% ; @echo\nrun/%: ; @echo run $*\n', ['run/%']],
    ['what does nothing', 'FORCE: ;\nnoop: ; @:\nnone: FORCE noop\nskip: ; @true\nlater: ; # to do\nbuild: FORCE ; @echo\n', ['build']],
    ['what does nothing by a variable', 'NOP = @:\nnoop: ; $(NOP)\nbuild: ; @echo\n', ['build']],
    ['targets that only need each other', 'a: b\nb: a\nbuild: ; @echo\n', ['build']],
    ['a family that does nothing', 'x-%: ; @:\nbuild: ; @echo\n', ['build']],
    ['a file of ours', '.PHONY: send-metrics.mk\nsend-metrics.mk: ; @echo\nbuild: ; @echo\n', ['build']],
    [
      'a file with an ending',
      'a.min.js: ; @./gen $@\nb.dat: ; @gen >$@\nc.dat: x ; @gen $< $@\nx: ; @echo\nd.dat: ; @tar cf $@ x\n%.dat: ; @touch $@\ne.dat:\n\t@echo\n\t@$(CC) -c -o$@\n',
      ['x'],
    ],
    [
      'a file that a recipe speaks of',
      'test-3.11 test-3.12: ; @echo tox -e $@\ntest-py3.11: ; @echo $@\n',
      ['test-3.11', 'test-3.12', 'test-py3.11'],
    ],
    [
      'a file that a recipe hands on',
      'deploy.eu deploy.us: ; @echo ./deploy $@\napi.test: ; @echo pytest tests/$@\n',
      ['api.test', 'deploy.eu', 'deploy.us'],
    ],
    ['a family of files with a dot', '%.logs: ; @echo kubectl logs $*\n%.o: ; @echo $@\nx.%.y: x.%.c ; @echo\n', ['%.logs']],
    ['the variables of what is no target', 'all: html\n\t@echo\nhtml: X = 1\n', ['all']],
  ])('and not %s', async (_what, makefile, expected) => {
    const at = initProject({ Makefile: makefile, a: '', html: '' })
    const before = at.tree()
    const used = () => at.make(expected[0]?.replace('%', 'one') ?? '', '-k')
    const native = await used()
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(listed(at)).toEqual(expected)
    expect(await used()).toEqual(native)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })
})

describe('what names a person or a machine is left off, and said so', () => {
  const ANNIKA = { USER: 'annika', LOGNAME: 'annika' }
  const HOST = os.hostname()
  const said = (names: string) => `send-metrics: left off the list, since ${names} in send-metrics.json\n`
  const COMPUTED =
    'build: ; @echo\nuser-$(shell echo $$USER) $(shell hostname)_up $(shell echo $$USER)annex: ; @echo $@\nannikaannex2: ; @echo\n'

  test('a login and a host name that make asked for', async () => {
    const at = initProject({ Makefile: COMPUTED }, { env: ANNIKA })
    const names = [`${HOST}_up`, 'annikaannex', 'user-annika'].sort().join(', ')
    expect(await at.init('--yes')).toMatchObject({
      code: 0,
      stderr: said(`they name you or this machine: ${names}; to list one, add it to "targets"`),
    })
    expect(listed(at)).toEqual(['annikaannex2', 'build'])
    // What is listed by hand is what the person wants.
    at.write('send-metrics.json', at.read('send-metrics.json').replace('"build"', `"build", "${HOST}_up"`))
    expect((await at.init('--yes')).stderr).toContain(
      said('they name you or this machine: annikaannex, user-annika; to list one, add it to "targets"'),
    )
    expect(listed(at)).toEqual(['annikaannex2', 'build', `${HOST}_up`])
  })

  test.each([
    ['seconds', 'db-migrate-$(shell date +%s)'],
    ['the day', 'db-$(shell date +%Y%m%d)'],
    ['a number by chance', 'db-$(shell od -An -N4 -tu4 /dev/urandom | tr -d " ")'],
  ])('a name of this moment: %s', async (_what, name) => {
    const at = initProject({ Makefile: `build $(firstword ${name})-up $(shell echo always): ; @echo\n` })
    const { code, stderr } = await at.init('--yes')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^send-metrics: left off the list, since make gives it another name each time: db-\S+\n$/u),
    })
    expect(listed(at)).toEqual(['always', 'build'])
  })

  test("git's name, the folder's path and the address of the repository", async () => {
    const at = initProject({
      Makefile:
        'D := $(subst /,_,$(CURDIR))\nR := $(subst /,-,$(subst :,-,$(shell git config remote.origin.url)))\nW := $(shell git config user.name | tr " " -)\nbuild up-$(W) db-$(R) x$(D): ; @echo\n',
    })
    at.git('config', 'user.name', 'Anna Berg')
    at.git('remote', 'add', 'origin', 'git@example.com:acme/shop.git')
    expect(await at.init('--yes')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('they name you or this machine: db-git@example'),
    })
    expect(listed(at)).toEqual(['build'])
  })

  test('the folder of a home, before families are folded', async () => {
    const at = initProject(
      { Makefile: 'build $(addprefix $(notdir $(HOME))-,$(shell seq 1 30)): ; @echo\n' },
      { env: { HOME: '/nowhere/annika' } },
    )
    const { stderr } = await at.init('--dry-run')
    expect(stderr).toContain('annika-1, annika-10, ')
    expect(stderr).not.toContain('families')
  })

  test.each([
    [
      'what the makefile itself names',
      'USERS := annika bob\n$(addprefix deploy-,$(USERS)): ; @echo\n',
      ANNIKA,
      ['deploy-annika', 'deploy-bob'],
    ],
    ['what goes by a common name', 'build user-$(shell echo $$USER): ; @echo\n', { USER: 'admin' }, ['build', 'user-admin']],
    ['a target called as the person is', 'test: ; @echo\nannika: ; @echo\n', ANNIKA, ['annika', 'test']],
  ])('but not %s', async (_what, Makefile, env, expected) => {
    const at = initProject({ Makefile }, { env })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(listed(at)).toEqual(expected)
  })

  test('a name that only a comment or an ignored makefile has is known to nobody else', async () => {
    const files = {
      Makefile: '# annika wrote this\n-include my.mk\nbuild $(MINE): ; @echo\n',
      '.gitignore': 'my.mk\n',
      'my.mk': 'MINE = annika-up\n',
    }
    const at = initProject(files, { env: ANNIKA })
    expect((await at.init('--yes')).stderr).toContain('it names you or this machine: annika-up;')
    expect(listed(at)).toEqual(['build'])
  })

  test('nor is a makefile from outside of the repository everybody’s', async () => {
    const at = initProject({ Makefile: 'include ../own.mk\nbuild $(MINE): ; @echo\n' }, { env: ANNIKA })
    fs.writeFileSync(path.join(at.folder, 'own.mk'), 'MINE = annika-up\n')
    expect((await at.init('--yes')).stderr).toContain('it names you or this machine: annika-up;')
  })

  test('where there is no other, nothing is written', async () => {
    const at = initProject({ Makefile: 'user-$(shell echo $$USER): ; @echo\n' }, { env: ANNIKA })
    const { code, stderr } = await at.init('--yes')
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/left off the list.*user-annika[\s\S]*has no target that a person would type/u),
    ])
  })
})

describe('many targets', () => {
  test('that begin or end alike are a family, before anything is cut', async () => {
    const makefile = `T := $(addprefix CLEAN--,$(shell seq 1 1200)) $(addsuffix -up,$(shell seq 1 30))\n.PHONY: all test $(T)\nall test $(T): ; @echo $@\n`
    const at = initProject({ Makefile: makefile })
    const before = at.tree()
    const native = await at.make('CLEAN--7')
    const { code, stderr } = await at.init('--yes')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'send-metrics: on the list as families: CLEAN--% (1,200 targets), %-up (30 targets)\n',
    })
    expect(listed(at)).toEqual(['%-up', 'CLEAN--%', 'all', 'test'])
    expect(await at.make('CLEAN--7')).toEqual(native)
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to do') })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('the narrowest family is taken, and a few stay as they are', async () => {
    const names = [...manyOf('lms-db-', 25), ...manyOf('lms-', 3), ...manyOf('web-', 19)]
    const at = initProject({ Makefile: `${names.join(' ')}: ; @echo $@\n` })
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(listed(at)).toEqual([...manyOf('lms-', 3), 'lms-db-%', ...manyOf('web-', 19)].sort())
  })

  test('where a list would be long, smaller families count', async () => {
    const names = manyOf('g', 40).flatMap((group) => manyOf(`${group}-${group}x`, 6))
    const at = initProject({ Makefile: `${names.join(' ')}: ; @echo $@\n` })
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(listed(at)).toEqual(
      manyOf('g', 40)
        .map((group) => `${group}-%`)
        .sort(),
    )
  })

  test('what does not fit is what the makefile does not write out', async () => {
    const makefile = `T := ${manyOf('service', 1200).join(' ')}\n.PHONY: all test zebra $(T)\nall test zebra $(T): ; @echo $@\n`
    const at = initProject({ Makefile: makefile })
    const { code, stderr } = await at.init('--yes')
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^send-metrics: 203 names found no place on the list and are reported as 'other': service\d+, .* and 198 others\n$/u,
    )
    expect(listed(at)).toHaveLength(1000)
    expect(listed(at)).toEqual(expect.arrayContaining(['all', 'test', 'zebra', 'service1']))
    expect(await at.make('all')).toMatchObject({ code: 0, stdout: 'all\n' })
  })

  test('long names do not make the project file longer than it may be', async () => {
    const at = initProject({ Makefile: `T := ${manyOf('x'.repeat(150), 900).join(' ')}\n.PHONY: all $(T)\nall $(T): ; @echo $@\n` })
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(fs.statSync(path.join(at.repo, 'send-metrics.json')).size).toBeLessThan(64 * 1024)
    expect(listed(at)).toContain('all')
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
  })
})

describe('a rule for any name', () => {
  const said = (rule: string) => `Makefile takes any name (${rule}): `

  test.each<[string, Record<string, string>, string, string[]]>([
    [
      'hands it to Sphinx',
      { Makefile: '.PHONY: help Makefile\nhelp: ; @echo help\n%: Makefile\n\t@echo sphinx-build -M $@ "source" "build"\n' },
      '%',
      ['help', 'html', 'linkcheck'],
    ],
    [
      'is .DEFAULT, for a makefile below',
      { Makefile: '.DEFAULT: ; @cd src && $(MAKE) --no-print-directory $@\n', 'src/Makefile': 'prog lint: ; @echo $@\n' },
      '.DEFAULT',
      ['lint', 'prog'],
    ],
    [
      'loops over folders',
      {
        Makefile: 'D := a b\n%: FORCE ; @for d in $(D); do $(MAKE) -s -C $$d $@; done\nFORCE: ;\nMakefile: ;\n',
        'a/Makefile': 'x: ; @echo\n',
        'b/Makefile': 'y: ; @echo\n',
      },
      '%',
      ['x', 'y'],
    ],
    [
      'is spoken of in the text',
      {
        Makefile:
          '# make docs - all pages\n# make sure that it works\nhelp:\n\t@echo "  pdf      one document"\n\t@echo "call `make web` now"\n%: FORCE ; @echo $@\nFORCE: ;\nMakefile: ;\nifeq ($(MAKECMDGOALS),quick)\nendif\nslow: X = 1\n',
      },
      '%',
      ['docs', 'help', 'pdf', 'quick', 'slow', 'web'],
    ],
    ['is all there is', { Makefile: '%: FORCE ; @echo $@\nFORCE: ;\nMakefile: ;\n' }, '%', []],
  ])('that %s', async (_what, files, rule, expected) => {
    const at = initProject(files)
    const before = at.tree()
    const used = () => at.make(expected.at(-1) ?? 'whatever')
    const native = await used()
    const { code, stderr } = await at.init('--yes')
    expect(code).toBe(0)
    expect(stderr).toContain(said(rule))
    expect(stderr).toMatch(/\nsend-metrics: % on the list reports all that is typed, typos and file names too\n$/u)
    expect(stderr.split('\n').every((line) => line.length <= 80)).toBe(true)
    if (files.Makefile?.includes('sphinx')) expect(listed(at)).toEqual(expect.arrayContaining(expected))
    else expect(listed(at)).toEqual(expected)
    expect(await used()).toEqual(native)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('is not one for files, nor one that does nothing', async () => {
    const at = initProject({ Makefile: '%: %.in ; cp $< $@\n%: ;\nbuild: ; @echo\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
  })

  test('is not spoken of where % is on the list', async () => {
    const at = initProject({
      Makefile: '%: FORCE ; @echo $@\nFORCE: ;\nMakefile: ;\n',
      'send-metrics.json': '{ "project": "P", "targets": ["%"] }\n',
    })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(listed(at)).toEqual(['%'])
  })
})

describe('called again', () => {
  const MORE = '.PHONY: build deploy test\nbuild deploy test: ; @echo $@\n'

  test('it adds what is new, and leaves off what a person took off', async () => {
    const at = initProject({ Makefile: MORE })
    await at.init('--yes')
    at.write('send-metrics.json', at.read('send-metrics.json').replace('"deploy", ', ''))
    at.write('Makefile', `${MORE}lint: ; @echo\n`)
    const { stdout, stderr } = await at.init('--dry-run')
    expect(stdout).toContain('+  "targets": ["build", "lint", "test"]')
    expect(stderr).toBe('send-metrics: deploy was taken off the list and stays off; to change that, edit send-metrics.json\n')
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(listed(at)).toEqual(['build', 'lint', 'test'])
    expect(await at.init('--explicit', 'deploy', '--dry-run')).toMatchObject({ code: 1 })
  })

  test.each<[string, string[], string[], string]>([
    ['the names that are new', ['--yes'], ['lint'], 'lint'],
    ['a few of many', ['--yes'], ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 others'],
    ['those that it is given', ['--yes', '--explicit', 'lint'], ['lint'], 'lint'],
  ])('--yes names %s', async (_what, options, names, said) => {
    const at = initProject({ Makefile: MORE, 'send-metrics.json': '{ "project": "P", "targets": ["build", "deploy", "test"] }\n' })
    at.write('Makefile', `${MORE}${names.join(' ')}: ; @echo\n`)
    const { code, stdout } = await at.init(...options)
    expect([code, stdout.split('\n')]).toEqual([0, expect.arrayContaining(['changed send-metrics.json', `new on the list: ${said}`])])
    expect((await at.init(...options)).stdout).not.toContain('new on the list')
  })

  test('so it does in another clone, by what git has seen', async () => {
    const at = initProject({ Makefile: MORE })
    await at.init('--yes')
    const commit = () => {
      at.git('add', '--all')
      at.git('-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '--quiet', '--message=more')
    }
    commit()
    at.write('send-metrics.json', at.read('send-metrics.json').replace('"deploy", ', ''))
    commit()
    const clone = path.join(at.folder, 'clone')
    at.git('clone', '--quiet', at.repo, clone)
    fs.appendFileSync(path.join(clone, 'Makefile'), 'lint: ; @echo\n')
    const ended = await run('send-metrics', ['init', '--yes'], { cwd: clone, env: at.env })
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('deploy was taken off the list') })
    expect(fs.readFileSync(path.join(clone, 'send-metrics.json'), 'utf8')).toContain('["build", "lint", "test"]')
  })

  test('after ./configure it adds what that has brought', async () => {
    const at = initProject({ Makefile: '-include config.mk\nall: ; @echo\n', configure: '#!/bin/sh\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining('./configure has not been run here') })
    at.write('config.mk', 'install check: ; @echo $@\n')
    at.write('config.status', '')
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(listed(at)).toEqual(['all', 'check', 'install'])
  })

  test.each<[string, string, boolean]>([
    ['a ./configure that somebody wrote, once it has run', '#!/bin/sh\necho A=1 >config.mk\n', false],
    ['one of autoconf, which leaves a file', '#!/bin/sh\ntouch config.status\n', true],
  ])('%s', async (_name, configure, said) => {
    const at = initProject({ Makefile: '-include config.mk\nall: ; @echo\n', configure, 'config.mk': '' })
    expect((await at.init('--yes')).stderr.includes('./configure has not been run here')).toBe(said)
  })

  test('without a Makefile yet it says when there will be one', async () => {
    const at = initProject({ configure: '#!/bin/sh\n', 'Makefile.in': 'all: ; @echo\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('call init once ./configure has written it') })
  })
})
