import { describe, expect, test } from '@jest/globals'
import { type Scratch, scratch } from '../support/scratch.ts'

const MAKEFILE = 'impl-build: ; @echo built\nimpl-test: ; @exit 1\n%.o: %.c ; @:\n'
const LINE = "send-metrics: no target 'tset': Makefile has no impl-tset; did you mean test?"

/** What `wrap` prints at a terminal. */
async function typed(at: Scratch, words: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const screen = at.screen('send-metrics', ['wrap', ...words], env)
  const { code } = await screen.ended
  expect(code).toBe(2)
  return screen.raw().replaceAll('\r\n', '\n')
}

describe('a target that is not there', () => {
  test('is named behind what make says, with the one that may have been meant', async () => {
    expect(await typed(scratch({ makefile: MAKEFILE }), ['tset'])).toBe(`make: *** No rule to make target 'impl-tset'.  Stop.\n${LINE}\n`)
  })

  test('for whoever has decided, too, and with arguments that bring no rules', async () => {
    const at = scratch({ makefile: MAKEFILE })
    await at.agree()
    expect(await typed(at, ['tset', '--', '-j4', 'X=1'])).toContain(LINE)
  })

  test('has the prefix of the project', async () => {
    const at = scratch({ makefile: 'do.test: ; @:\n', project: { prefix: 'do.' } })
    expect(await typed(at, ['tset'])).toContain("no target 'tset': Makefile has no do.tset; did you mean test?")
  })

  test.each([
    ['test', "no target 'test': Makefile has no impl-test, but a test of its own: send-metrics wrap -- make test"],
    ['biuld', "no target 'biuld': Makefile has no impl-biuld; did you mean build: send-metrics wrap -- make build"],
  ])('%s is one without the prefix, which make runs as it is', async (target, line) => {
    const PLAIN = 'build: ; @echo built\ntest: ; @exit 1\n.PHONY: build test\n'
    const inOneLine = async (at: Scratch) => (await typed(at, [target])).replace(/\s+/gu, ' ')
    expect(await inOneLine(scratch({ makefile: PLAIN }))).toContain(`send-metrics: ${line} `)
    const at = scratch({ makefile: PLAIN })
    await at.tool(['init', '--yes'])
    expect(await inOneLine(at)).toContain(`send-metrics: ${line} `)
  })

  test.each<[string, string, string[], Record<string, string>]>([
    ['nothing is like it', MAKEFILE, ['qqqqqq'], {}],
    ['the one that is like it hands itself to wrap', 'tset test: ; @send-metrics wrap "$@"\n', ['tset'], {}],
    ['the rule is there, and fails', MAKEFILE, ['test'], {}],
    ['an include may have it', `${MAKEFILE}-include rules.mk\n`, ['tset'], {}],
    ['a variable may have it', `${MAKEFILE}T = impl-x\n$(T): ; @:\n`, ['tset'], {}],
    ['$(eval) may have it', `${MAKEFILE}$(eval impl-x: ; @:)\n`, ['tset'], {}],
    ['a pattern has it, and fails', `${MAKEFILE}impl-ts%: ; @exit 1\n`, ['tset'], {}],
    ['a rule takes any name, and fails', `${MAKEFILE}.DEFAULT: ; @exit 1\n`, ['tset'], {}],
    ['another makefile is read', MAKEFILE, ['-f', 'Makefile', 'tset'], {}],
    ['another makefile is read by an argument', MAKEFILE, ['tset', '--', '-kf', 'Makefile'], {}],
    ['make called it', MAKEFILE, ['tset'], { MAKELEVEL: '1' }],
    ['the command line is make’s', MAKEFILE, ['--', 'make', 'impl-tset'], {}],
    ['it is switched off', MAKEFILE, ['tset'], { SEND_METRICS: 'off' }],
  ])('gets no line where %s', async (_why, makefile, words, env) => {
    expect(await typed(scratch({ makefile }), words, env)).not.toContain('send-metrics: ')
  })

  test('has its line broken between words where the terminal is narrow', async () => {
    const screen = scratch({ makefile: MAKEFILE }).screen('send-metrics', ['wrap', 'tset'], {}, { columns: 60, rows: 20 })
    await screen.ended
    const lines = screen.raw().trimEnd().split('\r\n').slice(1)
    expect(lines.filter(({ length }) => length > 60)).toEqual([])
    expect(lines.join(' ')).toBe(LINE)
  })

  test('nor where no person reads it', async () => {
    const at = scratch({ makefile: MAKEFILE })
    await at.agree()
    expect(await at.wrap(['tset'])).toEqual(await at.make(['impl-tset']))
  })
})
