import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { testdir } from '../support/testdir.ts'

const generate = (root: string) => spawnSync(process.execPath, [path.join(root, 'build/generate.mjs'), '--check'], { encoding: 'utf8' })

test('the generated files are fresh', () => {
  expect(generate('.')).toMatchObject({ status: 0, stderr: '' })
})

test.each(['docs/events.md', 'docs/destination-examples.md', 'schema/send-metrics.schema.json'])('a stale %s is named', (stale) => {
  const root = copy()
  fs.appendFileSync(path.join(root, stale), '\n')
  expect(generate(root)).toMatchObject({ status: 1, stderr: `${stale} is stale; write it anew with: make docs\n` })
})

test.each(['docs/privacy.md', 'docs/for-maintainers.md'])('a list of fields in %s that is changed by hand is stale', (page) => {
  const root = copy()
  const file = path.join(root, page)
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('(`duration_ms`)', '(`duration`)'))
  expect(generate(root)).toMatchObject({ status: 1, stderr: `${page} is stale; write it anew with: make docs\n` })
})

test('words that change make every list of fields stale', () => {
  const root = copy()
  const fields = path.join(root, 'src/event/fields.ts')
  fs.writeFileSync(fields, fs.readFileSync(fields, 'utf8').replace("words: 'duration'", "words: 'how long'"))
  for (const page of ['docs/privacy.md', 'docs/for-maintainers.md']) expect(generate(root).stderr).toContain(`${page} is stale`)
})

test('a new field makes docs/events.md stale', () => {
  const root = copy()
  const fields = path.join(root, 'src/event/fields.ts')
  const text = fs.readFileSync(fields, 'utf8')
  fs.writeFileSync(fields, text.replace('How long it ran', 'For how long it ran'))
  expect(generate(root).stderr).toBe('docs/events.md is stale; write it anew with: make docs\n')
})

test('what a destination sends, changed in the source, makes docs/destination-examples.md stale', () => {
  const root = copy()
  const source = path.join(root, 'src/destinations/otlp-spans.ts')
  fs.writeFileSync(source, fs.readFileSync(source, 'utf8').replace("'cicd.pipeline.task.name',", "'task.name',"))
  expect(generate(root).stderr).toBe('docs/destination-examples.md is stale; write it anew with: make docs\n')
})

test('a destination without an example is named', () => {
  const root = copy()
  const table = path.join(root, 'src/destinations/index.ts')
  fs.writeFileSync(table, fs.readFileSync(table, 'utf8').replace("type: 'exec'", "type: 'pigeon'"))
  expect(generate(root).stderr).toContain("has no example for the destination 'pigeon'")
})

/** The project as far as the generator reads it. */
function copy(): string {
  const root = testdir()
  for (const name of ['build', 'src', 'docs', 'schema', 'package.json']) fs.cpSync(name, path.join(root, name), { recursive: true })
  fs.symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'))
  return root
}
