import { describe, expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

/** What is worst for a shell that looks for a key in a text: as long as a project file may be. */
const WORST: readonly [string, string][] = [
  ['blanks', `"enabled": ${' '.repeat(60_000)}false`],
  ['quotes', `"targets": [${'"a",'.repeat(15_000)}"b"], "enabled": false`],
  ['keys inside', `"targets": [${'{"enabled":1},'.repeat(4_000)}1]`],
  ['escapes', `"project": "${'\\\\n'.repeat(15_000)}"`],
  ['brackets', `"a": ${'['.repeat(30_000)}${']'.repeat(30_000)}, "enabled": false`],
]

describe.each(['dash', 'bash'])('a project file keeps no make waiting, read by %s', (shell) => {
  test.each(WORST)('%s', async (_name, text) => {
    const at = wrappedProject({ url: 'http://127.0.0.1:9' }, { makefile: `${WRAPPED('build')}impl-build: ; @echo built\n`, files: {} })
    await run('sh', ['-c', `cat > send-metrics.json`], { cwd: at.repo, env: at.env, input: `{"project":"Demo",${text}}` })
    // The processor's time of the shell and all that it starts, in seconds: what took the square took ten times that and more.
    const limited = `ulimit -t 5; exec ${shell} "$(command -v send-metrics)" wrap build`
    expect(await run('sh', ['-c', limited], { cwd: at.repo, env: at.env })).toMatchObject({ code: 0, stdout: 'built\n' })
  })
})
