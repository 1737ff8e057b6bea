import { constants } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { type ChildEnd, exitLike, exitStatus, type Outcome, outcomeOf } from '../../src/wrap/exit-status.ts'

const code = (value: number): ChildEnd => ({ code: value, signal: null })
const death = (signal: NodeJS.Signals): ChildEnd => ({ code: null, signal })

describe('how a child ended', () => {
  test.each<[string, ChildEnd, number, Outcome]>([
    ['exit 0', code(0), 0, 'success'],
    ['exit 1', code(1), 1, 'failure'],
    ['exit 2', code(2), 2, 'failure'],
    // A plain exit 130 is a program's own choice, not a signal.
    ['exit 130', code(130), 130, 'failure'],
    ['exit 255', code(255), 255, 'failure'],
    ['SIGHUP', death('SIGHUP'), -1, 'interrupted'],
    ['SIGINT', death('SIGINT'), -2, 'interrupted'],
    ['SIGQUIT', death('SIGQUIT'), -3, 'interrupted'],
    ['SIGTERM', death('SIGTERM'), -15, 'interrupted'],
    ['SIGKILL', death('SIGKILL'), -9, 'failure'],
    ['SIGSEGV', death('SIGSEGV'), -11, 'failure'],
    ['SIGPIPE', death('SIGPIPE'), -13, 'failure'],
  ])('%s', (_name, end, status, outcome) => {
    expect(exitStatus(end)).toBe(status)
    expect(outcomeOf(end)).toBe(outcome)
  })

  test('every signal of the system has its number', () => {
    for (const [signal, number] of Object.entries(constants.signals)) {
      expect(exitStatus(death(signal as NodeJS.Signals))).toBe(-number)
    }
  })
})

describe('how wrap ends in turn', () => {
  test.each<[string, ChildEnd, object]>([
    ['a code is kept', code(77), { code: 77 }],
    ['a code that looks like a signal is kept', code(130), { code: 130 }],
    ['a signal death is died again', death('SIGINT'), { signal: 'SIGINT' }],
  ])('%s', (_name, end, exit) => {
    expect(exitLike(end)).toEqual(exit)
  })
})
