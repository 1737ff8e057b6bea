# This project's own: set-up, demo, tests, checks and benchmarks. What a team copies is Makefile.example.
.PHONY: demo test check bench build fix docs
.DEFAULT_GOAL := help

JEST = node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js

node_modules: package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch node_modules

build: node_modules ## bundle the tool into dist/
	@node build/bundle.mjs

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12
