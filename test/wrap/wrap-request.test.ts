import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readMakeRun } from '../../src/wrap/command-line.ts'
import { parseWrapArguments } from '../../src/wrap/wrap-arguments.ts'
import { plainRequest, plainRun } from '../../src/wrap/wrap-request.ts'
import { testWorld } from '../support/world.ts'

const word = fc.oneof(fc.string(), fc.constantFrom('build', '--', '-f', '--help', '--verbose', 'a=b', '-', ''))

test('property: what is read at a glance is what reading with care says', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 2 }), (typed) => {
      const request = plainRequest(typed)
      if (request !== undefined) expect(parseWrapArguments(typed)).toEqual({ request })
    }),
  )
})

test('property: and so is what that comes to for make', () => {
  const flags = fc.constantFrom(undefined, '', 'n', ' -j4', 'w', ' -- A=b')
  fc.assert(
    fc.property(
      fc.constantFrom('build', 'a b', '%'),
      fc.array(fc.constantFrom('-n', 'A=b'), { maxLength: 1 }),
      flags,
      flags,
      (target, words, MAKEFLAGS, GNUMAKEFLAGS) => {
        const world = testWorld({ env: { MAKEFLAGS, GNUMAKEFLAGS } })
        const request = plainRequest([target])
        if (request === undefined) throw new Error('is plain')
        const run = plainRun(world, request, words)
        if (run !== undefined) expect(readMakeRun(world, request, words)).toEqual(run)
      },
    ),
  )
})
