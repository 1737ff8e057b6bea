/** The copy that `init --vendor` makes, from the folder that it is in. */
export const VENDORED_ENTRY = '.send-metrics/bin/send-metrics.js'

/**
 * Where a package manager puts the tool, from the folder that it was called in, as patterns that make and a shell read: a file of
 * ours; what is started in its place; and where Yarn's Plug'n'Play keeps a package that has to be on disk.
 */
export const INSTALLED_ENTRIES = [
  'node_modules/send-metrics/bin/send-metrics.js',
  'node_modules/.bin/send-metrics',
  '.yarn/unplugged/send-metrics-*/node_modules/send-metrics/bin/send-metrics.js',
] as const

/** The file that make reads before the one that people wrote. */
export const GNUMAKEFILE = 'GNUmakefile'
/** The file that a repository with a GNUmakefile of its own includes. */
export const INCLUDED = 'send-metrics.mk'

/** What the generated text depends on. */
export interface GnumakefileOptions {
  /** The makefile that people wrote, which may get the other name later: `Makefile` or `makefile`. */
  readonly makefile: string
  /** Folders besides the makefile's own where the tool may be found, before PATH: `..`, `../..`. */
  readonly above: readonly string[]
}

/** The variable that has the name of the makefile that people wrote. */
const FOUND = 'send_metrics_makefile'

/** By this first line a file is known to be ours, whichever version wrote it. */
export const FIRST_LINE = '# Written by send-metrics init: measures every target without an edit.'

/** What a closing line of make calls the makefile's default goal, whose name is not known: as runs of it are called. */
const DEFAULT_GOAL = '(default)'

/** Whether a GNUmakefile or a file to include was made here; a person may have written in it, also at its top. */
export function isOurs(text: string): boolean {
  return text.split('\n').some((line) => line.trimEnd() === FIRST_LINE)
}

/** The text of a GNUmakefile that sends every goal through one `wrap`. Which makefile make would read without it is found out each time. */
export function gnumakefile({ makefile, above }: GnumakefileOptions): string {
  return `${FIRST_LINE}
#
# GNU make reads this file before ${makefile}, where your targets are. It hands a whole \`make build test\` to send-metrics, which runs
# \`make -f ${makefile} build test\`, times it, and for people who agreed records it. Where it cannot or need not (see send_metrics_not), or
# nothing would follow, this file is as good as not there. To be rid of it: send-metrics init --undo, or delete it. zsh follows this include:
ifdef send_metrics_never
include $(CURDIR)/${makefile}
endif
 ${FOUND} := $(firstword $(wildcard makefile Makefile))
${conditions(above, `$(if $(${FOUND}),,none)`)}
 ifeq ($(send_metrics_program),)
  MAKEFILE_LIST := $(filter-out GNUmakefile,$(MAKEFILE_LIST))
${guard(`$(${FOUND})`, 'GNUmakefil%')}
  ifneq ($(${FOUND}),)
   include $(${FOUND})
  else
${withoutMakefile()}
  endif
 else
${forward(`$(${FOUND})`)}
 endif
`
}

/** The text of a file that a repository's own GNUmakefile includes, between the lines of `includeLines`. */
export function includeFile({ above }: Pick<GnumakefileOptions, 'above'>): string {
  return `${FIRST_LINE}
#
# The makefile that includes this file first is left unread when make has goals to run: they are handed over as a whole to
# send-metrics, which runs make with that makefile, times it, and for people who agreed records it. Where it
# cannot or need not (see send_metrics_not below), this file does nothing.
# To be rid of it: send-metrics init --undo, or delete this file and the three lines that name it.
#
# zsh completes by reading this file, and skips what is indented.
${conditions(above, '')}
 ifeq ($(send_metrics_program),)
${guard('$(firstword $(MAKEFILE_LIST))', 'send-metrics.m%')}
  # As it was before this file was included.
  MAKEFILE_LIST := $(wordlist 2,$(words $(MAKEFILE_LIST)),- $(MAKEFILE_LIST))
 else
  ${FOUND} := $(firstword $(MAKEFILE_LIST))
  send_metrics_forwarded := yes
${forward(`$(${FOUND})`)}
 endif
`
}

/**
 * The text of a file of ours while make is asked about a folder that has it. It does nothing there; a GNUmakefile, which
 * names the makefile that people wrote, lets make go on with that if a crash leaves it behind.
 */
export function standInFile(makefile: string | undefined): string {
  const goesOn = makefile === undefined ? '' : `ifeq ($(firstword $(MAKEFILE_LIST)),GNUmakefile)\ninclude ${makefile}\nendif\n`
  return `${STAND_IN}${goesOn}`
}

const STAND_IN = `${FIRST_LINE}\n# It is here for a moment only, while send-metrics asks make about it: delete it.\n`

/** Whether a text is that of a file that was left behind then. */
export function isStandIn(text: string): boolean {
  return text.startsWith(STAND_IN)
}

/** The lines that a makefile needs around all it has: the first two at its top, the last at its end. */
export function includeLines(file: string): { readonly top: string; readonly bottom: string } {
  return { top: `-include ${file}\nifndef send_metrics_forwarded\n`, bottom: 'endif\n' }
}

/**
 * What keeps make from being handed over, as words; none means that the tool is asked. Until then no shell is started, since
 * make reads this with every completion. What may be undefined is read with `value`, which does not warn. A
 * bare `export` in the makefile would show these variables to every recipe (there is no `undefine` before 3.82).
 */
function conditions(above: readonly string[], noMakefile: string): string {
  // 3.8x puts letters after long options, and the values of options into words of their own; later versions have all letters first.
  const old = '$(if $(filter 3.%,$(MAKE_VERSION)),$(filter -%,$(filter-out $(if $(value MAKEOVERRIDES),$(MAKEOVERRIDES)),$(MAKEFLAGS))))'
  const flags = (letters: string) => `$(foreach letter,${letters},$(findstring $(letter),$(send_metrics_flags)))`
  const inFolders = above.length > 0 ? `$(foreach above,${above.join(' ')},$(addprefix $(above)/,$(send_metrics_entries))) ` : ''
  return ` send_metrics_files = $(filter-out $(patsubst %/.,%,$(wildcard $(addsuffix /.,$(1)))),$(wildcard $(1)))
 send_metrics_entries := ${[VENDORED_ENTRY, ...INSTALLED_ENTRIES.slice(0, -1)].join(' ')} \\
  ${INSTALLED_ENTRIES.at(-1)}
 send_metrics_tool := $(firstword $(call send_metrics_files,$(send_metrics_entries) \\
  ${inFolders}$(addsuffix /send-metrics,$(subst :, ,$(value PATH)))))
 send_metrics_goals := $(value MAKECMDGOALS)
 send_metrics_flags := $(filter-out --%,$(firstword -$(MAKEFLAGS)) \\
  ${old})
 send_metrics_odd := % : ; | * ? [ ] \\ ~ ( ) & ' " < > ! { } $$ = \` \\#
 # The reasons, as words: no tool, or no makefile yet; inside another make or a wrapped run; switched off; make only shows, asks,
 # touches or explains; another makefile first; a goal twice, one that is a makefile, or that make would have to quote; a SHELL that is none.
 send_metrics_not := $(if $(send_metrics_tool),,tool)${noMakefile && ` ${noMakefile}`} \\
  $(filter-out 0,$(MAKELEVEL)) $(filter-out undefined,$(origin SEND_METRICS_INSIDE)) \\
  $(or $(filter off OFF 0 false,$(value SEND_METRICS)),$(if $(value SEND_METRICS),,$(filter-out false,$(value CI)))) \\
  ${flags('n q t p i d')} \\
  $(and $(findstring s,$(send_metrics_flags)),$(findstring w,$(send_metrics_flags))) $(filter-out 0 false,$(value DO_NOT_TRACK)) \\
  $(filter --debug% --trace% --eval% -E% -O% --output-sync%,$(MAKEFLAGS)) $(value MAKEFILES) \\
  $(filter-out $(words $(sort $(send_metrics_goals))),$(words $(send_metrics_goals))) \\
  $(filter .% -% GNUmakefile makefile Makefile,$(send_metrics_goals)) \\
  $(foreach odd,$(send_metrics_odd),$(findstring $(odd),$(send_metrics_goals))) \\
  $(findstring ',$(MAKE_COMMAND)$(send_metrics_tool)) $(if $(findstring command,$(origin SHELL)),$(filter-out %/sh %/bash %/dash %/ksh %/zsh,/$(SHELL)))
 # This shell reads the tool, and runs what a version manager or pnpm has put in its place. The answer is go|program to start
 # it with, no|folder, or nothing where it is damaged or has no Node. .SHELLFLAGS on the command line is not for us.
 send_metrics_answer :=
 ifeq ($(strip $(send_metrics_not)),)
  send_metrics_restore := $(if $(findstring command,$(origin .SHELLFLAGS)),override .SHELLFLAGS := $(value .SHELLFLAGS))
  $(if $(send_metrics_restore),$(eval override .SHELLFLAGS := -c))
  send_metrics_answer := $(shell exec 2>/dev/null; t='$(send_metrics_tool)'; set -- --door; \\
   { read -r l && read -r l; } <"$$t" && case $$l in \\
   (*'/* send-metrics') command . "$$t" >&2 && echo "$$send_metrics_answer" ;; (*) case $$("$$t" --door && echo .) in ('go|'*.) echo 'go|' ;; esac ;; esac)
  $(eval $(send_metrics_restore))
  $(if $(filter no|/%,$(send_metrics_answer)),$(eval export SEND_METRICS_INSIDE := $$(subst no|,!,$$(send_metrics_answer))))
 endif
 send_metrics_program := $(if $(filter go|%,$(send_metrics_answer)),$(subst go|,,$(send_metrics_answer)) '$(send_metrics_tool)')
 unexport send_metrics_files send_metrics_entries send_metrics_tool send_metrics_goals send_metrics_flags send_metrics_odd \\
  send_metrics_not send_metrics_answer send_metrics_restore send_metrics_program ${FOUND}`
}

/**
 * What make says where it finds no makefile. An error that is found while make looks for what a target needs is said without
 * a place, like one of make's own.
 */
function withoutMakefile(): string {
  return `   .SECONDEXPANSION:
   $(if $(send_metrics_goals)$(value .DEFAULT_GOAL),,$(eval ${DEFAULT_GOAL}: $$$$(error No targets specified and no makefile found)))`
}

/** A rule for anything (`%: something`) must not make our file; but under -p, a completion would offer its name. */
function guard(makefile: string, pattern: string): string {
  const wanted = `$(if $(findstring p,$(send_metrics_flags)),$(shell grep '^%' ${makefile} 2>/dev/null),guard)`
  return `  $(if ${wanted},$(eval ${pattern}: ;))`
}

/**
 * One rule runs all goals in one make, so that what they share is made once. Its line has a +, which hands over the
 * jobserver, and nothing for which make would start a shell. Variables that somebody may set when calling make are
 * meant for the make that is run, which gets them by itself: hence `override`, and MAKE_COMMAND rather than MAKE.
 */
function forward(makefile: string): string {
  return `  override SHELL := /bin/sh
  override .SHELLFLAGS := -c
  send_metrics_first := $(firstword $(send_metrics_goals) ${DEFAULT_GOAL})
  override .DEFAULT_GOAL := $(send_metrics_first)
  .PHONY: $(send_metrics_first) $(send_metrics_goals)
  $(send_metrics_first): ; +@$(send_metrics_program) wrap --forwarded -- '$(MAKE_COMMAND)' -f ${makefile} $(send_metrics_goals)
  send_metrics_others := $(filter-out $(send_metrics_first),$(send_metrics_goals))
  $(if $(send_metrics_others),$(eval $(send_metrics_others): ; @:))`
}
