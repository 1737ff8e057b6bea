import { describe, expect, test } from '@jest/globals'
import { parseDatabase } from '../../src/makefile/parse-database.ts'

/** What `make -pqr` prints, shortened; `says` is how a version names a recipe. */
const printed = (says: string) => `# GNU Make

# Variables

# default
SHELL = /bin/sh
# makefile (from 'Makefile', line 1)
define steps
# Files
@echo one
endef
# makefile
MAKEFILE_LIST :=  Makefile make/a.mk

# Implicit Rules

test-%: lint
#  ${says}
	@echo $*

# Files

# Not a target:
main.c:
#  Implicit rule search has not been done.

# makefile (from 'Makefile', line 9)
build: CFLAGS = -g
build: main.o | out
#  Implicit rule search has not been done.
# Load=1/32=3%, Rehash=0, Collisions=0/1=0%
#  ${says}
	@echo a: b \\
	  more

two:: one
#  Implicit rule search has not been done.
#  ${says}
	@echo 1

two:: other
#  Implicit rule search has not been done.
#  ${says}
	@echo 2

a:b: c
#  Implicit rule search has not been done.

.PHONY: build
#  Implicit rule search has not been done.

# files hash-table stats:
# Load=20/1024=2%, Rehash=0, Collisions=0/38=0%
`

describe.each([
  ['4.x', "recipe to execute (from 'Makefile', line 3):"],
  ['3.82', "recipe to execute (from `Makefile', line 3):"],
  ['3.81', "commands to execute (from `Makefile', line 3):"],
])('the database of GNU make %s', (_version, says) => {
  const database = parseDatabase(printed(says))

  test('has its targets with what they need and do, and not what is only named', () => {
    expect(database.targets).toEqual([
      { name: 'build', prerequisites: ['main.o', 'out'], recipe: '@echo a: b \\\n  more', from: 'Makefile', line: 3 },
      { name: 'two', prerequisites: ['one', 'other'], recipe: '@echo 1\n@echo 2', from: 'Makefile', line: 3 },
      { name: 'a:b', prerequisites: ['c'], recipe: undefined, from: undefined, line: undefined },
    ])
  })

  test('has its pattern rules, special targets, variables and makefiles', () => {
    expect(database.patterns).toEqual([{ name: 'test-%', prerequisites: ['lint'], recipe: '@echo $*', from: 'Makefile', line: 3 }])
    expect([...database.special]).toEqual([['.PHONY', ['build']]])
    expect(database.variables.get('steps')).toBe('# Files\n@echo one')
    expect(database.variables.get('SHELL')).toBe('/bin/sh')
    expect(database.makefiles).toEqual(['Makefile', 'make/a.mk'])
  })
})
