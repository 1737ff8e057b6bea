import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { cleanEnv, type Ended, type Env, run, sendMetrics, toolFolder } from './cli.ts'
import { MAKE } from './side-by-side.ts'
import { gitInit, testdir } from './testdir.ts'

/** A repository that `init` has not seen yet. */
export interface InitProject {
  readonly folder: string
  readonly repo: string
  readonly env: Record<string, string>
  init(...words: string[]): Promise<Ended>
  /** The tool itself. */
  tool(...words: string[]): Promise<Ended>
  make(...words: string[]): Promise<Ended>
  git(...words: string[]): string
  read(name: string): string
  write(name: string, content: string | Buffer): void
  /** Every file but git's own, with its bytes, its mode or what it points to. */
  tree(): Record<string, string>
}

export interface InitOptions {
  readonly git?: boolean
  readonly links?: Readonly<Record<string, string>>
  readonly env?: Env
}

/** Makes the repository `shop`, and commits what is in it. */
export function initProject(files: Readonly<Record<string, string | Buffer>>, options: InitOptions = {}): InitProject {
  const folder = testdir({ ...toolFolder('bin'), 'bin/make': `-> ${MAKE}`, 'home/.keep': '' })
  const repo = path.join(folder, 'shop')
  const write = (name: string, content: string | Buffer) => {
    fs.mkdirSync(path.dirname(path.join(repo, name)), { recursive: true })
    fs.writeFileSync(path.join(repo, name), content)
  }
  fs.mkdirSync(repo)
  for (const [name, content] of Object.entries(files)) write(name, content)
  for (const [name, to] of Object.entries(options.links ?? {})) fs.symlinkSync(to, path.join(repo, name))
  if (options.git !== false) gitInit(repo)
  const env = cleanEnv(path.join(folder, 'home'), { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, ...options.env })
  return {
    folder,
    repo,
    env,
    write,
    tool: (...words) => sendMetrics(words, { cwd: repo, env }),
    init: (...words) => sendMetrics(['init', ...words], { cwd: repo, env }),
    make: (...words) => run('make', words, { cwd: repo, env }),
    git: (...words) => execFileSync('git', words, { cwd: repo, env, encoding: 'utf8' }),
    read: (name) => fs.readFileSync(path.join(repo, name), 'utf8'),
    tree: () => treeOf(repo),
  }
}

function treeOf(repo: string): Record<string, string> {
  const entries = fs.readdirSync(repo, { recursive: true, withFileTypes: true }).map((entry) => path.join(entry.parentPath, entry.name))
  const names = entries.map((file) => path.relative(repo, file)).filter((name) => !/^\.git(?:$|\/)/u.test(name))
  return Object.fromEntries(names.sort().map((name) => [name, describe(path.join(repo, name))]))
}

function describe(file: string): string {
  const stat = fs.lstatSync(file)
  if (stat.isSymbolicLink()) return `-> ${fs.readlinkSync(file)}`
  const mode = (stat.mode & 0o7777).toString(8)
  return stat.isDirectory() ? mode : `${mode} ${fs.readFileSync(file, 'latin1')}`
}
