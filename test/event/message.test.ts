import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { eventNames, slug } from '../../src/event/message.ts'

test.each([
  ['Open edX devstack', 'open_edx_devstack'],
  ['devstack', 'devstack'],
  ['  --Tools & Co.--  ', 'tools_co'],
  ['Größe Café', 'gro_e_cafe'],
  ['Ünïcode', 'unicode'],
  ['ﬁne', 'fine'],
  ['a__b', 'a_b'],
  ['A.B/C', 'a_b_c'],
  ['日本', 'project'],
  ['', 'project'],
  ['___', 'project'],
])('%j becomes %j', (name, expected) => {
  expect(slug(name)).toBe(expected)
})

test('property: any name gives words of plain letters and digits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(slug(name)).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/u)
    }),
  )
})

test('a project has two event names; the one for runs can be chosen', () => {
  expect(eventNames({ project: 'My Tools' })).toEqual({ run: 'my_tools.command.run', consent: 'my_tools.consent.change' })
  expect(eventNames({ project: 'My Tools', event: 'a.b' })).toEqual({ run: 'a.b', consent: 'my_tools.consent.change' })
})
