import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { editProject, QUESTION } from '../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const FIELDS = [
  { name: 'cache_hits', type: 'integer', purpose: 'to size the cache', reviewBy: '2099-12-31', from: 'file:hits' },
  { name: 'wait', type: 'number', unit: 's', purpose: 'to see queues', reviewBy: '2099-12-31', from: 'env:WAIT', min: 0, max: 60 },
  { name: 'warm', type: 'boolean', purpose: 'to tell warm from cold', reviewBy: '2099-12-31', from: 'env:WARM' },
  { name: 'mode', type: 'enum', values: ['fast', 'full'], purpose: 'to compare modes', reviewBy: '2099-12-31', from: 'env:MODE' },
]
const WRITES = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo hits=$${HITS-12} >"$$SEND_METRICS_FIELDS"; echo built\n'
const NAMES = FIELDS.map(({ name }) => name)

const own = () => {
  const properties = segmentEvents(there).at(-1)?.properties ?? {}
  return Object.fromEntries(NAMES.flatMap((name) => (name in properties ? [[name, properties[name]]] : [])))
}

async function agreed(project: object = {}): Promise<Scratch> {
  const at = scratch({ to: there.url, makefile: WRITES, project: { fields: FIELDS, ...project } })
  await at.agree(there)
  return at
}

describe("a team's own fields", () => {
  test('from the environment and from the file that the target writes', async () => {
    const at = await agreed()
    expect(await at.make(['build'], { WAIT: '0.5', WARM: 'true', MODE: 'full' })).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(own()).toEqual({ cache_hits: 12, wait: 0.5, warm: true, mode: 'full' })
  })

  test('what is not of the declared form is dropped and counted, and doctor says so', async () => {
    const at = await agreed()
    const bad = { HITS: 'my secret', WAIT: 'long', WARM: 'perhaps', MODE: 'secret' }
    await at.make(['build'], bad)
    await at.make(['build'], { ...bad, WAIT: '1' })
    expect(own()).toEqual({ wait: 1 })
    expect(there.requests.map(({ body }) => body).join()).not.toMatch(/secret|perhaps/u)
    const { stdout } = await at.tool(['doctor'])
    expect(stdout).toContain('cache_hits: 2 values were dropped, not of type integer')
    expect(stdout).toContain('wait: 1 value was dropped, not of type number, or not from 0 to 60')
  })

  test('past its day of review a field is not sent, and doctor says why and what to do', async () => {
    const at = await agreed()
    editProject(at, { fields: FIELDS.map((field) => (field.name === 'cache_hits' ? { ...field, reviewBy: '2026-01-31' } : field)) })
    await at.make(['build'], { WAIT: '2' })
    expect(own()).toEqual({ wait: 2 })
    const { code, stdout } = await at.tool(['doctor'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/PROBLEM {2}fields: +cache_hits is no longer sent: its review was due by 2026-01-31\n +do: .*reviewBy/u)
  })

  test('the question says what each is for', async () => {
    const at = scratch({ to: there.url, makefile: WRITES, project: { fields: FIELDS } })
    const screen = at.screen('make', ['build'], {}, { columns: 100, rows: 40 })
    await screen.until(QUESTION)
    const asked = stripVTControlCharacters(screen.raw()).replace(/\s+/gu, ' ')
    for (const { name, purpose } of FIELDS) expect(asked).toMatch(new RegExp(`${name}(?: in s)? \\(${purpose}\\)`, 'u'))
    expect(asked).toContain('environment variables but those named above')
    screen.type('\x03')
    await screen.ended
  })

  test('before a yes the target has no file to write to', async () => {
    const makefile = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo "<$$SEND_METRICS_FIELDS>"\n'
    const at = scratch({ to: there.url, makefile, project: { fields: FIELDS } })
    expect((await at.make(['build'])).stdout).toBe('<>\n')
  })
})

test.each<[string, object, string]>([
  ['text', { type: 'string' }, 'fields[0].type is "string"; allowed: integer, number, boolean or enum; there is no free text'],
  ['an enum without values', { type: 'enum' }, 'fields[0].values is missing'],
  ['a name that is taken', { name: 'command' }, 'fields[0].name is "command"; allowed: a name that no other field has'],
  ['no purpose', { purpose: '' }, 'fields[0].purpose is ""'],
  ['no day of review', { reviewBy: 'later' }, 'fields[0].reviewBy is "later"'],
  ['a source of another kind', { from: 'shell:id' }, 'fields[0].from is "shell:id"'],
])('a field with %s is refused', async (_name, part, words) => {
  const at = scratch({ to: there.url, project: { fields: [{ ...FIELDS[0], ...part }] } })
  expect((await at.make(['build'])).stderr).toContain(words)
})
