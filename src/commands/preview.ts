import type { Command } from 'commander'
import { settingsEnvironment } from '../consent/pipeline.ts'
import { placeHere } from '../consent/standing.ts'
import { describeRequest } from '../delivery/perform.ts'
import { destinationRow } from '../destinations/index.ts'
import { titleOf } from '../destinations/place.ts'
import { withoutSecrets } from '../destinations/without-secrets.ts'
import { didYouMean } from '../did-you-mean.ts'
import { listedNames, OTHER, reportedName } from '../event/allowlist.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { printable, printableJson, say } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { whatRuns } from '../wrap/what-runs.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'
import { sayPassedOver, standingHere } from './passed-over.ts'
import { targetNames } from './project-targets.ts'
import { NO_ID, sampleRun } from './sample-run.ts'

/** `send-metrics preview`: the payload each destination would get for what `wrap` would be given. */
export function define(command: Command, world: World, done: (exit: Exit) => void, typed: readonly string[]): void {
  command
    .addHelpText(
      'before',
      examples(['send-metrics preview build', 'send-metrics preview build --json', 'send-metrics preview -- make -k build test']),
    )
    .usage('[options] <target> | -- <make> [make arguments]')
    .argument('<target...>', 'the public name of a target, or after -- a whole command line of make')
    .option('--name <name>', 'the name of the run, as for wrap')
    .option('--json', 'print JSON: a list with one object for each destination')
    .action(async (words: string[], options: { json?: boolean; name?: string }) => {
      const behind = typed.includes('--') ? typed.length - typed.indexOf('--') - 1 : 0
      const [target, extra] = words.slice(0, words.length - behind)
      if (extra !== undefined) return command.error(say.previewOfOne(world.tool, extra))
      const { there, goals } = whatRuns(world, { target, name: options.name }, words.slice(1))
      done(await preview(there, goals, options.json === true))
    })
}

interface Shown {
  destination: string
  to: string
  body: unknown
}

async function preview(world: World, goals: readonly string[], json: boolean): Promise<Exit> {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const passedOver = new PassedOver()
  const current = standingHere(world, project, passedOver)
  const message = await sampleRun(world, project, current, goals)
  const shown: Shown[] = []
  const env = settingsEnvironment(world)
  for (const destination of project.destinations) {
    const row = destinationRow(destination.type)
    const settings = row.settings(destination, env, project)
    if (current.standing.effective === 'on' && !current.standing.places.includes(placeHere(world, project, destination))) {
      world.stderr.write(say.prefixed(say.notCovered(titleOf(env, project, destination))))
      continue
    }
    const missing = row.missing(settings)
    if (missing) world.stderr.write(say.prefixed(say.destinationMissing(destination.type, missing)))
    const { requests } = await (await row.load()).encode([message], missing ? { ...settings, writeKey: 'none' } : settings)
    for (const request of requests)
      shown.push({
        destination: titleOf(env, project, destination),
        to: describeRequest(request),
        body: JSON.parse(withoutSecrets(request.body, row.secrets?.(settings) ?? [])),
      })
  }
  if (shown.length === 0)
    shown.push({ destination: 'nobody: no destination is set', to: 'the ledger on this machine', body: message.properties })
  for (const goal of goals) sayNotOnList(world, goal, project.targets)
  world.stderr.write(say.prefixed(say.previewOnly(current.standing.effective, message.anonymousId === NO_ID)))
  world.stdout.write(json ? `${printableJson(shown, 2)}\n` : shown.map(layOut).join('\n'))
  sayPassedOver(world, passedOver)
  return { code: 0 }
}

/** A target whose name is not reported may be one that was mistyped. */
function sayNotOnList(world: World, goal: string, list: readonly string[] | undefined): void {
  if (goal === OTHER || reportedName(goal, listedNames(list)) === goal) return
  const near = didYouMean(goal, targetNames(world))
  if (near !== undefined) world.stderr.write(say.prefixed(say.notOnList(goal, near)))
}

function layOut({ destination, to, body }: Shown): string {
  return `${printable(destination)}: ${printable(to, 600)}\n${printableJson(body, 2)}\n`
}
