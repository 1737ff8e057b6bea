import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, runEvents } from '../../support/wrapped-project.ts'

const NAMES: readonly [string, string][] = [
  ['a newline', 'a\nb'],
  ['an escape sequence', '\u001b[31mred\u001b]0;title\u0007'],
  ['a command substitution', '$(touch pwned)'],
  ['backticks and a semicolon', '`touch pwned`; touch pwned'],
  ['ten thousand characters', 'x'.repeat(10_000)],
  ['quotes', `'"'"`],
  ['a blank and a star', '* *'],
  ['another script', '目标-мета'],
  ['right-to-left marks', '\u202etxt\u2066'],
  ['a slash', '../../etc/passwd'],
  ['a percent sign', '%'],
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u

describe('a target with a hostile name', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  const makefile = '%:: ; @printf "ran %s\\n" ok\n'

  test.each(NAMES)('%s: make gets it as it is, and nothing of it runs', async (_name, target) => {
    const project = await agreedProject(there, { makefile })
    const options = { cwd: project.repo, env: project.env }
    const bare = await run('make', [`impl-${target}`], options)
    const wrapped = await run('send-metrics', ['wrap', target], options)
    expect(wrapped).toEqual(bare)
    expect(fs.existsSync(path.join(project.repo, 'pwned'))).toBe(false)
    for (const { properties } of runEvents(there)) expect(String(properties.command)).toMatch(/^[A-Za-z0-9_.:+@-]{1,50}$/u)
    expect(runEvents(there)).toHaveLength(1)
  })

  test.each(NAMES)('%s: what we say of it is safe to show', async (_name, target) => {
    const project = await agreedProject(there, { makefile: 'none: ;\n' })
    const options = { cwd: project.repo, env: { ...project.env, SEND_METRICS_DEBUG: '1' } }
    const said = [
      await run('send-metrics', ['wrap', '--verbose', target], options),
      await run('send-metrics', ['wrap', '--make', target, 'build'], options),
      await run('send-metrics', ['wrap', 'build', target], options),
      await run('send-metrics', ['wrap', `--${target}`], options),
      await run('send-metrics', ['wrap', `${target}=`], options),
      await run('send-metrics', ['log'], options),
    ]
    for (const { stdout, stderr } of said) {
      // make repeats a name in its own message, which is not ours and may go over several lines.
      const ours = `${stdout}${stderr}`.replace(/^make: \*\*\*[\s\S]*?\. {2}Stop\.$/gmu, '')
      expect(ours).not.toMatch(UNSAFE)
      expect(ours).not.toBe('')
    }
  })
})
