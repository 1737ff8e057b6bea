import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { onLinux } from '../../support/needs.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { atTerminal, runEvents, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const BUILD = `${WRAPPED('build')}impl-build: ; @echo built\n`
const DETACHED = "bash -o pipefail -c 'setsid --wait make build </dev/null 2>&1 | cat'"

test("in a job with a pseudo-terminal a pipeline's yes does not count, and does where make is started without one", async () => {
  if (!onLinux()) return
  const at = wrappedProject(there, { makefile: BUILD, env: { SEND_METRICS: 'on', CI: 'true', BUILDKITE: 'true' } })
  for (const [line, events] of [
    ['make build', 0],
    [DETACHED, 1],
  ] as const) {
    // Whatever make may have started the tests is not above it.
    const apart = `setsid --fork bash -c '${line.replaceAll("'", `'\\''`)}; touch done'; until rm done 2>/dev/null; do sleep 0.05; done`
    const screen = atTerminal(at, 'bash', ['-c', apart])
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw()).toContain('built')
    expect(runEvents(there)).toHaveLength(events)
  }
})

test('a target that fails there fails the job', async () => {
  if (!onLinux()) return
  const at = wrappedProject(there, { makefile: BUILD.replace('@echo built', '@exit 3'), env: { SEND_METRICS: 'on', CI: 'true' } })
  expect((await atTerminal(at, 'bash', ['-c', DETACHED]).ended).code).toBe(2)
})
