import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { cleanEnv, run } from '../support/cli.ts'
import { filesUnder } from '../support/scratch.ts'
import { testdir } from '../support/testdir.ts'

test('the demo ends with stats, a trace and a report, and leaves nothing but the report', async () => {
  const folder = testdir({})
  const [home, tmp] = ['home', 'tmp'].map((name) => path.join(folder, name)) as [string, string]
  for (const made of [home, tmp]) fs.mkdirSync(made)
  const { code, stdout, stderr } = await run(process.execPath, ['build/demo.mjs'], { cwd: '.', env: cleanEnv(home, { TMPDIR: tmp }) })
  expect([code, stdout, stderr]).toEqual([0, expect.any(String), expect.any(String)])
  expect(stdout).toMatch(/^Shop, 12 weeks up to .*\n1,[12]\d\d runs, \d+ h spent/mu)
  expect(stdout).toMatch(/^test got \d+% slower/mu)
  expect(stdout).toMatch(/^all: .*, success, .*\n\n.*\n {2}app\.o .*(?:\n.*)*\n {2}test /mu)
  const report = fileURLToPath(/^file:.*$/mu.exec(stdout)?.[0] ?? '')
  expect(fs.readFileSync(report, 'utf8')).toContain('<title>')
  expect(filesUnder(folder)).toEqual([path.relative(folder, report)])
})
