import { describe, expect, test } from '@jest/globals'
import { isHarmlessShell } from '../../src/makefile/harmless-shell.ts'
import { isAskable } from '../../src/makefile/list-uses.ts'

describe('a command that only lists names', () => {
  test.each([
    'ls',
    'ls -d */ | grep -v "Makefile$"',
    'git ls-files 2>/dev/null',
    'git -C .. ls-files | sort -u',
    "find . -type f -not -path './.git/*' | sed 's,^./,,'",
    "ls | sed -e 's/a/b/g' -e '/x/d'",
    'cd .. && ls || true',
  ])('%s', (command) => expect(isHarmlessShell(command)).toBe(true))

  test.each([
    '',
    'rm -rf build',
    'ls; rm -rf build',
    'ls > list',
    'ls & touch x',
    'ls `touch x`',
    'ls "`touch x`"',
    'ls $(touch x)',
    'find . -delete',
    'find . "-exec" rm {} +',
    'git -c alias.ls-files=!x ls-files',
    'git clean -fd',
    "sed -i 's/a/b/' x",
    'sed "-i" "s/a/b/" x',
    "ls | sed 's/a/touch x/e'",
    "ls | sed 's/a/b/e;s/c/d/'",
    "ls | sed 'w x'",
    'ls | sort -o x',
    'ls | xargs rm',
    'uniq a b',
    './list',
    'X=1 ls',
  ])('and not %j', (command) => expect(isHarmlessShell(command)).toBe(false))
})

describe('an expression that make can be asked about', () => {
  const variables = new Map([
    ['DIRS', '$(wildcard *)'],
    ['A', '$(B)'],
    ['B', '$(A)'],
    ['RUN', '$(shell rm x)'],
    ['LS', 'ls'],
    ['one', '$(wildcard $(1)/*)'],
    ['fn', '$(shell ls $(1))'],
    ['X', '$(shell touch x)'],
  ])
  test.each([
    ['$(DIRS)', true],
    ['$(A)', true],
    ['$(filter-out Makefile,$(DIRS))', true],
    ['$(shell $(LS) | sort)', true],
    ['$(call one,a)', true],
    ['$(DIRS:%=x-%)', true],
    ['$(foreach d,$(DIRS),x-$(d))', true],
    ['$(RUN)', false],
    ['$(if $(DIRS),$(RUN))', false],
    ['$(call fn,; rm x)', false],
    ['$(call RUN)', false],
    ['$X', false],
    ['$($(LS))', false],
    ['$(RU$(LS))', false],
    ['$(eval X := 1)', false],
    ['$(file > x)', false],
    ['$(wildcard $@/*)', false],
    ['$(wildcard $(@D)/*)', false],
    ['$(foreach d,$(DIRS),$(shell ls $(d)))', false],
    ['$(shell ls $(if $(LS),; rm x))', false],
    ['$(error no)', false],
  ])('%s: %s', (expression, is) => expect(isAskable(expression, { variables })).toBe(is))
})
