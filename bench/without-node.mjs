import * as fs from 'node:fs'
import * as path from 'node:path'
import { timed } from './measure.mjs'

/** What a run may cost where nothing can follow it, ms over the baseline of its way in. */
const MOST_MS = 2

/** Why nothing can follow: what is decided, what is in the environment, and what becomes of the project file. */
const REASONS = [
  { name: 'a stored no', decision: ['off'] },
  { name: 'a no to all projects', decision: ['off', '--all-projects'] },
  { name: 'SEND_METRICS=off', decision: ['on'], env: { SEND_METRICS: 'off' } },
  { name: 'DO_NOT_TRACK=1', decision: ['on'], env: { DO_NOT_TRACK: '1' } },
  { name: 'CI=true', decision: ['on'], env: { CI: 'true' } },
  { name: '"enabled": false', file: { enabled: false } },
  { name: 'no project file', file: null },
]

const byMake = (file, goal) => ({ program: 'make', args: ['-f', file, goal] })

const PLAIN = { ours: byMake('Makefile', 'plain'), beside: byMake('Makefile', 'alone-plain') }

/** Each way in, and the same makefile without us: with `@$(MAKE) impl-x` in our line's place, or as it is alone. */
const WAYS = [
  { name: 'GNUmakefile', init: ['--vendor'], ours: { program: 'make', args: ['nothing'] }, beside: byMake('Makefile', 'nothing') },
  { name: '--explicit, vendored', init: ['--vendor', '--explicit', 'plain'], ...PLAIN },
  { name: '--explicit, PATH', init: ['--explicit', 'plain'], ...PLAIN },
  { name: 'Makefile.example', example: true, ours: byMake('Makefile', 'nothing'), beside: byMake('Makefile', 'alone') },
  { name: 'wrap by hand', ours: { program: 'send-metrics', args: ['wrap', 'nothing'] }, beside: byMake('Makefile', 'impl-nothing') },
]

/** Rows of the bench for runs in which no Node is started, which are the same for each Node. */
export const ROWS_WITHOUT_NODE = WAYS.flatMap((way) =>
  REASONS.map((reason) => ({
    name: `${way.name}: ${reason.name}`,
    bar: MOST_MS,
    unit: 'ms',
    judge: (beside, ours) => ours - beside,
    note: undefined,
    measurers: async ({ scratch }) => {
      const { cwd, env } = await place(scratch, way, reason)
      return [way.beside, way.ours].map((command) => () => timed({ ...command, cwd, env }))
    },
  })),
)

/** A repository and a person of their own for a row. */
async function place(scratch, way, reason) {
  const name = `${WAYS.indexOf(way)}-${REASONS.indexOf(reason)}`
  const cwd = await scratch.repository(`without-${name}`, 'http://127.0.0.1:9')
  const env = scratch.environment(`without-${name}`, reason.env)
  if (way.init !== undefined) await scratch.tool(cwd, env, 'init', '--yes', ...way.init)
  if (way.example) fs.writeFileSync(path.join(cwd, 'Makefile'), exampleWith(fs.readFileSync(path.join(cwd, 'Makefile'), 'utf8')))
  const file = path.join(cwd, 'send-metrics.json')
  if (reason.file === null) fs.rmSync(file)
  else if (reason.file !== undefined) fs.writeFileSync(file, JSON.stringify({ project: 'Bench', ...reason.file }))
  if (reason.decision !== undefined) await scratch.tool(cwd, scratch.environment(`without-${name}`), 'consent', ...reason.decision)
  return { cwd, env }
}

/** The lines of Makefile.example above its targets, with the bench's own in their place. */
function exampleWith(makefile) {
  const example = fs.readFileSync(new URL('../Makefile.example', import.meta.url), 'utf8').replace(/^\.PHONY: build[\s\S]*/mu, '')
  return `${example}${makefile.replace(/^nothing:.*$/mu, 'nothing: ; +@$(metered)')}`
}
