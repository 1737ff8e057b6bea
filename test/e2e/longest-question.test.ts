import { stripVTControlCharacters } from 'node:util'
import { expect, test } from '@jest/globals'
import { textWidth } from '../../src/text-width.ts'
import { editProject, QUESTION, QUESTION_MORE } from '../support/answers.ts'
import { scratch } from '../support/scratch.ts'

const LONG_HOST = `${'collector-of-the-developer-experience-group'.repeat(4)}.${'region'.repeat(8)}`
const WIDE_PROJECT = '개'.repeat(80)
const WIDE_RECIPIENT = '개발자 경험 팀과 플랫폼 엔지니어링 그룹의 모든 구성원 그리고 '.repeat(6).slice(0, 200).trim()
const DESTINATIONS = [
  { type: 'segment', writeKey: 'one', host: `http://${LONG_HOST}.segment.example` },
  { type: 'segment', writeKey: 'two', host: `https://${LONG_HOST}.segment.example` },
  { type: 'honeycomb', dataset: 'd'.repeat(200), apiHost: `http://${LONG_HOST}.plain.example` },
  { type: 'honeycomb', dataset: 'd'.repeat(200), apiHost: `https://${LONG_HOST}.bees.example` },
  { type: 'otlp', endpoint: `http://${LONG_HOST}.otel.example:4318/v1/traces`, headersFrom: 'env' },
  { type: 'otlp', endpoint: `https://${LONG_HOST}.spans.example` },
  { type: 'prometheus', pushgateway: `http://${LONG_HOST}.push.example:9091` },
  { type: 'prometheus', textfile: `${'folder/'.repeat(40)}builds.prom` },
  { type: 'file', path: `${'folder/'.repeat(40)}builds.jsonl` },
  { type: 'exec', command: ['./report-of-ours', ...Array.from({ length: 40 }, (_, at) => `--option-${at}`)] },
]
const FIELDS = Array.from({ length: 20 }, (_, at) => ({
  name: `field_${'x'.repeat(30)}_${at}`,
  type: 'boolean',
  purpose: `${'to know what it is for '.repeat(5)}${at}`,
  reviewBy: '2099-12-31',
  from: `env:FIELD_${at}`,
}))
const LONGEST = {
  project: WIDE_PROJECT,
  recipient: WIDE_RECIPIENT,
  policyUrl: `https://example.com/${'policy/'.repeat(200)}`,
  spans: true,
  dockerLimits: true,
  collect: ['tilt'],
  fields: FIELDS,
  destinations: DESTINATIONS,
}
const ENV = { HONEYCOMB_API_KEY: 'hcaik_key', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=1', XDG_STATE_HOME: `/tmp/${'state'.repeat(40)}` }
/** How each address ends, and what has to be known about the way there. */
const SHOWN = ['.segment.example', '.plain.example', '.bees.example', '.otel.example', '.spans.example', '.push.example']
const plain = (text: string) => stripVTControlCharacters(text).replace(/\s+/gu, ' ')

test('the longest question fits 80 by 24, and says who gets it, where, and what goes unencrypted or with a key', async () => {
  const at = scratch({ project: LONGEST, env: ENV })
  const screen = at.screen('make', ['build'])
  await screen.until(QUESTION)
  const seen = await screen.screen()
  expect(seen.replace(/\n */gu, '')).toContain(`${WIDE_PROJECT} asks:`)
  expect(seen).toContain(QUESTION)
  expect(seen.split('\n').length).toBeLessThanOrEqual(24)
  expect(Math.max(...seen.split('\n').map(textWidth))).toBeLessThanOrEqual(80)
  const words = plain(seen)
  expect(words.replaceAll(' ', '')).toContain(WIDE_RECIPIENT.replaceAll(' ', ''))
  for (const end of SHOWN) expect(words).toContain(end)
  expect(words).toMatch(/Segment \(unencrypted\)/u)
  expect(words).toMatch(/Honeycomb \(unencrypted, with your HONEYCOMB_API_KEY\)/u)
  expect(words).toMatch(/Honeycomb \(with your HONEYCOMB_API_KEY\)/u)
  expect(words).toMatch(/OpenTelemetry \(unencrypted, with your OTEL_EXPORTER_OTLP_HEADERS\)/u)
  expect(words).toMatch(/20 fields of the project's own/u)
  screen.type('d\r')
  await screen.until(new RegExp(`\\n\\}[\\s\\S]*${QUESTION}`, 'u'))
  const details = plain(screen.raw()).replaceAll(' ', '')
  for (const { name } of FIELDS) expect(details).toContain(name)
  expect(details).toContain(`http://${LONG_HOST}.otel.example`)
  expect(details).toContain(LONGEST.policyUrl)
  expect(details).toContain('Never:arguments,output,paths')
  screen.type('\x03')
  await screen.ended
})

test('so does the one about all that came since a yes', async () => {
  const at = scratch({ project: { project: WIDE_PROJECT, recipient: WIDE_RECIPIENT, destinations: DESTINATIONS.slice(0, 1) }, env: ENV })
  expect(await at.tool(['consent', 'on'])).toMatchObject({ code: 0 })
  editProject(at, LONGEST)
  const screen = at.screen('make', ['build'])
  await screen.until(QUESTION_MORE)
  const seen = await screen.screen()
  expect(seen).toContain('개개개')
  expect(seen.split('\n').length).toBeLessThanOrEqual(24)
  const words = plain(seen)
  expect(words).toContain('asks for more than you agreed to')
  for (const end of SHOWN) expect(words).toContain(end)
  expect(words).toMatch(/OpenTelemetry \(unencrypted, with your OTEL_EXPORTER_OTLP_HEADERS\)/u)
  screen.type('\x03')
  await screen.ended
})
