/** A makefile of some shape, in a folder of its own. */
export interface Shape {
  readonly name: string
  readonly files: Readonly<Record<string, string | Buffer>>
  /** Symbolic links: name and what they point to. */
  readonly links?: Readonly<Record<string, string>>
  /** What is found; `undefined` where that is not what the shape is about. */
  readonly targets?: readonly string[]
  /** What is made natively and with `init`, and has to come out the same. */
  readonly goals: readonly (readonly string[])[]
  /** Targets to rewrite; all in `goals` is run again after that. */
  readonly explicit?: readonly string[]
}

const PLAIN = '.PHONY: build test\nbuild:\n\t@echo built\ntest: build\n\t@echo tested\n'

/** Shapes that every way has to cope with. */
export const SHAPES: readonly Shape[] = [
  {
    name: 'tabs, and targets that depend on each other',
    files: { Makefile: PLAIN },
    targets: ['build', 'test'],
    goals: [['build'], ['test'], ['build', 'test'], []],
    explicit: ['build', 'test'],
  },
  {
    name: '.RECIPEPREFIX',
    files: { Makefile: '.RECIPEPREFIX = >\nbuild:\n>@echo built \\\n>  twice\n.RECIPEPREFIX =\ntest:\n\t@echo tested\n' },
    targets: ['build', 'test'],
    goals: [['build'], ['test'], []],
    explicit: ['build', 'test'],
  },
  {
    name: 'CRLF',
    files: { Makefile: PLAIN.replaceAll('\n', '\r\n') },
    targets: ['build', 'test'],
    goals: [['build'], ['test']],
    explicit: ['build', 'test'],
  },
  {
    name: 'no newline at the end',
    files: { Makefile: 'all: build\nbuild: ; @echo built' },
    targets: ['all', 'build'],
    goals: [['build'], []],
    explicit: ['build'],
  },
  {
    name: 'a backslash at the very end',
    files: { Makefile: 'build:\n\t@echo built\\\n' },
    targets: ['build'],
    goals: [['build']],
    explicit: ['build'],
  },
  {
    name: 'double-colon rules',
    files: { Makefile: 'build:: ; @echo one\nbuild:: ; @echo two\ntest:\n\t@echo tested\n' },
    targets: ['build', 'test'],
    goals: [['build'], ['test'], []],
    explicit: ['test'],
  },
  {
    name: 'static patterns and families',
    files: {
      Makefile: 'all: a-x a-y\na-x a-y: a-%:\n\t@echo a $*\ntest-%:\n\t@echo test $*\n%.o: %.c\n\t@echo no\nlint: ; @echo linted\n',
    },
    targets: ['a-x', 'a-y', 'all', 'lint', 'test-%'],
    goals: [['a-x'], ['test-unit'], ['lint'], []],
    explicit: ['test-%', 'lint'],
  },
  {
    name: 'define, call and eval',
    files: {
      Makefile:
        'define steps\n@echo one\n@echo two\nendef\ndefine rule\n$(1): ; @echo $(1) by eval\nbuild: fake\nendef\n$(eval $(call rule,made))\ntest:\n\t$(steps)\nbuild:\n\t@echo built\n',
    },
    targets: ['build', 'made', 'test'],
    goals: [['made'], ['test'], []],
    explicit: ['test'],
  },
  {
    name: 'included targets',
    files: {
      Makefile: 'include make/*.mk\nbuild: ; @echo built\n',
      'make/a.mk': '.PHONY: lint\nlint: ; @echo linted\ndocs: ; @echo docs\n',
    },
    targets: ['build', 'docs', 'lint'],
    goals: [['build'], ['lint'], ['docs'], []],
    explicit: ['build'],
  },
  {
    name: 'names with + and .',
    files: { Makefile: 'dev.up: ; @echo up\ndev-x.up: ; @echo x\nbuild+test:\n\t@echo both\nout.txt: dev.up\n\t@echo > $@\n' },
    targets: ['build+test', 'dev-x.up', 'dev.up'],
    goals: [['dev.up'], ['dev-x.up'], ['build+test'], ['out.txt'], []],
    explicit: ['dev.up', 'dev-x.up', 'build+test'],
  },
  {
    name: 'continuation lines',
    files: {
      Makefile: '.PHONY: build \\\n  test\nbuild: \\\n  first \\\n  second\n\t@echo built \\\n\t\twell\nfirst second test: ; @echo $@\n',
    },
    targets: ['build', 'first', 'second', 'test'],
    goals: [['build'], ['test'], []],
    explicit: ['build'],
  },
  {
    name: 'a Makefile that is a symbolic link',
    files: { 'make/main.mk': PLAIN },
    links: { Makefile: 'make/main.mk' },
    targets: ['build', 'test'],
    goals: [['build'], ['test']],
    explicit: ['build'],
  },
  {
    name: 'names in UTF-8, and bytes that are not',
    files: {
      makefile: Buffer.concat([Buffer.from('grün: ; @echo grün\nbuild:\n\t@echo built\n# '), Buffer.from([0xe4, 0xff]), Buffer.from('\n')]),
    },
    targets: ['build', 'grün'],
    goals: [['grün'], ['build'], []],
    explicit: ['grün', 'build'],
  },
  {
    name: 'a byte order mark',
    files: { Makefile: `\uFEFF${PLAIN}` },
    targets: ['build', 'test'],
    goals: [['build'], []],
    explicit: ['build'],
  },
  {
    name: 'conditionals',
    files: { Makefile: 'ifdef FAST\nbuild: ; @echo fast\nelse\nbuild: ; @echo slow\nendif\ntest: build\n\t@echo tested\n' },
    targets: ['build', 'test'],
    goals: [['build'], ['FAST=1', 'build'], ['test'], []],
    explicit: ['build', 'test'],
  },
  {
    name: 'target-specific variables and a second line of prerequisites',
    files: {
      Makefile: 'build: MODE = release\nbuild: export LEVEL = 3\nbuild:\n\t@echo $(MODE) $$LEVEL\nbuild: lint\nlint: ; @echo linted\n',
    },
    targets: ['build', 'lint'],
    goals: [['build'], []],
    explicit: ['build'],
  },
  {
    name: 'a list of help, and a rule for several targets',
    files: {
      Makefile:
        ".PHONY: help build test\nhelp: ## show this\n\t@sed -n 's/^\\([a-z]*\\):.*## /\\1 /p' $(firstword $(MAKEFILE_LIST))\nbuild test: ## do it\n\t@echo done\n",
    },
    targets: ['build', 'help', 'test'],
    goals: [['build'], ['test'], ['help']],
    explicit: ['build', 'test'],
  },
  {
    name: 'strict shells and .ONESHELL',
    files: {
      Makefile:
        'SHELL := /bin/bash\n.SHELLFLAGS := --norc -eu -o pipefail -c\n.ONESHELL:\nbuild:\n\t@one=1\n\techo $$one\ntest: build\n\t@echo tested\n',
    },
    targets: ['build', 'test'],
    goals: [['build'], ['test']],
    explicit: ['build', 'test'],
  },
  {
    name: 'makes side by side',
    files: {
      Makefile:
        '.PHONY: all a b sub-a sub-b a1 a2 b1 b2\nall: a b ; @echo all\na b: ; @$(MAKE) -s sub-$@\nsub-a: a1 a2\nsub-b: b1 b2\na1 a2 b1 b2: ; @sleep 0.1\n',
    },
    targets: ['a', 'a1', 'a2', 'all', 'b', 'b1', 'b2', 'sub-a', 'sub-b'],
    goals: [['-j4'], ['all']],
    explicit: ['all'],
  },
  {
    name: 'makes in other folders, which announce them',
    files: {
      Makefile: '.PHONY: build deep\nbuild:\n\t@$(MAKE) -C lib\ndeep: ; @$(MAKE) inner\ninner: ; @cd lib && $(MAKE)\n',
      'lib/Makefile': 'all: ; @echo lib $(MAKELEVEL)\n',
    },
    targets: ['build', 'deep', 'inner'],
    goals: [['build'], ['deep'], ['inner'], [], ['-w', 'build'], ['-kw', 'deep'], ['-C', '.', 'build'], ['-w', 'build', 'V=-w']],
    explicit: ['build', 'deep'],
  },
  {
    name: 'an include that has to be made',
    files: { Makefile: '-include gen.mk\nbuild:\n\t@echo built $(FROM)\ngen.mk:\n\t@echo remade >> remade; echo FROM = here > $@\n' },
    targets: ['build'],
    goals: [['build']],
    explicit: ['build'],
  },
]
