import { expect, test } from '@jest/globals'
import { progressBar } from '../../src/insight/progress.ts'
import { testWorld } from '../support/world.ts'

/** A World at a terminal whose clock stands still until it is set. */
function atTerminal(env: Record<string, string> = {}, stderrIsTTY = true) {
  const clock = { now: 0 }
  return { clock, world: testWorld({ env, stderrIsTTY, monotonic: () => clock.now }) }
}

test('nothing is drawn in the first second, then a bar, and in the end it is taken away', () => {
  const { clock, world } = atTerminal()
  const { tell, clear } = progressBar(world)
  clock.now = 999
  tell(1, 4)
  expect(world.said.stderr).toBe('')
  clock.now = 1_000
  tell(2, 4)
  expect(world.said.stderr).toBe('\rreading [############            ] 50%\u001b[K')
  clock.now = 1_050
  tell(3, 4)
  expect(world.said.stderr).toHaveLength('\rreading [############            ] 50%\u001b[K'.length)
  clear()
  expect(world.said.stderr.endsWith('\r\u001b[K')).toBe(true)
})

test('where nobody knows how much there is, the seconds are counted', () => {
  const { clock, world } = atTerminal()
  const { tell } = progressBar(world)
  clock.now = 4_200
  tell(5, 0)
  expect(world.said.stderr).toBe('\rreading, 4 s\u001b[K')
})

test.each([
  ['without a terminal', {}, false],
  ['at a terminal that cannot take anything back', { TERM: 'dumb' }, true],
])('nothing is drawn %s', (_name, env, isTTY) => {
  const { clock, world } = atTerminal(env, isTTY)
  const { tell, clear } = progressBar(world)
  clock.now = 5_000
  tell(1, 2)
  clear()
  expect(world.said.stderr).toBe('')
})

test('what took less than a second leaves nothing to take away', () => {
  const { world } = atTerminal()
  const { tell, clear } = progressBar(world)
  tell(1, 2)
  clear()
  expect(world.said.stderr).toBe('')
})
