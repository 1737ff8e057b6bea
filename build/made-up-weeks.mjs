// Twelve weeks of one person's runs that never were, as the ledger has them. The numbers are the same each time.
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const PLAN = { seed: 7, people: 1, runsPerWeek: 100, drifts: { test: 1.9 }, flaky: ['migrate'] }

/** Lines of the ledger by the name of their file, for weeks that end now. */
export async function madeUpWeeks() {
  const { syntheticTeam } = await load('test/support/synthetic-team.ts')
  const files = new Map()
  for (const run of syntheticTeam({ ...PLAN, end: Date.now() })) {
    const name = `runs-${new Date(run.startedAt).toISOString().slice(0, 7)}.jsonl`
    files.set(name, `${files.get(name) ?? ''}${JSON.stringify(lineOf(run))}\n`)
  }
  return files
}

function lineOf({ id, target, startedAt, durationMs, outcome, commit }) {
  return {
    type: 'run',
    id,
    command_type: 'make',
    command: target,
    start_time: new Date(startedAt).toISOString(),
    duration_ms: durationMs,
    exit_status: outcome === 'success' ? 0 : 2,
    outcome,
    git_commit_pseudonym: commit,
    is_test: 'no',
  }
}

/** A file of the tests, without its types. */
async function load(file) {
  const options = { absWorkingDir: root, entryPoints: [file], bundle: true, format: 'esm', platform: 'node', write: false }
  const { outputFiles } = await esbuild.build(options)
  return await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
