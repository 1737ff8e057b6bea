import * as fs from 'node:fs'
import * as path from 'node:path'
import { gzipSync } from 'node:zlib'
import { NODE, run } from './cli.ts'
import { scratch } from './scratch.ts'
import { addFiles } from './testdir.ts'
import type { Place } from './try-block.ts'

const RULES = `.PHONY: all build test impl-build impl-test
all: impl-test
build test: ; +@exec send-metrics wrap --make "$(MAKE)" -f $(firstword $(MAKEFILE_LIST)) "$@"
impl-build: ; @echo compiled
impl-test: ; @echo 3 tests passed
`
export const SHOP = { project: 'Shop', targets: ['all', 'build', 'lint', 'test'], destinations: [{ type: 'file', path: 'metrics.jsonl' }] }

/** What a page takes for granted. */
export interface Granted {
  readonly makefile?: string
  /** Times that `make build` was called after the yes. */
  readonly builds?: number
  /** Whether twelve weeks of runs, which are made up, are recorded. */
  readonly weeks?: boolean
  readonly files?: Readonly<Record<string, string>>
}

/** A project in which somebody said yes, whose runs go to a file, with the tool on PATH and in node_modules. */
export async function docProject({ makefile = RULES, builds = 1, weeks = false, files = {} }: Granted = {}): Promise<Place> {
  const at = scratch({
    makefile,
    projectFile: JSON.stringify(SHOP),
    files: { '.gitignore': 'node_modules/\n', 'node_modules/send-metrics': `-> ${path.resolve('.')}`, ...files },
  })
  // Stands in for a desktop: whatever is to be opened is.
  addFiles(at.folder, { 'bin/xdg-open': '#!/bin/sh\n' })
  await at.agree()
  for (let build = 0; build < builds; build++) await at.make(['build'])
  if (builds > 0) await at.make(['test'])
  // Called once and by its own name, so that there is something of which there is little.
  if (weeks) await at.tool(['wrap', '--', 'make', 'all'])
  if (weeks) await makeUpWeeks(path.join(at.home, '.local/state/send-metrics'))
  const metrics = path.join(at.repo, 'metrics.jsonl')
  if (builds > 0) {
    const text = fs.readFileSync(metrics)
    addFiles(at.repo, { 'team.jsonl': text.toString(), 'metrics.jsonl.1': text.toString(), 'segment-logs/.keep': '' })
    fs.writeFileSync(path.join(at.repo, 'segment-logs/part.gz'), gzipSync(text))
    fs.rmSync(path.join(at.repo, 'segment-logs/.keep'))
  }
  return { folder: at.folder, cwd: at.repo, env: at.env }
}

/** Adds the runs of `make demo` to the one ledger that is there. */
async function makeUpWeeks(state: string): Promise<void> {
  const [ledger = ''] = fs.readdirSync(state)
  const script = `import('${path.resolve('build/made-up-weeks.mjs')}').then(async ({ madeUpWeeks }) => {
    for (const [name, lines] of await madeUpWeeks()) require('node:fs').appendFileSync(${JSON.stringify(`${path.join(state, ledger)}/`)} + name, lines)
  })`
  const { code, stderr } = await run(NODE, ['-e', script], { cwd: '.', env: { PATH: String(process.env.PATH) } })
  if (code !== 0) throw new Error(stderr)
}
