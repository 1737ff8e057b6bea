import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { statementAtQuestion } from '../../src/consent/at-question.ts'
import { identityOf } from '../../src/consent/standing.ts'
import { decide, NEVER, statement, statementOf } from '../../src/consent/wording.ts'
import { FIELDS } from '../../src/event/fields.ts'
import { say } from '../../src/messages.ts'
import { fieldTable } from '../../src/project/field-table.ts'
import type { Project } from '../../src/project/read.ts'
import { textWidth } from '../../src/text-width.ts'
import { DEMO, projectOf } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const AUDIENCE = { tool: 'send-metrics', titles: ['Segment (https://api.segment.io)'], stateFolder: '~/.local/state/send-metrics' }
const plain = (text: string) => text.replace(/\s+/gu, ' ')

function project(more: object = {}): Project {
  return projectOf({ cwd: testdir({ 'send-metrics.json': JSON.stringify({ ...DEMO, ...more }) }), uid: process.getuid?.() })
}

describe('what a person is told', () => {
  test('names every field, and what is never taken', () => {
    const text = plain(statement(project(), AUDIENCE, 80))
    for (const { words } of FIELDS) expect(text).toContain(words)
    expect(text).toContain(NEVER)
  })

  test('says who gets it, through whom, how long it is kept, where the copy lies and how to change it', () => {
    const more = { recipient: 'Tools team at Example', retentionDays: 90, policyUrl: 'https://example.org/privacy' }
    const text = plain(statement(project(more), AUDIENCE, 80))
    expect(text).toMatch(/^Demo asks: may this run and later ones be counted and sent\?/u)
    expect(text).toContain('To: Tools team at Example, through Segment (https://api.segment.io)')
    expect(text).toContain('Kept: 90 days; your own copy is in ~/.local/state/send-metrics')
    expect(text).toContain('Change: send-metrics consent on, local or off')
    expect(text).toContain('Policy: https://example.org/privacy')
  })

  test('where no recipient is named it is the maintainers; where nothing is sent it says so', () => {
    expect(plain(statement(project(), AUDIENCE, 80))).toContain('the people who maintain Demo, through Segment')
    expect(plain(statement(project(), { ...AUDIENCE, titles: [] }, 80))).toContain('nothing leaves this machine')
    expect(plain(statement(project(), { ...AUDIENCE, titles: ['A', 'B'] }, 80))).toContain('through A and B')
    expect(statement(project(), AUDIENCE, 80)).toContain('the project names none')
  })
})

describe('its form', () => {
  const RICH = {
    project: 'Open edX devstack',
    recipient: 'the developer experience team at Example University',
    policyUrl: 'https://example.org/privacy/developer-metrics',
  }

  test('with the prompt it fits a terminal of 80 by 24', () => {
    const lines = statement(project(RICH), AUDIENCE, 80).split('\n')
    // A blank line before and after, as it is printed, then the prompt; `? ` stands before the prompt and an answer behind it.
    const prompt = `? ${say.question()} local`
    expect(prompt.length).toBeLessThanOrEqual(80)
    expect(lines.length + 3).toBeLessThanOrEqual(24)
  })

  test.each([40, 59, 60, 80, 100])('no line is longer than %i columns', (width) => {
    const longest = Math.max(
      ...statement(project({ recipient: 'the tools team' }), AUDIENCE, width)
        .split('\n')
        .map((line) => line.length),
    )
    expect(longest).toBeLessThanOrEqual(width)
  })

  test.each([40, 60, 80])('in %i columns a recipient in wide letters keeps to the width', (width) => {
    const lines = statement(
      project({ recipient: '개발자 경험 팀과 플랫폼 엔지니어링 그룹의 모든 구성원 그리고 데이터 분석을 담당하는 사람들' }),
      AUDIENCE,
      width,
    ).split('\n')
    expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
  })

  test('whoever has answered by a command is not asked by the text, and for a local record it says nothing of sending', () => {
    const [on, local] = (['on', 'local'] as const).map((choice) => statementOf(choice, project(), AUDIENCE, 80, FIELDS))
    expect([on, local].join('\n')).not.toMatch(/\?|asks/u)
    expect(on).toMatch(/^To: .*through Segment/mu)
    expect(local).not.toMatch(/^(?:To|Why|Never|Policy):|Segment/mu)
    for (const label of ['Run', 'Checkout', 'Machine', 'IDs', 'Tool', 'Kept', 'Change'])
      expect(local).toMatch(new RegExp(`^${label}: `, 'mu'))
  })

  test('on a narrow terminal a label has a line of its own', () => {
    expect(statement(project(), AUDIENCE, 40).split('\n')).toContain('Never:')
  })
})

test('a decision holds the text, its hash, and exactly what it covers', () => {
  const text = statement(project(), AUDIENCE, 80)
  const ground = {
    text,
    fields: ['command', 'outcome'],
    places: identityOf(testWorld(), project()).where,
    now: Date.parse('2026-11-21T12:00:00Z'),
    version: '1.2.3',
  }
  expect(decide('on', 'question', project(), ground)).toEqual({
    decision: 'on',
    at: '2026-11-21T12:00:00.000Z',
    asOf: '2026-11-21T12:00:00.000Z',
    retentionDays: 365,
    method: 'question',
    text,
    textHash: createHash('sha256').update(text).digest('hex'),
    fieldSet: ['command', 'outcome'],
    recipients: ['segment host="https://api.segment.io" writeKey="key"'],
    toolVersion: '1.2.3',
  })
})

test('the question about everything that a project may ask for leaves room for its title on 80 by 24', () => {
  const field = {
    type: 'integer',
    from: 'env:HITS',
    reviewBy: '2999-12-31',
    purpose: 'to see whether the cache is worth its disk',
    min: 0,
    max: 9,
  }
  const fields = Array.from({ length: 20 }, (_, at) => ({ ...field, name: `a_rather_long_name_of_a_field_number_${at}` }))
  const cwd = testdir({
    'send-metrics.json': JSON.stringify({
      ...DEMO,
      recipient: 'the developer experience team at Example University',
      policyUrl: 'https://example.org/privacy/developer-metrics',
      ...{ spans: true, dockerLimits: true, collect: ['tilt'], commitTime: 'second', tests: ['smoke'], targets: ['%'], fields },
    }),
  })
  const rich = projectOf({ cwd, uid: process.getuid?.() })
  const briefs = [{ service: 'Segment', at: 'api.segment.io', marks: [] }]
  const text = statementAtQuestion(rich, { ...AUDIENCE, briefs }, 79, fieldTable(rich, 0))
  expect(text.split('\n').length + 3).toBeLessThanOrEqual(24)
  expect(text.replace(/\s+/gu, ' ')).toContain('time to the second, which names its author')
})
