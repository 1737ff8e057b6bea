import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { cleanEnv, NODE, run } from '../support/cli.ts'
import { testdir } from '../support/testdir.ts'

/** The package as a user gets it: packed, and installed in an empty folder without a registry. */
describe('the packed package', () => {
  let folder: string
  let env: Record<string, string>
  const tool = () => path.join(folder, 'node_modules/.bin/send-metrics')

  beforeAll(async () => {
    folder = testdir({ 'package.json': '{ "private": true }', Makefile: 'impl-build: ; @echo built\n' })
    env = cleanEnv(folder, {
      PATH: `${path.dirname(NODE)}:${process.env.PATH}`,
      npm_config_offline: 'true',
      npm_config_cache: path.join(folder, '.npm'),
    })
    const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: process.cwd(), env })
    expect(packed.code).toBe(0)
    const installed = await run('npm', ['install', '--no-audit', '--no-fund', `./${packed.stdout.trim().split('\n').at(-1)}`], {
      cwd: folder,
      env,
    })
    expect(installed).toMatchObject({ code: 0 })
  })

  test('brings nothing else with it', () => {
    expect(fs.readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['send-metrics'])
  })

  test('runs a target', async () => {
    expect(await run(tool(), ['wrap', 'build'], { cwd: folder, env })).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
  })

  test.each([['--version'], ['--help'], ['consent', '--help'], ['log', '--help'], ['preview', '--help'], ['flush', '--help']])(
    'answers %s %s',
    async (...words) => {
      expect(await run(tool(), words, { cwd: folder, env })).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/\S/u) })
    },
  )

  test('has the schema where send-metrics.json names it', () => {
    expect(fs.existsSync(path.join(folder, './node_modules/send-metrics/schema/send-metrics.schema.json'))).toBe(true)
  })

  test('is found by its Makefile.example', async () => {
    fs.copyFileSync(path.join(folder, 'node_modules/send-metrics/Makefile.example'), path.join(folder, 'Makefile'))
    expect(await run('make', ['test'], { cwd: folder, env })).toMatchObject({ code: 0, stdout: 'building\ntesting\n', stderr: '' })
  })
})
