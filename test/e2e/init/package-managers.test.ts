import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Monorepo, monorepo, type Program, pack } from '../../support/package-managers.ts'

let tarball: string
beforeAll(() => {
  tarball = pack()
})

type Line = readonly [at: string, program: Program, ...words: string[]]

interface Installed {
  readonly files?: Readonly<Record<string, string>>
  /** What installs the tool. */
  readonly install: readonly Line[]
  /** How a person runs it below the root. */
  readonly runs: readonly [program: Program, ...words: string[]]
}

const PNPM = { 'pnpm-workspace.yaml': 'packages: ["packages/*"]\n' }
const [YARN_PNP, YARN_MODULES, YARN_PNPM] = ['pnp', 'node-modules', 'pnpm'].map((linker) => ({
  'yarn.lock': '',
  '.yarnrc.yml': `nodeLinker: ${linker}\n`,
}))
/** The packages, and what `init` is told in each. */
const WAYS = [['packages/a'], ['packages/b', '--explicit', 'build'], ['packages/c', '--include']] as const
const inEach = (...words: [Program, ...string[]]): Line[] => WAYS.map(([place]) => [place, ...words])

const INSTALLED: Readonly<Record<string, Installed>> = {
  'npm, at the root': { install: [['.', 'npm', 'install', '--save-dev', '%']], runs: ['npx', '--no', 'send-metrics'] },
  'npm, in the packages': { install: inEach('npm', 'install', '--save-dev', '%'), runs: ['npm', 'exec', '--no', '--', 'send-metrics'] },
  'pnpm, at the root': {
    files: PNPM,
    install: [['.', 'pnpm', 'add', '--save-dev', '--workspace-root', '%']],
    runs: ['pnpm', 'exec', 'send-metrics'],
  },
  'pnpm, in the packages': {
    files: PNPM,
    install: inEach('pnpm', 'add', '--save-dev', '%'),
    runs: ['pnpm', 'exec', 'send-metrics'],
  },
  'Yarn 1, at the root': {
    install: [['.', 'yarn1', 'add', '--dev', '--ignore-workspace-root-check', 'file:%']],
    runs: ['yarn1', '--silent', 'send-metrics'],
  },
  'Yarn 4 with Plug and Play, at the root': {
    files: YARN_PNP ?? {},
    install: [['.', 'yarn4', 'add', '--dev', 'send-metrics@file:%']],
    runs: ['yarn4', 'run', '--top-level', 'send-metrics'],
  },
  'Yarn 4 with Plug and Play, in the packages': {
    files: YARN_PNP ?? {},
    install: inEach('yarn4', 'add', '--dev', 'send-metrics@file:%'),
    runs: ['yarn4', 'send-metrics'],
  },
  'Yarn 4 with node_modules': {
    files: YARN_MODULES ?? {},
    install: [['.', 'yarn4', 'add', '--dev', 'send-metrics@file:%']],
    runs: ['yarn4', 'run', '--top-level', 'send-metrics'],
  },
  'Yarn 4 with links as pnpm makes them': {
    files: YARN_PNPM ?? {},
    install: [['.', 'yarn4', 'add', '--dev', 'send-metrics@file:%']],
    runs: ['yarn4', 'run', '--top-level', 'send-metrics'],
  },
}

async function done(at: Monorepo, [place, program, ...words]: Line): Promise<string> {
  const { code, stdout, stderr } = await at.pm(place, program, ...words)
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
  return stdout + stderr
}

/** Each way, in a package of its own, and a plain `make` after it in a shell that knows no package manager. */
async function measures(at: Monorepo, runs: Installed['runs']): Promise<void> {
  for (const [place, ...more] of WAYS)
    expect(await done(at, [place, ...runs, 'init', '--yes', ...more])).not.toContain('finds no send-metrics')
  for (const [count, [place]] of WAYS.entries()) {
    expect(await at.make(place, 'build')).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect([place, at.recorded().length]).toEqual([place, count + 1])
  }
}

describe('installed in a repository of workspaces, it is found below the root', () => {
  test.each(Object.entries(INSTALLED))('%s', async (_name, { files = {}, install, runs }) => {
    const at = monorepo(tarball, files)
    await at.agree()
    for (const line of install) await done(at, line)
    await measures(at, runs)
  })
})

describe('installed for a person alone', () => {
  test('with npm', async () => {
    const at = monorepo(tarball)
    await at.agree()
    await done(at, ['.', 'npm', 'install', '--global', '--prefix', path.join(at.folder, 'global'), '%'])
    at.env.PATH = `${path.join(at.folder, 'global/bin')}:${at.env.PATH}`
    await measures(at, ['send-metrics'])
  })

  test('with pnpm, which has a script in its place', async () => {
    const at = monorepo(tarball, PNPM)
    await at.agree()
    const home = path.join(at.folder, 'pnpm')
    at.env.PATH = `${home}:${at.env.PATH}`
    at.env.PNPM_HOME = home
    await done(at, ['.', 'pnpm', 'add', '--global', '%'])
    await measures(at, ['pnpm', 'exec', 'send-metrics'])
  })
})

describe('run from a folder that will not be there tomorrow, init says what to do', () => {
  test.each([
    ['npx', {}, ['npx', '--yes', '--package=%', 'send-metrics'], 'npm install --save-dev send-metrics'],
    ['pnpm dlx', { 'pnpm-lock.yaml': '', ...PNPM }, ['pnpm', '--package=%', 'dlx', 'send-metrics'], 'pnpm add --save-dev send-metrics'],
    ['yarn dlx', YARN_PNP ?? {}, ['yarn4', 'dlx', '-p', 'send-metrics@file:%', 'send-metrics'], 'yarn add --dev send-metrics'],
  ] as const)('%s', async (_name, files, runs, advice) => {
    const at = monorepo(tarball, files)
    await at.agree()
    const [program, ...words] = runs
    for (const [place, ...more] of WAYS) {
      const said = await done(at, [place, program, ...words, 'init', '--yes', ...more])
      expect(said).toContain('make finds no send-metrics here')
      expect(said).toContain(`package.json: ${advice}\n`)
      expect(said).toContain(`\nFirst, so that make finds send-metrics: ${advice}\n`)
      const { stdout } = await at.pm(place, program, ...words, 'doctor')
      expect(stdout).toMatch(/^PROBLEM +tool: +make finds no send-metrics, so targets run and nothing is recorded$/mu)
      expect(stdout).toContain(` do: ${advice}; or keep a copy in the repository: `)
      expect(await done(at, [place, program, ...words, 'why'])).toMatch(/^A run here is not recorded: make finds no send-metrics, /mu)
      expect(await at.make(place, 'build')).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    }
    expect(at.recorded()).toEqual([])
    const [own, ...typed] = advice.split(' ')
    const [adds, tool] = own === 'yarn' ? (['yarn4', 'send-metrics@file:%'] as const) : ([own as Program, '%'] as const)
    for (const [place] of WAYS) {
      await done(at, [place, adds, ...typed.slice(0, -1), tool])
      expect(await at.make(place, 'build')).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    }
    expect(at.recorded()).toEqual(['build', 'build', 'build'])
  })

  test.each([
    ['npx', ['npx', '--yes', '--package=%', 'send-metrics']],
    ['pnpm dlx', ['pnpm', '--package=%', 'dlx', 'send-metrics']],
    ['yarn dlx', ['yarn4', 'dlx', '-p', 'send-metrics@file:%', 'send-metrics']],
  ] as const)('or with %s keeps a copy', async (_name, [program, ...words]) => {
    const at = monorepo(tarball, { 'yarn.lock': '', Makefile: 'all: ; @echo all\n' })
    await at.agree()
    expect(await done(at, ['.', program, ...words, 'init', '--yes', '--vendor'])).not.toContain('finds no send-metrics')
    await measures(at, [program, ...words])
  })

  test("Yarn 1's Plug and Play, which keeps packages outside of the repository", async () => {
    const at = monorepo(tarball)
    await at.agree()
    await done(at, ['.', 'yarn1', '--enable-pnp', 'install'])
    await done(at, ['packages/a', 'yarn1', 'add', '--dev', 'file:%'])
    const said = await done(at, ['packages/a', 'yarn1', '--silent', 'send-metrics', 'init', '--yes'])
    expect(said).toContain('make finds no send-metrics here')
    expect(said).not.toContain('yarn add')
    expect(said).toContain('init --vendor')
    await done(at, ['packages/a', 'yarn1', '--silent', 'send-metrics', 'init', '--yes', '--vendor'])
    expect(await at.make('packages/a', 'build')).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(at.recorded()).toEqual(['build'])
  })
})
