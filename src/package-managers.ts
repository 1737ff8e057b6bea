/** What people type to get the tool with a package manager. */
export interface PackageManager {
  readonly name: string
  /** Files by which it is known, and what only this version of it writes there. */
  readonly locks: readonly string[]
  readonly lockSays?: RegExp
  /** Adds a package that developers need; followed by its name. */
  readonly add: string
  /** What `add` needs besides, in a folder whose packages are workspaces. */
  readonly atRoot?: string
  /** Installs what package.json has. */
  readonly install: string
  /** Starts the program of a package that is installed; followed by its name. */
  readonly run: string
  /** The same below the folder that has the package, where `run` finds nothing or runs it in another folder. */
  readonly runBelow?: string
  /** With this file in the folder that has the package, `run` finds it below as well. */
  readonly workspaces?: string
}

/** Looks upwards as Node does, stays in the folder, and installs nothing. */
const FROM_ABOVE = 'npx --no'

export const NPM: PackageManager = {
  name: 'npm',
  locks: ['package-lock.json', 'npm-shrinkwrap.json'],
  add: 'npm install --save-dev',
  install: 'npm install',
  run: 'npx',
}

const YARN = { name: 'yarn', locks: ['yarn.lock'], add: 'yarn add --dev', install: 'yarn install', run: 'yarn' }

/** The first whose lock file is there is the one of the repository. */
export const MANAGERS: readonly PackageManager[] = [
  {
    name: 'pnpm',
    locks: ['pnpm-lock.yaml'],
    add: 'pnpm add --save-dev',
    atRoot: '--workspace-root',
    install: 'pnpm install',
    run: 'pnpm exec',
    runBelow: FROM_ABOVE,
    workspaces: 'pnpm-workspace.yaml',
  },
  // Yarn 2 and later has no option for it.
  { ...YARN, lockSays: /^# yarn lockfile v1$/mu, runBelow: FROM_ABOVE, atRoot: '--ignore-workspace-root-check' },
  { ...YARN, runBelow: 'yarn run -T' },
  { name: 'bun', locks: ['bun.lock', 'bun.lockb'], add: 'bun add --dev', install: 'bun install', run: 'bunx' },
  NPM,
]
