import { expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'

test('two hundred runs, twenty at a time, against a receiver that fails at random: none lost, none changed', async () => {
  const { code, stdout } = await run(process.execPath, ['bench/soak.mjs', '200', '20'], {
    cwd: process.cwd(),
    env: { PATH: process.env.PATH ?? '', NODE_UNDER_TEST: process.env.NODE_UNDER_TEST ?? '' },
  })
  // The figures, with the seed to repeat them, are the message of a failure.
  expect(`${stdout}exit code ${code}`).toMatch(/nothing lost, nothing changed\nexit code 0$/u)
  expect(stdout).toMatch(/^ +200 {2}runs in the ledger$/mu)
})
