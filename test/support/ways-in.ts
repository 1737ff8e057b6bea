import * as fs from 'node:fs'
import * as path from 'node:path'
import { BIN, cleanEnv, type Ended, NODE, run } from './cli.ts'
import { type InitProject, initProject } from './init-project.ts'
import { filesUnder } from './scratch.ts'

/** A documented way into the tool: how a repository is set up for it, where the tool is, and what a person types. */
export interface WayIn {
  readonly name: string
  /** What `init` is told; without it, the makefile is written by hand. */
  readonly init?: readonly string[]
  readonly makefile?: string
  /** Where the copy of the tool is, from the folder that holds everything. */
  readonly tool: 'shop/.send-metrics' | 'shop/node_modules/send-metrics' | 'tool'
  readonly typed: (target: string) => readonly string[]
  /** The same without us. */
  readonly native: (target: string) => readonly string[]
}

const RULES = `.PHONY: build fail
build: ; @echo built with "$(X)" from "$$PATH" "$$NODE_OPTIONS"
fail: ; @exit 3
`
const IMPL = RULES.replaceAll(/\b(?=(?:build|fail)[ :\n])/gu, 'impl-')
const EXAMPLE = `${fs.readFileSync('Makefile.example', 'utf8').replace(/^\.PHONY: build[\s\S]*/mu, '')}
build fail:
	+@$(metered)
${IMPL}`

const asMake = (target: string) => ['make', target, 'X=1 2']
const asReal = (target: string) => ['make', `impl-${target}`, 'X=1 2']
const byMake = { typed: asMake, native: asMake }
const vendored = { tool: 'shop/.send-metrics', ...byMake } as const
const installed = { tool: 'shop/node_modules/send-metrics', ...byMake } as const
const onPath = { tool: 'tool', ...byMake } as const

/** Every way that the documents name, once for each place in which the tool may be. */
export const WAYS_IN: readonly WayIn[] = [
  { name: 'GNUmakefile, vendored', init: ['--vendor'], ...vendored },
  { name: 'GNUmakefile, node_modules', init: [], ...installed },
  { name: 'GNUmakefile, PATH', init: [], ...onPath },
  { name: '--include, vendored', init: ['--include', '--vendor'], ...vendored },
  { name: '--explicit, vendored', init: ['--explicit', 'build,fail', '--vendor'], ...vendored },
  { name: '--explicit, node_modules', init: ['--explicit', 'build,fail'], ...installed },
  { name: '--explicit, PATH', init: ['--explicit', 'build,fail'], ...onPath },
  { name: 'Makefile.example, vendored', makefile: EXAMPLE, ...vendored },
  { name: 'Makefile.example, PATH', makefile: EXAMPLE, ...onPath },
  {
    name: 'wrap typed by hand',
    makefile: IMPL,
    tool: 'tool',
    typed: (target) => ['send-metrics', 'wrap', target, '--', 'X=1 2'],
    native: asReal,
  },
  {
    name: 'wrap -- make typed by hand',
    makefile: IMPL,
    tool: 'tool',
    typed: (target) => ['send-metrics', 'wrap', '--', ...asReal(target)],
    native: asReal,
  },
]

/** A repository that is measured in one of these ways, with a copy of the tool that may be damaged. */
export interface Doorway {
  readonly way: WayIn
  readonly at: InitProject
  /** The copy of the tool. */
  readonly tool: string
  /** First on PATH: `node` and, where the tool is not in the repository, `send-metrics`. */
  readonly bin: string
  /** Types a target, in an environment that has `more`. */
  type(target: string, more?: Readonly<Record<string, string | undefined>>): Promise<Ended>
  /** The same where the tool is nowhere to be found, or natively for what is typed by hand; once for the same words. */
  without(target: string, more?: Readonly<Record<string, string | undefined>>): Promise<Ended>
  consent(...words: string[]): Promise<void>
  /** How many runs were recorded so far. */
  recorded(): number
}

/** Sets a repository up. Its copy of the tool shares dist/ with this one until `ownDist`. */
export async function doorway(way: WayIn): Promise<Doorway> {
  const makefile = way.makefile ?? RULES
  const project = '{ "project": "Shop", "destinations": [{ "type": "file", "path": "/dev/null" }] }'
  const isOwn = way.init?.includes('--include')
  const at = initProject({ [isOwn ? 'GNUmakefile' : 'Makefile']: makefile, 'send-metrics.json': project })
  const tool = path.join(at.folder, way.tool)
  const bin = path.join(at.folder, 'bin')
  if (way.tool !== 'shop/.send-metrics' || way.init === undefined) copyTool(tool)
  fs.rmSync(path.join(bin, 'send-metrics'))
  if (way.tool === 'tool') fs.symlinkSync(path.join(tool, 'bin/send-metrics.js'), path.join(bin, 'send-metrics'))
  if (way.init !== undefined) {
    const ended = await at.init('--yes', ...way.init)
    if (ended.code !== 0) throw new Error(ended.stderr)
  }
  const env = (more: Readonly<Record<string, string | undefined>> = {}) => cleanEnv(path.join(at.folder, 'home'), { ...at.env, ...more })
  const withoutUs = new Map<string, Promise<Ended>>()
  const start = ([program = '', ...words]: readonly string[], more?: Readonly<Record<string, string | undefined>>) =>
    run(program, words, { cwd: at.repo, env: env(more) })
  return {
    way,
    at,
    tool,
    bin,
    type: (target, more) => start(way.typed(target), more),
    without: (target, more) => {
      const key = JSON.stringify([target, more, fs.readFileSync(path.join(at.repo, isOwn ? 'GNUmakefile' : 'Makefile'), 'utf8')])
      const known = withoutUs.get(key) ?? withoutTool([tool, path.join(bin, 'send-metrics')], way, () => start(way.native(target), more))
      withoutUs.set(key, known)
      return known
    },
    consent: async (...words) => {
      const ended = await run(NODE, [BIN, 'consent', ...words], { cwd: at.repo, env: env() })
      if (ended.code !== 0) throw new Error(ended.stderr)
    },
    recorded: () => runsIn(path.join(at.folder, 'home/.local/state/send-metrics')),
  }
}

/** What is typed by hand is compared with make itself, the others with the same makefiles where no tool is found. */
async function withoutTool(files: readonly string[], way: WayIn, start: () => Promise<Ended>): Promise<Ended> {
  if (way.typed !== way.native) return start()
  const aside = files.filter((file) => fs.lstatSync(file, { throwIfNoEntry: false }))
  for (const file of aside) fs.renameSync(file, `${file}.aside`)
  try {
    return await start()
  } finally {
    for (const file of aside) fs.renameSync(`${file}.aside`, file)
  }
}

function copyTool(tool: string): void {
  fs.mkdirSync(tool, { recursive: true })
  fs.cpSync(path.resolve('bin'), path.join(tool, 'bin'), { recursive: true })
  fs.copyFileSync('package.json', path.join(tool, 'package.json'))
  fs.symlinkSync(path.resolve('dist'), path.join(tool, 'dist'))
}

/** Gives a copy a dist/ of its own, to be damaged; its folder. */
export function ownDist({ tool }: Doorway): string {
  const dist = path.join(tool, 'dist')
  if (fs.lstatSync(dist).isSymbolicLink()) {
    fs.rmSync(dist)
    fs.cpSync(path.resolve('dist'), dist, { recursive: true })
  }
  return dist
}

function runsIn(state: string): number {
  const files = filesUnder(state).filter((name) => path.basename(name).startsWith('runs-'))
  const lines = files.flatMap((name) => fs.readFileSync(path.join(state, name), 'utf8').split('\n'))
  return lines.filter((line) => line.includes('"type":"run"')).length
}
