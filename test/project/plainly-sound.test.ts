import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FoundProject } from '../../src/project/find.ts'
import { isPlainlySound } from '../../src/project/plainly-sound.ts'
import { readProject } from '../../src/project/read.ts'

const found = (content: Record<string, unknown>): FoundProject => ({
  file: '/p/send-metrics.json',
  root: '/p',
  content,
  problem: undefined,
})
const PLAIN = {
  project: 'Demo',
  targets: ['build', 'test.%'],
  destinations: [{ type: 'segment', writeKey: 'k', host: 'https://api.segment.io' }],
}

describe('a project file at a glance', () => {
  test('the plain one of most projects is told at once', () => expect(isPlainlySound(found(PLAIN))).toBe(true))

  test.each([
    [{ ...PLAIN, nosuch: 1 }],
    [{ ...PLAIN, project: '' }],
    [{ ...PLAIN, retentionDays: 0 }],
    [{ ...PLAIN, targets: ['two words'] }],
    [{ ...PLAIN, destinations: [{ type: 'nosuch' }] }],
    [{ ...PLAIN, destinations: [{ type: 'segment', host: 'http://x:99999' }] }],
    [{ ...PLAIN, destinations: [{ type: 'segment', host: 'http://xn--a' }] }],
    [{ targets: [] }],
    [{ ...PLAIN, constructor: 'x' }],
  ])('%j is left to the full check', (content) => expect(isPlainlySound(found(content as Record<string, unknown>))).toBe(false))

  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('', 'a', 'a%', '%%', 'a b', 'https://x.y', 'http://x:99999', 'segment', 'file', '\u202e'),
  )
  const hosts = [
    'https://a.b',
    'http://x:99999',
    'http://1.2.3.256',
    'http://a..b',
    'http://xn--a',
    'http://127.0.0.1:80',
    'http://a-',
    'http://0x',
  ]
  const host = fc.oneof(fc.constantFrom(...hosts), fc.webUrl(), fc.stringMatching(/^https?:\/\/[\w.-]{1,9}(?::\d{1,6})?$/u))
  const type = fc.constantFrom('segment', 'segment', 'file', 'nosuch')
  const destination = fc.record({ type, writeKey: text, host, path: text }, { requiredKeys: [] })
  const content = fc.record(
    { $schema: text, project: text, recipient: text, defaultBranch: text, targets: fc.array(text), destinations: fc.array(destination) },
    { requiredKeys: [] },
  )
  test('says yes to nothing that the full check refuses', () => {
    fc.assert(
      fc.property(content, (any) => {
        const plain = JSON.parse(JSON.stringify(any)) as Record<string, unknown>
        return !isPlainlySound(found(plain)) || 'project' in readProject(found(plain))
      }),
      { numRuns: 5_000 },
    )
  })
})
