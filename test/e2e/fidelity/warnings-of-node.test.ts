import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, shell, WRAPPED } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

test('what Node warns of, here of certificates that are not checked, is not among what the target says, unless one debugs', async () => {
  const unchecked = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const destinations = [{ type: 'segment', writeKey: 'key', host: there.url.replace('http:', 'https:') }]
  const makefile = `${WRAPPED('build')}impl-build: ; @echo built >&2\n`
  const project = await agreedProject(there, { makefile, settings: { destinations } })
  // What failed a moment ago would not be tried again.
  await shell(project, 'rm -rf "$HOME/.local"')
  expect(await shell(project, 'make build', unchecked)).toMatchObject({ code: 0, stderr: 'built\n' })
  await shell(project, 'rm -rf "$HOME/.local"')
  const { stderr } = await shell(project, 'make build', { ...unchecked, SEND_METRICS_DEBUG: '1' })
  expect(stderr).toMatch(/Warning: .*TLS connections/u)
})
