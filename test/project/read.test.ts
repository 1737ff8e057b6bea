import { describe, expect, test } from '@jest/globals'
import type { HttpRequest } from '../../src/destinations/destination.ts'
import { honeycomb } from '../../src/destinations/honeycomb.ts'
import { otlp } from '../../src/destinations/otlp.ts'
import { readProject } from '../../src/project/read.ts'
import { projectSchema } from '../../src/project/schema.ts'
import { message } from '../support/events.ts'

const read = (content: Record<string, unknown>) => readProject({ file: '/r/send-metrics.json', root: '/r', content, problem: undefined })
const segment = { type: 'segment' }

describe('a file without a mistake', () => {
  test('gets its defaults', () => {
    expect(read({ project: 'P' })).toEqual({
      project: {
        project: 'P',
        retentionDays: 365,
        prefix: 'impl-',
        enabled: true,
        spans: false,
        dockerLimits: false,
        commitTime: 'day',
        tests: [],
        collect: [],
        fields: [],
        destinations: [],
        file: '/r/send-metrics.json',
        root: '/r',
      },
    })
  })

  test('may say everything there is to say', () => {
    const content = {
      $schema: 'https://example.org/schema.json',
      project: 'Open edX devstack',
      recipient: 'the tools team',
      policyUrl: 'https://example.org/privacy',
      retentionDays: 90,
      targets: ['build', 'test.%'],
      prefix: 'real-',
      defaultBranch: 'main',
      commitTime: 'second',
      tests: ['smoke', 'load'],
      event: 'devstack.command.run',
      budgetMs: 0,
      enabled: false,
      spans: true,
      dockerLimits: true,
      collect: ['tilt'],
      fields: [
        {
          name: 'mode',
          type: 'enum',
          values: ['fast', 'full'],
          unit: 'ms',
          purpose: 'to compare modes',
          reviewBy: '2027-06-30',
          from: 'env:MODE',
        },
      ],
      destinations: [
        { type: 'segment', writeKey: 'k', host: 'http://127.0.0.1:9' },
        { type: 'honeycomb', dataset: 'builds & tests', apiHost: 'https://api.eu1.honeycomb.io' },
        { type: 'otlp' },
        { type: 'otlp', endpoint: 'http://127.0.0.1:4318', headersFrom: 'env' },
        { type: 'prometheus', textfile: '/var/lib/node_exporter/demo.prom' },
        { type: 'prometheus', pushgateway: 'http://127.0.0.1:9091' },
        { type: 'exec', command: ['./report', '--team', 'two words'] },
        { type: 'file', path: 'out.jsonl' },
      ],
    }
    // A key that is new to the schema belongs into this test.
    expect(Object.keys(content).sort()).toEqual(Object.keys(projectSchema.entries).sort())
    expect(read(content)).toEqual({ project: { ...content, file: '/r/send-metrics.json', root: '/r' } })
  })
})

type Row = [content: Record<string, unknown>, key: string, value: string, allowed: string]

function expectMistake(content: Row[0], key: Row[1], value: Row[2], allowed: Row[3]): void {
  const result = read({ project: 'P', ...content })
  const { file, what } = 'problem' in result ? result.problem : { file: '', what: 'no mistake' }
  expect(file).toBe('/r/send-metrics.json')
  expect(what.startsWith(`${key} ${value}`) ? '' : what).toBe('')
  expect(what).toMatch(/[;?] allowed: /u)
  expect(what).toContain(allowed)
  expect(what).not.toMatch(/\p{Cc}/u)
}

describe('a mistake is told by key, value and what is allowed', () => {
  test.each<Row>([
    [{ project: undefined }, 'project', 'is missing', '1 to 80 characters'],
    [{ project: '' }, 'project', 'is ""', '1 to 80 characters'],
    [{ project: 7 }, 'project', 'is 7', '1 to 80 characters'],
    [{ project: 'x'.repeat(81) }, 'project', 'is "xxx', '1 to 80 characters'],
    [{ project: 'a\u001b[2J' }, 'project', 'is "a\\u001b[2J"', '1 to 80 characters'],
    [{ project: 'a\u202Eb' }, 'project', 'is "a\\u202eb"', '1 to 80 characters'],
    [{ recipient: '' }, 'recipient', 'is ""', 'in words'],
    [{ policyUrl: 'javascript:alert(1)' }, 'policyUrl', 'is "javascript:alert(1)"', 'http or https'],
    [{ policyUrl: 'https://a b' }, 'policyUrl', 'is "https://a b"', 'http or https'],
    [{ retentionDays: 0 }, 'retentionDays', 'is 0', '1 to 3650'],
    [{ retentionDays: 1.5 }, 'retentionDays', 'is 1.5', '1 to 3650'],
    [{ retentionDays: '90' }, 'retentionDays', 'is "90"', '1 to 3650'],
    [{ targets: 'build' }, 'targets', 'is "build"', 'list of target names'],
    [{ targets: ['a', 'b%c%d'] }, 'targets[1]', 'is "b%c%d"', 'at most one %'],
    [{ targets: ['a b'] }, 'targets[0]', 'is "a b"', 'list of target names'],
  ])('%j', expectMistake)

  test.each<Row>([
    [{ prefix: '' }, 'prefix', 'is ""', 'such as impl-'],
    [{ prefix: '-n' }, 'prefix', 'is "-n"', 'such as impl-'],
    [{ defaultBranch: 5 }, 'defaultBranch', 'is 5', 'name of a branch'],
    [{ event: 'Devstack Run' }, 'event', 'is "Devstack Run"', 'lower-case words'],
    [{ event: 'a..b' }, 'event', 'is "a..b"', 'lower-case words'],
    [{ budgetMs: -1 }, 'budgetMs', 'is -1', '0 to 60000'],
    [{ budgetMs: 60_001 }, 'budgetMs', 'is 60001', '0 to 60000'],
    [{ enabled: 'no' }, 'enabled', 'is "no"', 'true, or false'],
    [{ destinations: segment }, 'destinations', 'is {"type":"segment"}', 'list of at most 10'],
    [{ destinations: Array(11).fill(segment) }, 'destinations', 'is [', 'list of at most 10'],
    [{ collect: ['tilt', 'tilt'] }, 'collect', 'is ["tilt","tilt"]', 'a list of collectors'],
    [{ collect: ['docker'] }, 'collect[0]', 'is "docker"', 'a list of collectors'],
    [{ dockerLimits: 'yes' }, 'dockerLimits', 'is "yes"', 'true to add'],
    [{ destinations: ['segment'] }, 'destinations[0]', 'is "segment"', 'file or exec'],
    [{ destinations: [{ type: 'segmnt' }] }, 'destinations[0].type', 'is "segmnt"', 'file or exec'],
    [{ destinations: [{}] }, 'destinations[0].type', 'is missing', 'file or exec'],
    [{ destinations: [{ ...segment, writeKey: 'a b' }] }, 'destinations[0].writeKey', 'is a text that is not shown here', 'without blanks'],
    [{ destinations: [{ ...segment, writeKey: 'a:b' }] }, 'destinations[0].writeKey', 'is a text that is not shown here', 'without blanks'],
    [{ destinations: [segment, { ...segment, host: 'ftp://x' }] }, 'destinations[1].host', 'is "ftp://x"', 'https://api.segment.io'],
    [{ destinations: [{ type: 'file', path: '' }] }, 'destinations[0].path', 'is ""', 'relative to the project file'],
    [{ destinations: [{ type: 'file' }] }, 'destinations[0].path', 'is missing', 'relative to the project file'],
    [{ destinations: [{ type: 'honeycomb' }] }, 'destinations[0].dataset', 'is missing', 'name of a dataset'],
    [{ destinations: [{ type: 'otlp', headersFrom: 'x' }] }, 'destinations[0].headersFrom', 'is "x"', 'OTEL_EXPORTER_OTLP_HEADERS'],
    [{ destinations: [{ type: 'prometheus' }] }, 'destinations[0]', 'has neither', 'either "textfile" or "pushgateway"'],
    [
      { destinations: [segment, { type: 'prometheus', textfile: 'a.prom', pushgateway: 'http://p' }] },
      'destinations[1]',
      'has both',
      'either "textfile" or "pushgateway"',
    ],
    [{ destinations: [{ type: 'prometheus', textfile: 'a.txt' }] }, 'destinations[0].textfile', 'is "a.txt"', 'ends in .prom'],
    [{ destinations: [{ type: 'exec', command: 'sh' }] }, 'destinations[0].command', 'is "sh"', 'a program and its arguments'],
    [{ destinations: [{ type: 'exec', command: [] }] }, 'destinations[0].command', 'is []', 'a program and its arguments'],
    [{ $schema: 5 }, '$schema', 'is 5', 'JSON Schema'],
  ])('%j', expectMistake)
})

const mistake = (content: Record<string, unknown>) => {
  const result = read({ project: 'P', ...content })
  return 'problem' in result ? result.problem.what : undefined
}
const field = (name: string) => ({ name, type: 'integer', purpose: 'p', reviewBy: '2027-06-30', from: 'env:X', min: 0, max: 9 })

describe('a field of your own may not have a name that a destination uses beside the fields', () => {
  test('Honeycomb', async () => {
    const { requests } = await honeycomb.encode([message({ properties: { command: 'build' } })], { apiHost: 'http://h', dataset: 'd' })
    const [{ data }] = JSON.parse((requests[0] as HttpRequest).body) as [{ data: object }]
    const beside = Object.keys(data).filter((name) => name !== 'command' && /^\w+$/u.test(name))
    expect(beside).toContain('error')
    for (const name of beside)
      expect([name, mistake({ fields: [field(name)] })]).toEqual([name, expect.stringContaining('nor a destination')])
  })

  test('OTLP', async () => {
    const { requests } = await otlp.encode([message({ properties: { send_metrics_version: '1' } })], { url: 'http://o', headers: {} })
    const beside = [...(requests[0] as HttpRequest).body.matchAll(/"send_metrics\.(\w+)"/gu)].map(([, name = '']) => name)
    expect(beside).toEqual(['version', 'event', 'anonymous_id', 'message_id'])
    for (const name of beside)
      expect([name, mistake({ fields: [field(name)] })]).toEqual([name, expect.stringContaining('nor a destination')])
  })

  test("a warehouse's columns, which Segment drops", () =>
    expect(mistake({ fields: [field('received_at')] })).toMatch(/nor a destination/u))
})

describe('an address with a password in it, which nobody would send,', () => {
  test.each<[string, object]>([
    ['pushgateway', { type: 'prometheus', pushgateway: 'https://me:secret@push.example.com' }],
    ['endpoint', { type: 'otlp', endpoint: 'https://me:secret@otel.example.com' }],
    ['apiHost', { type: 'honeycomb', dataset: 'd', apiHost: 'https://me:secret@api.honeycomb.io' }],
    ['host', { type: 'segment', host: 'https://me:secret@api.segment.io' }],
  ])('is refused as %s', (key, destination) => {
    expect(mistake({ destinations: [destination] })).toMatch(
      new RegExp(`^destinations\\[0\\]\\.${key} is .*without a user or a password`, 'u'),
    )
  })

  test('an @ further on is none', () => {
    expect(mistake({ destinations: [{ type: 'otlp', endpoint: 'https://otel.example.com/@team/v1/traces' }] })).toBeUndefined()
  })
})

describe('what is no setting, and what could not be read', () => {
  test.each<[Record<string, unknown>, string, string]>([
    [{ projet: 'P' }, 'projet is not a setting of send-metrics.json', 'project, recipient'],
    [{ destinations: [{ ...segment, key: 'k' }] }, 'destinations[0].key is not a setting of send-metrics.json', 'allowed here'],
    [{ 'a\u001bb': 1 }, 'a\\u001bb is not a setting', 'allowed here'],
  ])('%j', (content, start, allowed) => {
    const result = read({ project: 'P', ...content })
    const what = 'problem' in result ? result.problem.what : 'no mistake'
    expect(what.slice(0, start.length)).toBe(start)
    expect(what).toContain(allowed)
  })

  test('a file that could not be read keeps its own reason', () => {
    const problem = { file: '/r/f', what: 'is not JSON' }
    expect(readProject({ file: '/r/f', root: '/r', content: undefined, problem })).toEqual({ problem })
  })
})

test.each([
  [true, false],
  [false, true],
])('a field of the team under a name of ours, where the project asks for that one: %s', (dockerLimits, isFine) => {
  const own = { name: 'docker_cpus', type: 'integer', purpose: 'p', reviewBy: '2027-06-30', from: 'env:A', min: 0, max: 9 }
  expect('project' in read({ project: 'P', dockerLimits, fields: [own] })).toBe(isFine)
})

describe('what may have been meant is named', () => {
  const field = { name: 'mode', purpose: 'x', reviewBy: '2027-06-30', from: 'env:MODE' }
  test.each<[Record<string, unknown>, string | undefined]>([
    [{ projcet: 'x' }, 'project'],
    [{ project: 'P', Targets: [] }, 'targets'],
    [{ project: 'P', qqq: 1 }, undefined],
    [{ project: 'P', destinations: [{ type: 'segmnt' }] }, 'segment'],
    [{ project: 'P', destinations: [{ type: 'segment', writekey: 'k' }] }, 'writeKey'],
    [{ project: 'P', destinations: [{ type: 'file', pth: 'k' }] }, 'path'],
    [{ project: 'P', destinations: [{}] }, undefined],
    [{ project: 'P', collect: ['titl'] }, 'tilt'],
    [{ project: 'P', fields: [{ ...field, type: 'boolen' }] }, 'boolean'],
  ])('%j: %s', (content, name) => {
    const result = read(content)
    const what = 'problem' in result ? result.problem.what : ''
    expect(/did you mean (\w+)\?/u.exec(what)?.[1]).toBe(name)
  })
})
