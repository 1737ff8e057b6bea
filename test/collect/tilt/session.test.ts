import { describe, expect, test } from '@jest/globals'
import { isFirstRound, isReady, readyAt, sessionOf, startupMs } from '../../../src/collect/tilt/session.ts'
import { recordedItems } from '../../support/tilt.ts'

const resource = (status: object) => ({ kind: 'UIResource', status: { updateStatus: 'ok', runtimeStatus: 'ok', ...status } })
const ready = (lastTransitionTime: string | null) => ({ conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] })

test('the recorded session', () => {
  expect(sessionOf(recordedItems('uisession.json'))).toEqual({
    identity: '4e24c3c1-2eae-4a95-8272-b05f40b1ce76 2026-11-21T09:32:56.000Z',
    startedAt: '2026-11-21T09:32:56.000Z',
    version: '0.32.3',
  })
})

test('the recorded resources are not ready: one fails, one waits, one runs its update', () => {
  expect(isReady(recordedItems('uiresources.json'))).toBe(false)
  const names = ['build-ok', 'both', 'server', '(Tiltfile)', 'manual']
  const some = recordedItems('uiresources.json').filter((one) => names.includes((one as { metadata: { name: string } }).metadata.name))
  expect(isReady(some)).toBe(true)
  expect(isFirstRound(some)).toBe(true)
})

describe('ready', () => {
  test.each([
    ['all is up to date and runs', [{}, { runtimeStatus: 'not_applicable' }, { updateStatus: 'not_applicable' }], true],
    ['a server is not there yet', [{}, { runtimeStatus: 'pending' }], false],
    ['nobody knows whether it runs', [{ runtimeStatus: 'unknown' }], false],
    ['an update goes on', [{ updateStatus: 'in_progress' }], false],
    ['an update has not begun', [{ updateStatus: 'none' }], false],
    ['what is started by hand has not been', [{}, { updateStatus: 'none', triggerMode: 2 }], true],
    ['what is started by hand fails', [{}, { updateStatus: 'error', triggerMode: 2 }], false],
    ['what is switched off has failed', [{}, { updateStatus: 'error', disableStatus: { state: 'Disabled' } }], true],
    ['there is nothing', [], false],
    ['there is nothing but what is started by hand', [{ updateStatus: 'none', triggerMode: 3 }], false],
  ])('%s', (_name, all, expected) => expect(isReady(all.map(resource))).toBe(expected))
})

test('it became ready with the last resource', () => {
  const all = ['2026-11-21T09:33:01.500000Z', '2026-11-21T09:33:00.000000Z'].map((time) => resource(ready(time)))
  const at = readyAt(all)
  expect(at).toBe('2026-11-21T09:33:01.500000Z')
  expect(startupMs({ identity: '', version: '', startedAt: '2026-11-21T09:32:56.000Z' }, at ?? '')).toBe(5_500)
  expect(readyAt([...all, resource(ready(null))])).toBeUndefined()
})

test('a second build says that this is not the first round any more', () => {
  expect(isFirstRound([resource({ buildHistory: [{}, {}] })])).toBe(false)
})
