import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { printable, say } from '../src/messages.ts'

describe('text from outside on a terminal', () => {
  test.each([
    ['build', 'build'],
    ['ünï 日本 😀', 'ünï 日本 😀'],
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['a\nb\r\tc', 'a\\u000ab\\u000d\\u0009c'],
    ['\u0000\u007f\u009b2J', '\\u0000\\u007f\\u009b2J'],
    // Characters that turn the direction of reading, or cannot be seen.
    ['a\u202Eb\u2066c\u200Bd\uFEFF', 'a\\u202eb\\u2066c\\u200bd\\ufeff'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['half \uD83D', 'half \\ud83d'],
    ['tag \u{E0041}', 'tag \\ue0041'],
    ['$(rm -rf ~) `id`', '$(rm -rf ~) `id`'],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  test('a long one is cut', () => {
    expect(printable('x'.repeat(121))).toBe(`${'x'.repeat(120)}…`)
    expect(printable('x'.repeat(120))).toBe('x'.repeat(120))
    expect(printable('x'.repeat(10_000), 5)).toBe('xxxxx…')
  })

  test('a cut leaves no half of a character', () => {
    expect(printable('aa😀', 3)).toBe('aa…')
  })

  test('property: nothing that a terminal acts on is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
      }),
    )
  })
})

describe('what the tool says', () => {
  test('no two messages without a part of their own are the same', () => {
    const plain = Object.entries(say).flatMap(([name, message]) =>
      typeof message === 'function' && message.length === 0 ? [[name, (message as () => string)()]] : [],
    )
    const answers = Object.entries(say.answered).map(([name, message]) => [name, message('it')])
    const texts = [...plain, ...answers].map(([, text]) => text)
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([])
  })

  const HOSTILE = '\u001b]0;title\u0007\n'
  test.each<[string, string]>([
    ['a target', say.assignmentAsTarget(HOSTILE)],
    ['an option', say.unknownWrapOption(HOSTILE, undefined)],
    ['a word', say.extraArgument('it', HOSTILE)],
    ['a make', say.makeMissing(HOSTILE)],
    ['a make that cannot run', say.makeUnusable(HOSTILE, 'why')],
    ['a reason why a make cannot run', say.makeUnusable('make', HOSTILE)],
    ["a project's name", say.hint('it', HOSTILE)],
    ["a project's name, to consent", say.consentIs('on', HOSTILE)],
    ["a project's name, without a decision", say.noReceipt('it', HOSTILE)],
    ["a project's name, without a log", say.emptyLog(HOSTILE, 'why')],
    ['a file', say.projectProblem({ file: HOSTILE, what: 'what' })],
    ['a reason not to store', say.notStored(HOSTILE)],
    ['a reason not to record', say.fault('it', HOSTILE)],
    ['a command', say.ran([HOSTILE], 1, 'fate')],
  ])('holds no control character of %s', (_name, text) => {
    expect(text).not.toMatch(/\p{Cc}/u)
  })
})
