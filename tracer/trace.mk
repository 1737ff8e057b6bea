# Read by make after the makefile, for somebody who asked for spans: puts send-metrics' tracer in the place of the
# shell, if it is one that the tracer knows, and takes its own name off the list of makefiles. docs/spans.md.
send_metrics_mk := $(lastword $(MAKEFILE_LIST))
send_metrics_folder := $(dir $(send_metrics_mk))
MAKEFILE_LIST := $(subst $(subst x,,x x)$(send_metrics_mk),,$(MAKEFILE_LIST))

# `/bin/bash -e` and `/usr/bin/env bash`: the first word is run; the shell is the last that is no option.
send_metrics_shell := $(firstword $(SHELL))
send_metrics_known := $(filter sh bash dash ash ksh mksh zsh,$(notdir $(if $(filter %/env,$(send_metrics_shell)),$(word 2,$(SHELL)),$(send_metrics_shell))))
send_metrics_link := $(send_metrics_folder)$(if $(filter /%,$(send_metrics_shell)),by-path$(send_metrics_shell),by-name/$(send_metrics_shell))
ifneq ($(and $(send_metrics_known),$(wildcard $(send_metrics_link)),$(or $(filter-out /%,$(send_metrics_shell)),$(wildcard $(send_metrics_shell)))),)
override SHELL := $(strip $(send_metrics_link) $(wordlist 2,$(words $(SHELL)),$(SHELL)))
export SEND_METRICS_TARGET = $@
endif

# Makes that this one starts are traced where their makefiles leave the shell alone.
export MAKEFILES := $(strip $(filter-out $(send_metrics_folder)sub.mk,$(MAKEFILES)) $(send_metrics_folder)sub.mk)

# No pattern rule of the makefile's shall be tried on this file, and it is no goal.
send_metrics_goal := $(.DEFAULT_GOAL)
$(send_metrics_mk): ;
.DEFAULT_GOAL := $(send_metrics_goal)

# A makefile that exports everything shall not show these to its recipes.
unexport send_metrics_mk send_metrics_folder send_metrics_shell send_metrics_known send_metrics_link send_metrics_goal
