import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { applyChanges } from '../../src/makefile/file-changes.ts'
import { vendoring } from '../../src/makefile/vendor.ts'
import { hasPrograms } from '../support/programs.ts'
import { testdir } from '../support/testdir.ts'

/** Runs the extension as Tilt does, as far as Python, of which Tilt's language is a part, can stand in for it. */
const RUN = `
import json, os, sys, types
called = []
config = types.SimpleNamespace(main_dir='/repo')
scope = {'os': os, 'config': config, 'local_resource': lambda **given: called.append(given)}
os.chdir(sys.argv[1])
exec(open('Tiltfile').read(), scope)
os.chdir('/')
eval(sys.argv[2], scope)
print(json.dumps(called))
`

interface Resource {
  readonly serve_cmd: readonly string[]
  readonly [name: string]: unknown
}

function resources(call: string, folder = path.resolve('tilt')): Resource[] {
  return JSON.parse(execFileSync('python3', ['-c', RUN, folder, call], { encoding: 'utf8' }))
}

test('the extension adds one resource that serves this very package, wherever it is called from', () => {
  if (!hasPrograms('python3')) return
  const [resource, ...more] = resources('send_metrics_collector()')
  expect(more).toEqual([])
  expect(resource).toMatchObject({ name: 'send-metrics-collector', labels: ['send-metrics'], allow_parallel: true, serve_dir: '/repo' })
  const [program, tool, ...words] = resource?.serve_cmd ?? []
  expect([program, words]).toEqual(['node', ['collect', 'tilt', '--interval', '60s']])
  expect(fs.realpathSync(tool as string)).toBe(path.resolve('bin/send-metrics.js'))
})

test('in a copy in the repository it serves that copy', () => {
  if (!hasPrograms('python3')) return
  const folder = testdir()
  applyChanges(vendoring(folder))
  const [resource] = resources('send_metrics_collector()', path.join(folder, '.send-metrics/tilt'))
  expect(fs.realpathSync(resource?.serve_cmd[1] ?? '')).toBe(path.join(folder, '.send-metrics/bin/send-metrics.js'))
})

test.each(['docs/tilt.md', 'tilt/Tiltfile'])('%s says where it is, in node_modules and in a copy in the repository', (page) => {
  const named = fs.readFileSync(page, 'utf8').matchAll(/'\.\/(node_modules\/send-metrics|\.send-metrics)\/([^']+)'/gu)
  const places = [...named].map(([, home = '', file = '']) => [home, file] as const)
  expect(places.map(([home]) => home).sort()).toEqual(['.send-metrics', 'node_modules/send-metrics'])
  const folder = testdir()
  applyChanges(vendoring(folder))
  for (const [home, file] of places) expect(fs.existsSync(home === '.send-metrics' ? path.join(folder, home, file) : file)).toBe(true)
})

test('each of its settings can be another', () => {
  if (!hasPrograms('python3')) return
  const [resource] = resources("send_metrics_collector(name='n', interval='5m', labels=['l'], serve_dir='/else')")
  expect(resource).toMatchObject({ name: 'n', labels: ['l'], serve_dir: '/else' })
  expect(resource?.serve_cmd.at(-1)).toBe('5m')
})
