import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { cleanEnv, NODE } from './cli.ts'
import { addFiles, testdir } from './testdir.ts'
import type { Place } from './try-block.ts'

const NOWHERE = 'http://127.0.0.1:9/'
const NAME = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.invalid',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.invalid',
}
const LEFT_OUT = ['node_modules', '.git', 'dist', 'coverage', '.scratch']

/**
 * A clone of the repository `shop`, with this repository beside it, of somebody whose home and npm's cache are empty, where
 * no registry answers.
 */
export function shopRepository(files: Readonly<Record<string, string>>, to: string): Place {
  const folder = testdir({ 'bin/node': `-> ${NODE}`, 'me/.keep': '' })
  const ours = path.join(folder, 'me/send-metrics')
  fs.cpSync('.', ours, { recursive: true, filter: (name) => !LEFT_OUT.includes(name) && !name.endsWith('.tgz') })
  fs.symlinkSync(path.resolve('node_modules'), path.join(ours, 'node_modules'))
  // What is installed is newer, so that nothing is installed into this very repository.
  for (const name of ['package.json', 'package-lock.json']) fs.utimesSync(path.join(ours, name), 0, 0)
  const place = machine({ folder, cwd: folder, env: {} }, 'me', to)
  git(place, 'init', '--quiet', '--bare', '--initial-branch=main', 'shop.git')
  clone(place)
  addFiles(place.cwd, files)
  push(place)
  return place
}

/** Commits all that is there, and pushes it. */
export function push(place: Place): void {
  git(place, 'add', '--all')
  git(place, 'commit', '--quiet', '--message=more')
  git(place, 'push', '--quiet', '--set-upstream', 'origin', 'HEAD:main')
}

/** Goes on at another machine, where somebody cloned what was pushed and nothing else. */
export function asColleague(place: Place, to: string): void {
  Object.assign(place, machine(place, 'colleague', to))
  fs.rmSync(path.join(place.folder, 'me'), { recursive: true })
  clone(place)
}

function machine({ folder }: Place, who: string, to: string): Place {
  const home = path.join(folder, who, 'home')
  fs.mkdirSync(home, { recursive: true })
  const PATH = `${path.join(folder, 'bin')}:${process.env.PATH}`
  const npm = { npm_config_registry: NOWHERE, npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false' }
  const yarn = { YARN_NPM_REGISTRY_SERVER: NOWHERE, YARN_ENABLE_TELEMETRY: '0', YARN_CACHE_FOLDER: path.join(home, 'yarn') }
  const segment = { SEND_METRICS_SEGMENT_HOST: to, SEND_METRICS_WRITE_KEY: 'key' }
  return { folder, cwd: folder, env: cleanEnv(home, { PATH, ...NAME, ...npm, ...yarn, ...segment }) }
}

function clone(place: Place): void {
  const shop = path.join(path.dirname(place.env.HOME ?? ''), 'shop')
  git(place, 'clone', '--quiet', path.join(place.folder, 'shop.git'), shop)
  place.cwd = shop
}

function git({ cwd, env }: Place, ...words: string[]): void {
  execFileSync('git', words, { cwd, env, stdio: 'pipe' })
}
