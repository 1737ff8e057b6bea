import { describe, expect, test } from '@jest/globals'
import { withoutFewPeople } from '../../src/insight/few-people.ts'
import type { PersonSummary, Summary } from '../../src/insight/model.ts'

/** Somebody with a machine of so many processors, so many times as slow on these targets. */
function person(number: number, cpus: number, ratio: number, targets: readonly string[] = ['build'], outlier = false): PersonSummary {
  const cells = targets.map((target) => ({ target, passed: 10, ratio, z: ratio }))
  const machine = { os: 'linux', arch: number % 2 === 0 ? 'x64' : 'arm64', cpus, memoryGb: 32 }
  return { code: `u0${number}`, you: number === 1, machine, runs: 10, ratio, cells, outlier }
}

const kinds = (machines: readonly PersonSummary[], least: number) =>
  withoutFewPeople({ machines, targets: [] } as unknown as Summary, least).machines

describe('for data of which nothing may be shown of few people', () => {
  test('there are kinds of machines in place of people, the slowest first', () => {
    const machines = [person(1, 8, 1), person(2, 8, 2), person(3, 8, 3), person(4, 16, 4), person(5, 16, 5), person(6, 16, 9)]
    expect(kinds(machines, 3)).toEqual([
      expect.objectContaining({ code: '3 people', you: false, runs: 30, ratio: 5, machine: expect.objectContaining({ cpus: 16 }) }),
      expect.objectContaining({ code: '3 people', you: false, runs: 30, ratio: 2, machine: expect.objectContaining({ cpus: 8 }) }),
    ])
  })

  test('rare machines are one kind together, of which nothing is said, if they are enough', () => {
    const machines = [person(1, 8, 1), person(2, 8, 2), person(3, 10, 3), person(4, 12, 4)]
    expect(kinds(machines, 2).map(({ code, machine }) => [code, machine?.cpus])).toEqual([
      ['2 people', undefined],
      ['2 people', 8],
    ])
    expect(kinds(machines.slice(0, 3), 2).map(({ code, machine }) => [code, machine?.cpus])).toEqual([['2 people', 8]])
  })

  test('a cell that fewer have is left out, and so is a kind without any', () => {
    const machines = [person(1, 8, 1, ['build', 'test']), person(2, 8, 2), person(3, 16, 1, ['docs']), person(4, 16, 1, ['lint'])]
    expect(kinds(machines, 2).map(({ cells }) => cells.map(({ target }) => target))).toEqual([['build']])
  })

  test('a kind is an outlier only if everybody in it is', () => {
    const slow = (number: number) => person(number, 8, 3, ['build'], true)
    expect(kinds([slow(1), slow(2)], 2)[0]?.outlier).toBe(true)
    expect(kinds([slow(1), person(2, 8, 3)], 2)[0]?.outlier).toBe(false)
  })
})
