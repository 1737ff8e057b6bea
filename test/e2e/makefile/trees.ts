import type { Tree } from '../../support/side-by-side.ts'

/** A bit of everything that a goal may be. */
export const GOALS: Tree = {
  Makefile: `X ?= none
all: one two ; @echo all
one two: shared ; @echo $@ "$(X)"
shared: ; @echo shared >> log; echo shared
echoed: ; echo echoed
fail: ; @exit 3
false: ; false
needs: fail one ; @echo never
killed: ; @kill -9 $$$$
missing: ; @no-such-program-anywhere
ignored: ; -@exit 3
both: ; @echo out; echo err >&2
input: ; @cat
binary: ; @printf '\\000\\001\\377\\033'
env: ; @env | sort > env.txt
goals: ; @echo '$(MAKECMDGOALS)' '$(MAKEFILE_LIST)' '$(CURDIR)' '$(MAKELEVEL)' '$(.DEFAULT_GOAL)'
cond: ; @echo $(if $(filter cond,$(MAKECMDGOALS)),named,not named)
c++ a,b a@b a+b a^b über: ; @echo $@
file: ; @echo made > $@
dash--ed under_scored dot.ted: ; @echo $@
.PHONY: all one two shared fail false needs env
`,
}

/** What is made from files: patterns, chains, generated and included makefiles. */
export const FILES: Tree = {
  Makefile: `prog: a.o b.o ; cat $^ > $@
%.o: %.c config.h ; cp $< $@
config.h: ; echo h > $@
-include gen.mk
gen.mk: gen.in ; @echo making gen.mk; sed 's/^/G := /' $< > $@
shown: ; @echo "$(G)" $(words $(MAKEFILE_LIST))
%.x: %.y ; cp $< $@
%.y: %.z ; cp $< $@
.DELETE_ON_ERROR:
broken: ; @echo half > $@; exit 1
.SECONDEXPANSION:
second: $$(addsuffix .c,a b) ; @echo $^
VPATH = src
found: inner.c ; @echo $<
clean: ; rm -f prog *.o config.h
static: s1.out s2.out
s1.out s2.out: %.out: a.c ; cp $< $@
double:: ; @echo first
double:: ; @echo second
`,
  'a.c': 'a\n',
  'b.c': 'b\n',
  'c.z': 'z\n',
  'gen.in': 'value\n',
  'src/inner.c': 'inner\n',
}

/** Makes below a make, in the same folder and in others. */
export const RECURSION: Tree = {
  Makefile: `all: ; @$(MAKE) -C sub
self: ; @$(MAKE) leaf
quiet: ; @$(MAKE) --no-print-directory leaf
leaf: ; @echo leaf $(MAKELEVEL) "$(MAKEFLAGS)"
both: first second
first second: ; @$(MAKE) -C sub $@
deep: ; @$(MAKE) -C sub deep
fail: ; @$(MAKE) fail2
fail2: ; @exit 4
other: ; @$(MAKE) -f other.mk
cd: ; @cd sub && $(MAKE)
script: ; @./script
alone: ; @env -u MAKELEVEL -u MAKEFLAGS $(MAKE) leaf
.PHONY: all self quiet leaf both first second deep fail fail2 other cd script
`,
  'other.mk': 'other: ; @echo other "$(V)"\n',
  'sub/Makefile': `all: ; @echo sub $(MAKELEVEL) "$(V)"
first second: ; @echo sub $@
deep: ; @$(MAKE) -C .. leaf
`,
  script: '#!/bin/sh\nmake leaf; echo "script $?"\n',
}

/** What a makefile may say about itself and its shell. */
export const SETTINGS: Tree = {
  Makefile: `SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := second
include $(dir $(lastword $(MAKEFILE_LIST)))parts/part.mk
export FOO := from the makefile
define lines
echo line one
echo line two
endef
first: ; @echo first
second:
	@x=1
	[[ $$x == 1 ]] && echo "second in bash"
many: ; @$(lines)
pipe: ; @false | true
foo: ; @echo "$$FOO" "$(FOO)"
now := $(shell echo parsed >> parsed; echo now)
parsed: ; @wc -l < parsed
origin: ; @echo $(origin CC) $(origin FOO) $(origin MAKEFLAGS) $(origin SHELL) $(origin PATH) $(flavor CC)
target: PRIVATE = its own
target: ; @echo "$(PRIVATE)"
list: ; @echo "[$(MAKEFILE_LIST)]"
$(info [$(MAKEFILE_LIST)] [$(.DEFAULT_GOAL)] [$(MAKECMDGOALS)])
`,
  'parts/part.mk': 'part: ; @echo part "$(lastword $(MAKEFILE_LIST))"\n',
}

/** A rule for anything. */
export const ANYTHING: Tree = {
  Makefile: '%: force ; @echo making $@\nforce: ;\nMakefile: ;\nnamed: ; @echo named\n',
}
export const DEFAULT_RULE: Tree = { Makefile: 'known: ; @echo known\n.DEFAULT: ; @echo default for $@\n' }
export const LOWER_CASE: Tree = { makefile: 'all: ; @echo "lower case" "[$(MAKEFILE_LIST)]"\nfail: ; @false\n' }

/** Makefiles with a mistake in them. */
export const MISTAKES: Readonly<Record<string, Tree>> = {
  'no separator': { Makefile: 'all: ; @echo all\nnonsense\n' },
  'no rule': { Makefile: 'all: absent ; @echo all\n' },
  'a circle': { Makefile: 'all: b ; @echo all\nb: c ; @echo b\nc: b ; @echo c\n' },
  'an include that is missing': { Makefile: 'include absent.mk\nall: ; @echo all\n' },
  'an error of its own': { Makefile: '$(error stop here)\nall: ; @echo all\n' },
  'a warning': { Makefile: '$(warning look)\nall: ; @echo all\nall: ; @echo again\n' },
  'nothing in it': { Makefile: '' },
  'no target': { Makefile: 'X = 1\n' },
}

/** Makefiles that show recipes every variable that they have. */
export const EXPORTED: Tree = {
  Makefile: `export
env: ; @env | sort
sub: ; @$(MAKE) --no-print-directory env
`,
}
