import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type OwnFieldSource, ownFields } from '../../src/context/own-fields.ts'
import { fieldNames } from '../../src/event/fields.ts'
import { serialize } from '../../src/event/serialize.ts'
import { fieldTable, isOverdue } from '../../src/project/field-table.ts'
import { DEMO, projectOf } from '../support/projects.ts'
import { addFiles, testdir } from '../support/testdir.ts'

const source = (type: OwnFieldSource['type'], from = 'env:X'): OwnFieldSource => ({ name: 'x', type, from, values: ['cold', 'warm'] })
const read = (type: OwnFieldSource['type'], text: string) => ownFields([source(type)], { X: text }, undefined)

describe('a value from the environment', () => {
  test.each<[OwnFieldSource['type'], string, string | number | boolean]>([
    ['integer', '42', 42],
    ['integer', '-7', -7],
    ['integer', ' 5 ', 5],
    ['integer', '1e3', 1000],
    ['number', '0.25', 0.25],
    ['number', '-1e-3', -0.001],
    ['boolean', 'true', true],
    ['boolean', '0', false],
    ['enum', 'warm', 'warm'],
  ])('%s %j is %j', (type, text, value) => {
    expect(read(type, text)).toEqual({ facts: { x: value }, dropped: [] })
  })

  test.each<[OwnFieldSource['type'], string]>([
    ['integer', 'many'],
    ['integer', '0.5'],
    ['integer', '9007199254740993'],
    ['integer', '0x10'],
    ['integer', '1 2'],
    ['number', 'NaN'],
    ['number', 'Infinity'],
    ['number', '1e999'],
    ['number', `0.${'0'.repeat(1_000)}1`],
    ['boolean', 'yes'],
    ['boolean', 'TRUE'],
    ['boolean', 'constructor'],
    ['boolean', '__proto__'],
    ['enum', 'lukewarm'],
    ['enum', 'Warm'],
    ['enum', 'constructor'],
  ])('%s %j is dropped, and counted', (type, text) => {
    expect(read(type, text)).toEqual({ facts: {}, dropped: ['x'] })
  })

  test.each<[string, number | undefined]>([
    ['9', 9],
    ['0', 0],
    ['10', undefined],
    ['-1', undefined],
  ])('%s of 0 to 9 is %j', (text, value) => {
    const { facts } = ownFields([{ ...source('integer'), min: 0, max: 9 }], { X: text }, undefined)
    expect(facts).toEqual(value === undefined ? {} : { x: value })
  })

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is no variable', (name) => {
    expect(ownFields([source('integer', `env:${name}`)], {}, undefined)).toEqual({ facts: {}, dropped: [] })
  })

  test.each([undefined, ''])('%j is no value, and nothing to count', (text) => {
    expect(ownFields([source('integer')], { X: text }, undefined)).toEqual({ facts: {}, dropped: [] })
  })
})

describe('a value from the file that the target wrote', () => {
  const from = (text: string) => {
    const file = path.join(testdir({ fields: text }), 'fields')
    return ownFields([source('integer', 'file:hits')], {}, file)
  }

  test.each([
    ['hits=3', 3],
    ['other=1\nhits = 4\r\n', 4],
    ['hits=1\nhits=2\n', 2],
    ['# hits\n=\nhits=5', 5],
  ])('%j', (text, value) => expect(from(text)).toEqual({ facts: { x: value }, dropped: [] }))

  test('a line that says more than a number is dropped', () => expect(from('hits=3=4').dropped).toEqual(['x']))

  test('no file, a folder in its place, or one of more than 64 KB: no value', () => {
    const folder = testdir()
    addFiles(folder, { huge: `hits=1\n${' '.repeat(70_000)}` })
    for (const file of [undefined, path.join(folder, 'none'), folder, path.join(folder, 'huge')])
      expect(ownFields([source('integer', 'file:hits')], {}, file)).toEqual({ facts: {}, dropped: [] })
  })

  test('the environment is not looked at for it, nor the file for the other', () => {
    const file = path.join(testdir({ fields: 'X=1' }), 'fields')
    expect(ownFields([source('integer', 'file:X')], { X: '2' }, file).facts).toEqual({ x: 1 })
    expect(ownFields([source('integer')], { X: '2' }, file).facts).toEqual({ x: 2 })
  })
})

const OWN = { purpose: 'to plan', reviewBy: '2027-06-30', from: 'env:X' }
const RANGE = { min: -1_000, max: 1_000 }
const withFields = (...fields: object[]) => {
  const cwd = testdir({ 'send-metrics.json': JSON.stringify({ ...DEMO, fields }) })
  return projectOf({ cwd, uid: process.getuid?.() })
}

test('property: whatever is in the environment, only a number, a boolean or a listed value comes through to the event', () => {
  const types = ['integer', 'number', 'boolean', 'enum'] as const
  const project = withFields(
    ...types.map((type) => ({
      ...OWN,
      name: `my_${type}`,
      type,
      ...(type === 'enum' && { values: ['cold', 'warm'] }),
      ...(/er$/u.test(type) && RANGE),
    })),
  )
  const table = fieldTable(project, 0)
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
    fc.constantFrom('cold', 'true', '1', 'toString'),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const out = serialize('run', ownFields(project.fields, { X: text }, undefined).facts, fieldNames(table), table)
      for (const value of Object.values(out)) {
        if (typeof value === 'number') expect(Math.abs(value)).toBeLessThanOrEqual(1_000)
        expect(typeof value !== 'string' || ['cold', 'warm'].includes(value)).toBe(true)
      }
    }),
    { numRuns: 2_000 },
  )
})

describe('the day of review', () => {
  const [field] = withFields({ ...OWN, name: 'mine', type: 'integer', ...RANGE }).fields as [Parameters<typeof isOverdue>[0]]

  test.each([
    ['2027-06-29T00:00:00Z', false],
    ['2027-06-30T23:59:59Z', false],
    ['2027-07-01T00:00:00Z', true],
  ])('at %s: overdue %j', (now, overdue) => {
    expect(isOverdue(field, Date.parse(now))).toBe(overdue)
    const names = fieldNames(fieldTable(withFields({ ...OWN, name: 'mine', type: 'integer', ...RANGE }), Date.parse(now)))
    expect(names.some((name) => name.startsWith('mine:'))).toBe(!overdue)
  })
})
