import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HttpRequest } from '../../src/destinations/destination.ts'
import { shape } from '../../src/destinations/segment-client.ts'
import { fill, learn } from '../../src/destinations/segment-form.ts'
import type { Message } from '../../src/event/message.ts'
import { message } from '../support/events.ts'

const SETTINGS = { writeKey: 'a-key', host: 'https://api.segment.io' }
const recorded = (more: Partial<Message> = {}) => message({ nodeVersion: 'v1.2.3', clientVersion: '4.5.6', ...more })

async function known(settings = SETTINGS): Promise<string> {
  const text = learn(await shape([recorded()], settings), settings, '3')
  if (text === undefined) throw new Error('nothing was learned')
  return text
}

/** When the client says that it sent a request. */
const sentAt = ({ body }: HttpRequest) => (JSON.parse(body) as { sentAt: string }).sentAt

test('what is filled in is what the client makes, byte by byte', async () => {
  const form = await known()
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())
  const messages = fc.array(
    fc
      .record({
        event: fc.string({ minLength: 1 }),
        anonymousId: fc.string({ minLength: 1 }),
        properties: fc.dictionary(
          fc.string().filter((name) => name !== '__proto__'),
          value,
        ),
        clientVersion: fc.constantFrom('3.0.0', '3.1.0'),
      })
      .map(recorded),
    { minLength: 1, maxLength: 4 },
  )
  await fc.assert(
    fc.asyncProperty(messages, async (all) => {
      const theirs = await shape(all, SETTINGS)
      expect(fill(form, all, SETTINGS, '3', sentAt(theirs))).toEqual(theirs)
    }),
    { numRuns: 60 },
  )
})

test('the write key is not in it', async () => {
  const text = await known()
  expect(text).not.toContain('a-key')
  expect(text).not.toContain(Buffer.from('a-key:').toString('base64'))
})

test('a key that changed is the one that goes along', async () => {
  const settings = { ...SETTINGS, writeKey: 'another' }
  const one = recorded()
  const theirs = await shape([one], settings)
  expect(fill(await known(), [one], settings, '3', sentAt(theirs))).toEqual(theirs)
})

test.each([
  ['another version of the client', '4', SETTINGS],
  ['another address', '3', { ...SETTINGS, host: 'https://events.eu1.segmentapis.com' }],
])('%s is not filled in', async (_name, version, settings) => {
  expect(fill(await known(), [recorded()], settings, version)).toBeUndefined()
})

test.each(['', '{', 'null', '[]', '{"of":"3 https://api.segment.io"}'])('what is damaged is not used: %s', (text) => {
  expect(fill(text, [recorded()], SETTINGS, '3')).toBeUndefined()
})

test.each([{ anonymousId: '' }, { event: '' }])('what the client refuses is left to it: %j', async (more) => {
  expect(fill(await known(), [recorded(more)], SETTINGS, '3')).toBeUndefined()
})

test.each([
  ['a header', (request: HttpRequest) => ({ ...request, headers: { ...request.headers, Authorization: 'Bearer x' } })],
  ['a body', (request: HttpRequest) => ({ ...request, body: request.body.replace('"properties":{', '"properties":{"added":1,') })],
])('%s that is not understood is not learned', async (_name, change) => {
  expect(learn(change(await shape([recorded()], SETTINGS)), SETTINGS, '3')).toBeUndefined()
})
