# This project's own: set-up, demo, tests and checks. What a team copies is Makefile.example.
.DEFAULT_GOAL := help
.PHONY: demo test check jest fuzz build fix docs help lint types dead-code generated package lock pictures soak bench bench-insight

JEST = node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js
BIN = node_modules/.bin

demo: build ## show the whole thing in a scratch folder: no account, nothing leaves this machine
	@node build/demo.mjs

test: check ## set everything up, then run every check and every test
check: lint types dead-code generated package jest ## what must hold before a commit; jest comes last

build: node_modules ## bundle the tool into dist/
	@node build/bundle.mjs

fuzz: build ## try FUZZ_CASES other cases for each fuzzer, 20,000 as a rule; FUZZ_SEED=number tries the same again
	@FUZZ_CASES=$${FUZZ_CASES:-20000} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} SKIP_BUNDLE=1 $(JEST) test/fuzz

soak: build ## 5,000 wrapped runs against a receiver that fails at random; prints what became of them
	@node bench/soak.mjs

bench: build ## what a wrapped run costs beside Node itself; NODE=path measures one Node
	@node bench/overhead.mjs $(NODE)

bench-insight: build ## what it takes to look at a million runs
	@node bench/insight.mjs
	@node bench/warehouse.mjs

fix: node_modules ## format, and mend what can be mended
	@$(BIN)/biome check --write .

docs: node_modules ## write the JSON Schema and the generated pages of docs/ from the source
	@node build/generate.mjs

lock: ## give package-lock.json the platform packages that npm left out
	@node build/complete-lock.mjs

pictures: node_modules ## take the pictures of a report in docs/images; needs chromium, poppler-utils and pngquant
	@node build/report-pictures.mjs

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

# The parts of `check`, in the order in which they find things soonest. jest is last, so that its summary is.
lint: node_modules
	@$(BIN)/biome ci .

types: node_modules
	@$(BIN)/tsc

dead-code: node_modules
	@$(BIN)/knip

generated: node_modules
	@node build/generate.mjs --check

package: build
	@node build/lint-package.mjs
	@node build/check-package.mjs

# The bundle is there already; the tests need not make it again.
jest: build
	@SKIP_BUNDLE=1 $(JEST) $(JEST_FLAGS)

# One after the other also under -j: they share the processor and the terminal.
.NOTPARALLEL:

# Everything comes from the npm registry. npm's own marker is newer than the lock file once it is done.
node_modules: node_modules/.package-lock.json
node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
