import * as fs from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readProject } from '../../src/project/read.ts'

interface Schema {
  readonly type?: string
  readonly const?: string
  readonly pattern?: string
  readonly description?: string
  readonly default?: unknown
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
}

const schema = JSON.parse(fs.readFileSync('schema/send-metrics.schema.json', 'utf8')) as Schema & { $schema: string; title: string }
const properties = schema.properties ?? {}

function accepts(content: Record<string, unknown>): boolean {
  return 'project' in readProject({ file: '/r/send-metrics.json', root: '/r', content, problem: undefined })
}

describe('the JSON Schema of send-metrics.json', () => {
  test('has a title and explains every key', () => {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'send-metrics.json', type: 'object' })
    for (const [key, { description }] of Object.entries(properties))
      expect([key, description]).toEqual([key, expect.stringMatching(/Allowed: .+\.$/u)])
  })

  test('requires what the tool requires, and allows no other key', () => {
    expect(schema.required).toEqual(['project'])
    expect(schema.additionalProperties).toBe(false)
    expect(accepts({ project: 'P' })).toBe(true)
    expect(accepts({})).toBe(false)
    expect(accepts({ project: 'P', other: 1 })).toBe(false)
  })

  test('has every destination that the tool knows, with no other key', () => {
    const kinds = properties.destinations?.items?.oneOf ?? []
    expect(kinds.map((kind) => kind.properties?.type?.const)).toEqual(['segment', 'honeycomb', 'otlp', 'prometheus', 'file', 'exec'])
    expect(kinds.every((kind) => kind.additionalProperties === false)).toBe(true)
  })

  test('has patterns that editors can read, and that agree with the tool', () => {
    const pattern = new RegExp(properties.prefix?.pattern ?? '(', 'u')
    for (const prefix of ['impl-', '_', '-x', 'a b', ''])
      expect([prefix, pattern.test(prefix)]).toEqual([prefix, accepts({ project: 'P', prefix })])
    const name = new RegExp(properties.project?.pattern ?? '(', 'u')
    for (const project of ['Open edX', 'Ünï', 'a\u202eb']) expect([project, name.test(project)]).toEqual([project, accepts({ project })])
  })

  test('has defaults that the tool takes', () => {
    const defaults = Object.fromEntries(
      Object.entries(properties).flatMap(([key, value]) => ('default' in value ? [[key, value.default]] : [])),
    )
    expect(defaults).toEqual({
      commitTime: 'day',
      tests: [],
      retentionDays: 365,
      prefix: 'impl-',
      enabled: true,
      spans: false,
      dockerLimits: false,
      collect: [],
      fields: [],
      destinations: [],
    })
    expect(accepts({ project: 'P', ...defaults })).toBe(true)
  })
})
