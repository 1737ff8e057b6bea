import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run, sendMetrics } from '../../support/cli.ts'
import { message } from '../../support/events.ts'
import { honeycombAnswer, type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, type WrappedProject } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
  there.answer = honeycombAnswer()
})
afterEach(() => there.close())

const traced = (recipe: string) => `build: ; @send-metrics wrap --spans "$@"\nimpl-build: ; @${recipe}\n`
const project = (recipe: string) =>
  agreedProject(there, {
    makefile: traced(recipe),
    settings: { destinations: [{ type: 'honeycomb', dataset: 'd', apiHost: there.url }], spans: true },
    env: { HONEYCOMB_API_KEY: 'key' },
  })
const build = (at: WrappedProject) => run('make', ['build'], { cwd: at.repo, env: at.env })
const arrived = () => there.requests.flatMap(({ body }) => JSON.parse(body) as { data: Record<string, unknown> }[]).map(({ data }) => data)
const runsThere = () => arrived().filter(({ command }) => command === 'build')

describe('what a recipe writes for us loses no run', () => {
  test.each([
    ['a time that no calendar has', 'echo "s 1 1 0 t999999999999999999 x" >>"$$SEND_METRICS_SPANS"; echo done'],
    ['very many targets', 'seq -f "s 1 1 0 t$$(date +%s) x%.0f" 130000 >>"$$SEND_METRICS_SPANS"; echo done'],
    ['a value of very many digits', 'seq -s "" 20000 | sed "s/^/a=/" >"$${SEND_METRICS_FIELDS:-/dev/null}"; echo done'],
  ])('%s', async (_name, recipe) => {
    const at = await project(recipe)
    expect(await build(at)).toMatchObject({ code: 0, stdout: 'done\n' })
    expect(await build(at)).toMatchObject({ code: 0, stdout: 'done\n' })
    expect([runsThere().length, at.waiting()]).toEqual([2, []])
  })
})

test('a damaged event is dropped with a reason, and what waits beside it goes', async () => {
  const at = await project('echo done')
  await build(at)
  const folder = folderOfOutbox(at)
  const [bad, good] = [
    message({ spans: [{ id: 'a', target: 'a', start: 1e300, duration_ms: 1, outcome: 'success', depth: 0 }] }),
    message(),
  ]
  for (const one of [bad, good]) fs.writeFileSync(path.join(folder, `${one.id}.json`), JSON.stringify(one))
  await sendMetrics(['flush'], { cwd: at.repo, env: at.env })
  expect(arrived().map(({ message_id: id }) => id)).toContain(good.id)
  const { stdout } = await sendMetrics(['log', '--json'], { cwd: at.repo, env: at.env })
  expect(stdout).toContain('the file was damaged')
  expect(at.waiting()).not.toContain(good.id)
})

function folderOfOutbox(at: WrappedProject): string {
  const outbox = path.join(at.state() ?? '', 'outbox')
  const [only = ''] = fs.readdirSync(outbox)
  return path.join(outbox, only)
}
