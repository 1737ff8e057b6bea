import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { gnumakefile, isOurs } from '../../../src/makefile/gnumakefile.ts'
import { foldersAbove, recipeTool, toolForMake } from '../../../src/makefile/tool-places.ts'
import { cleanEnv, run } from '../../support/cli.ts'
import { generated, MAKE, type Tree } from '../../support/side-by-side.ts'
import { addFiles, testdir } from '../../support/testdir.ts'

/** Stands in for the tool where it is read: it names the program to start it with. */
const shellTool = (name: string) => `#!/bin/sh\n":" /* send-metrics\nsend_metrics_answer='go|/bin/echo ${name}'\n`

const PLACES: Readonly<Record<string, string>> = {
  'here/.send-metrics/bin/send-metrics.js': shellTool('vendored'),
  'here/node_modules/send-metrics/bin/send-metrics.js': shellTool('node_modules'),
  // As pnpm makes it, and a version manager: a script that runs it.
  'here/node_modules/.bin/send-metrics': '#!/bin/sh\ncase $1 in --door) echo "go|/no/such/node" ;; *) echo script "$0" "$@" ;; esac\n',
  'bin/send-metrics': shellTool('PATH'),
}
const SCRIPT = 'node_modules/.bin/send-metrics'

describe('the generated GNUmakefile takes the first tool that is there', () => {
  test.each([
    ['vendored .send-metrics/bin/send-metrics.js', 0],
    ['node_modules node_modules/send-metrics/bin/send-metrics.js', 1],
    [`script ${SCRIPT}`, 2],
    ['PATH %/bin/send-metrics', 3],
  ])('%s', async (called, first) => {
    const places = Object.keys(PLACES).slice(first)
    const folder = testdir({ 'here/Makefile': 'a b: ; @echo as it is\n', 'here/GNUmakefile': generated() })
    addFiles(folder, Object.fromEntries(places.map((place) => [place, PLACES[place] ?? ''])))
    const env = cleanEnv(folder, { PATH: `${folder}/bin:/usr/bin:/bin` })
    const ended = await run(MAKE, ['-k', 'b', 'a', 'X=1'], { cwd: path.join(folder, 'here'), env })
    expect(ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `${called.replace('%', folder)} wrap --forwarded -- ${MAKE} -f Makefile b a\n`,
    })
  })
})

describe('in a package of a repository', () => {
  const ABOVE: Tree = {
    'repo/packages/a/.send-metrics/bin/send-metrics.js': shellTool('here'),
    'repo/packages/node_modules/send-metrics/bin/send-metrics.js': shellTool('above'),
    'repo/.send-metrics/bin/send-metrics.js': shellTool('at the root'),
    'repo/.yarn/unplugged/send-metrics-npm-0.1.0-12ab/node_modules/send-metrics/bin/send-metrics.js': shellTool('unplugged'),
    'node_modules/send-metrics/bin/send-metrics.js': shellTool('outside'),
  }

  /** What is called, with the first places of the list left out. */
  async function called(left: number, git: Tree): Promise<string> {
    const folder = testdir({ ...git, 'repo/packages/a/Makefile': 'b: ; @echo as it is\n' })
    addFiles(folder, Object.fromEntries(Object.entries(ABOVE).slice(left)))
    const here = path.join(folder, 'repo/packages/a')
    addFiles(here, { GNUmakefile: gnumakefile({ makefile: 'Makefile', above: foldersAbove(here) }) })
    const ended = await run(MAKE, ['b'], { cwd: here, env: cleanEnv(folder, { PATH: '/usr/bin:/bin' }) })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    return ended.stdout.replace(/ wrap .*\n/u, '')
  }

  test.each([
    ['here .send-metrics/bin/send-metrics.js', 0],
    ['above ../node_modules/send-metrics/bin/send-metrics.js', 1],
    ['at the root ../../.send-metrics/bin/send-metrics.js', 2],
    ['unplugged ../../.yarn/unplugged/send-metrics-npm-0.1.0-12ab/node_modules/send-metrics/bin/send-metrics.js', 3],
    ['as it is\n', 4],
  ])('%s', async (tool, left) => {
    expect(await called(left, { 'repo/.git/HEAD': '' })).toBe(tool)
  })

  test('nothing is taken from above the git root, nor where there is none', async () => {
    expect(await called(1, { 'repo/packages/a/.git': '' })).toBe('as it is\n')
    expect(await called(1, {})).toBe('as it is\n')
  })

  test.each(Object.keys(ABOVE).slice(0, 4))('init knows what make will find: %s', (place) => {
    const folder = testdir({ 'repo/.git/HEAD': '', 'repo/packages/a/Makefile': '', [place]: shellTool('x') })
    expect(toolForMake({ env: {} }, path.join(folder, 'repo/packages/a'))).toBe(path.join(folder, place))
  })
})

test('a rewritten rule names one place: a copy rather than what each has to install, then what is nearest', () => {
  const folder = testdir({ 'repo/.git/HEAD': '', 'repo/a/package.json': '{}' })
  const here = path.join(folder, 'repo/a')
  const call = () => recipeTool(here, false).call
  expect(recipeTool(here, false).asks.join('\n')).toContain('for t in\n  node_modules/send-metrics/bin/send-metrics.js\n')
  expect(call()).toBe('"$$send_metrics" "$$t"')
  addFiles(folder, { 'repo/node_modules/send-metrics/bin/send-metrics.js': '' })
  expect(call()).toBe('"$$send_metrics" ../node_modules/send-metrics/bin/send-metrics.js')
  addFiles(folder, { 'repo/a/node_modules/send-metrics/bin/send-metrics.js': '' })
  expect(call()).toBe('"$$send_metrics" node_modules/send-metrics/bin/send-metrics.js')
  addFiles(folder, { 'repo/.send-metrics/bin/send-metrics.js': '' })
  expect(call()).toBe('"$$send_metrics" ../.send-metrics/bin/send-metrics.js')
})

describe('what PATH has only as long as a package manager runs something is no tool', () => {
  const NPM = { npm_config_user_agent: 'npm/11.0.0 node/v24.0.0 linux x64' }
  test.each([
    ['npx', 'home/.npm/_npx/1234/node_modules/.bin', NPM],
    ['pnpm dlx', 'home/.cache/pnpm/dlx/12/34/node_modules/.bin', { npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v24' }],
    ['yarn 1', 'cache/yarn/v6/npm-send-metrics-0.1.0-12/node_modules/send-metrics/.bin', { npm_config_user_agent: 'yarn/1.22.22' }],
    ['yarn 4', 'xfs-12ab', { npm_config_user_agent: 'yarn/4.0.0' }],
  ])('%s', (_name, bin, env) => {
    const folder = testdir({ 'here/Makefile': '', [`${bin}/send-metrics`]: shellTool('x'), 'global/send-metrics': shellTool('y') })
    const PATH = path.join(folder, bin)
    expect(toolForMake({ env: { ...env, PATH } }, path.join(folder, 'here'))).toBeUndefined()
    expect(toolForMake({ env: { PATH } }, path.join(folder, 'here'))).toBe(`${PATH}/send-metrics`)
    const both = { ...env, PATH: `${PATH}:${folder}/global` }
    expect(toolForMake({ env: both }, path.join(folder, 'here'))).toBe(`${folder}/global/send-metrics`)
  })
})

test('a file of ours is known by its first line, whoever changed the ends of lines or wrote above it', () => {
  const text = gnumakefile({ makefile: 'makefile', above: [] })
  expect(isOurs(text)).toBe(true)
  expect(isOurs(text.replaceAll('\n', '\r\n'))).toBe(true)
  expect(isOurs(`# mine\n${text}`)).toBe(true)
  expect(isOurs('all: ; @echo all\n')).toBe(false)
})
