import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { cleanEnv, type Ended, NODE, run } from './cli.ts'
import { addFiles, gitInit, testdir } from './testdir.ts'

/** How each package manager is started: npm is Node's own, the others are packages. And the tool itself, where PATH has it. */
export const PROGRAMS = {
  npm: ['npm'],
  npx: ['npx'],
  pnpm: [NODE, path.resolve('node_modules/pnpm/bin/pnpm.cjs')],
  yarn1: [NODE, path.resolve('node_modules/yarn/bin/yarn.js')],
  'send-metrics': ['send-metrics'],
  yarn4: [NODE, path.resolve('node_modules/@yarnpkg/cli-dist/bin/yarn.js')],
} as const

export type Program = keyof typeof PROGRAMS

/** A repository of workspaces on a machine where nothing is installed but Node, git and make. */
export interface Monorepo {
  readonly folder: string
  readonly root: string
  /** The tool as it is published. */
  readonly tarball: string
  readonly env: Record<string, string>
  /** Runs a package manager in a folder of the repository; `%` in its words is the tarball. */
  pm(at: string, program: Program, ...words: string[]): Promise<Ended>
  make(at: string, ...words: string[]): Promise<Ended>
  /** Says yes to the project, with the tool as it was packed. */
  agree(): Promise<void>
  read(name: string): string
  /** The names under which runs were recorded so far. */
  recorded(): string[]
}

const MAKEFILE = '.PHONY: build\nbuild: ; @echo built\n'
const PROJECT = JSON.stringify({ project: 'Mono', targets: ['build'], destinations: [{ type: 'file', path: 'metrics.jsonl' }] })

/** The packages: one for each way of measuring. */
const FILES: Readonly<Record<string, string>> = {
  'send-metrics.json': PROJECT,
  '.gitignore': 'node_modules/\n.yarn/\n',
  'package.json': '{ "name": "root", "private": true, "license": "MIT", "workspaces": ["packages/*"] }\n',
  'packages/a/Makefile': MAKEFILE,
  'packages/b/Makefile': MAKEFILE,
  'packages/c/GNUmakefile': MAKEFILE,
}

/** Packs the tool once for the tests of a file. */
export function pack(): string {
  const folder = testdir()
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  // Without its scripts, because the bundle is there already and other tests are running from it.
  const [packed] = JSON.parse(execFileSync('npm', words, { env: cleanEnv(folder), encoding: 'utf8', stdio: 'pipe' }))
  return path.join(folder, packed.filename)
}

/** Makes the repository, with these files besides. */
export function monorepo(tarball: string, files: Readonly<Record<string, string>> = {}): Monorepo {
  const folder = testdir({ 'home/.keep': '' })
  const root = path.join(folder, 'mono')
  const manifests = ['a', 'b', 'c'].map((name) => [
    `packages/${name}/package.json`,
    `{ "name": "${name}", "version": "1.0.0", "license": "MIT" }\n`,
  ])
  addFiles(root, { ...FILES, ...Object.fromEntries(manifests), ...files })
  gitInit(root)
  // Nobody answers there: whatever asks a registry fails.
  const nowhere = 'http://127.0.0.1:9/'
  const env = cleanEnv(path.join(folder, 'home'), {
    npm_config_registry: nowhere,
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    // Yarn 1 has a place of the system's own for root.
    YARN_CACHE_FOLDER: path.join(folder, 'yarn'),
    YARN_NPM_REGISTRY_SERVER: nowhere,
    YARN_ENABLE_TELEMETRY: '0',
  })
  const at = (place: string) => ({ cwd: path.join(root, place), env })
  const read = (name: string) => fs.readFileSync(path.join(root, name), 'utf8')
  return {
    folder,
    root,
    tarball,
    env,
    read,
    pm: (place, program, ...words) => {
      const [command, ...first] = PROGRAMS[program]
      return run(command, [...first, ...words.map((word) => word.replace('%', tarball))], at(place))
    },
    make: (place, ...words) => run('make', words, at(place)),
    agree: async () => {
      const tool = path.join(folder, 'tool')
      fs.mkdirSync(tool)
      execFileSync('tar', ['xzf', tarball, '-C', tool])
      const ended = await run(NODE, [path.join(tool, 'package/bin/send-metrics.js'), 'consent', 'on'], at('.'))
      if (ended.code !== 0) throw new Error(ended.stderr)
    },
    recorded: () =>
      (fs.existsSync(path.join(root, 'metrics.jsonl')) ? read('metrics.jsonl') : '')
        .split('\n')
        .filter((line) => line.includes('command.run'))
        .map((line) => (JSON.parse(line) as { command: string }).command),
  }
}
