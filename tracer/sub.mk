# Read before its makefile by a make that a traced one started; see trace.mk. A makefile that sets SHELL has the last word.
send_metrics_mk := $(lastword $(MAKEFILE_LIST))
MAKEFILE_LIST := $(filter-out $(send_metrics_mk),$(MAKEFILE_LIST))
send_metrics_link := $(wildcard $(dir $(send_metrics_mk))by-path$(SHELL))
ifneq ($(send_metrics_link),)
SHELL := $(send_metrics_link)
export SEND_METRICS_TARGET = $@
endif
$(send_metrics_mk): ;
unexport send_metrics_mk send_metrics_link
