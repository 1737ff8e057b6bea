import type { Command } from 'commander'
import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import { ciProvider } from '../context/ci.ts'
import { gitFacts } from '../context/git.ts'
import { machineFacts } from '../context/machine.ts'
import { beginTrace } from '../context/trace.ts'
import type { Request } from '../destinations/destination.ts'
import { destinationRow } from '../destinations/index.ts'
import { runFacts } from '../event/build.ts'
import { fieldNames } from '../event/fields.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { serialize } from '../event/serialize.ts'
import { say } from '../messages.ts'
import type { Project } from '../project/read.ts'
import { version } from '../version.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'

/** `send-metrics preview <target>`: the payload each destination would get. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics preview build', 'send-metrics preview build --json']))
    .argument('<target>', 'the public name of a target; it is not run')
    .option('--json', 'print JSON: a list with one object for each destination')
    .action(async (target: string, options: { json?: boolean }) => done(await preview(world, target, options.json === true)))
}

/** Stands in for an ID that has not been made. */
const NO_ID = '00000000-0000-4000-8000-000000000000'

interface Shown {
  destination: string
  to: string
  body: unknown
}

async function preview(world: World, target: string, json: boolean): Promise<Exit> {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const current = standingFor(world, project)
  const message = await sample(world, project, current, target)
  const shown: Shown[] = []
  for (const destination of project.destinations) {
    const row = destinationRow(destination.type)
    const settings = row.settings(destination, world.env, project.root)
    const missing = row.missing(settings)
    if (missing) world.stderr.write(say.prefixed(say.destinationMissing(destination.type, missing)))
    const { requests } = await (await row.load()).encode([message], missing ? { ...settings, writeKey: 'none' } : settings)
    for (const request of requests) shown.push({ destination: row.title(settings), to: addressOf(request), body: JSON.parse(request.body) })
  }
  if (shown.length === 0)
    shown.push({ destination: 'nobody: no destination is set', to: 'the ledger on this machine', body: message.properties })
  world.stderr.write(say.prefixed(say.previewOnly(current.standing.effective, message.anonymousId === NO_ID)))
  world.stdout.write(json ? `${JSON.stringify(shown, undefined, 2)}\n` : shown.map(layOut).join('\n'))
  return { code: 0 }
}

function addressOf(request: Request): string {
  return 'url' in request ? `${request.method} ${request.url}` : request.append
}

function layOut({ destination, to, body }: Shown): string {
  return `${destination}: ${to}\n${JSON.stringify(body, undefined, 2)}\n`
}

/** The event of a run that passed at once, with real facts of this place. Without a yes: all fields there are. */
async function sample(world: World, project: Project, { standing, entry }: ProjectStanding, target: string): Promise<Message> {
  const git = await gitFacts(world.cwd, project.defaultBranch, world.env as NodeJS.ProcessEnv)
  const place = { git, machine: machineFacts(), ci: ciProvider(world.env), toolVersion: version, test: world.env.SEND_METRICS_TEST }
  const run = { target, startedAt: world.now(), durationMs: 0, exitStatus: 0, outcome: 'success', ...beginTrace(world.env) }
  const agreed = standing.effective === 'on' || standing.effective === 'local' ? standing.fields : fieldNames()
  return {
    id: newMessageId(world.now()),
    event: eventNames(project).run,
    anonymousId: entry?.anonymousId ?? NO_ID,
    timestamp: new Date(run.startedAt).toISOString(),
    properties: serialize('run', runFacts(run, place, project.targets), agreed),
  }
}
