import { standingFor } from '../consent/standing.ts'
import * as store from '../consent/store.ts'
import { entryId } from '../consent/store.ts'
import type { Route } from '../delivery/deliver.ts'
import { describeRequest, perform } from '../delivery/perform.ts'
import type { Request, Verdict } from '../destinations/destination.ts'
import { withoutSecrets } from '../destinations/without-secrets.ts'
import { inTurn } from '../disk/turn.ts'
import type { Message } from '../event/message.ts'
import { Ledger } from '../journal/ledger.ts'
import { stateToWrite } from '../journal/state.ts'
import { printable, printableJson, say } from '../messages.ts'
import { anonymousId } from '../record/anonymous-id.ts'
import { routesFor } from '../record/routes.ts'
import type { Exit, World } from '../world.ts'
import { needProject } from './need-project.ts'
import { sampleRun } from './sample-run.ts'

/** A destination gets this long, ms; nobody's target waits. */
const LIMIT_MS = 10_000

/** What one destination was sent and said. */
interface Tested {
  readonly destination: string
  readonly to: string
  readonly body: string
  readonly result: Verdict['result']
  readonly status: number | null
  readonly reason: string
}

/**
 * `send-metrics doctor --send-test`: shows one marked event, sends it to each destination, and says what each
 * answered. Only with a yes. The event and every try are in the ledger; nothing waits if it fails.
 */
export async function sendTest(world: World, json: boolean): Promise<Exit> {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const now = standingFor(world, project)
  if (now.standing.effective !== 'on') {
    world.stderr.write(say.prefixed(say.sendTestNeedsYes(world.tool, now.standing.reason)))
    return { code: 1 }
  }
  const state = stateToWrite(world, now.entry?.id ?? entryId(now.identity))
  const routes = routesFor(world, project, now.standing.places, state)
  if (routes.length === 0) {
    world.stderr.write(say.prefixed(say.noDestination()))
    return { code: 1 }
  }
  const sender = await anonymousId(world, now, async () => store)
  const marked = { ...world, cwd: world.cwd, env: { ...world.env, SEND_METRICS_TEST: 'yes' } }
  const message = { ...(await sampleRun(marked, project, now, ['(test)'])), anonymousId: sender }
  const ledger = new Ledger(state)
  ledger.addEvent('run', message.id, new Date(message.timestamp), message.properties)
  const tested: Tested[] = []
  for (const route of routes) tested.push(await testRoute(world, route, message, ledger, json))
  if (json) world.stdout.write(`${printableJson(tested, 2)}\n`)
  return { code: tested.every(({ result }) => result === 'delivered') ? 0 : 1 }
}

async function testRoute(world: World, route: Route, message: Message, ledger: Ledger, json: boolean): Promise<Tested> {
  if (route.missing !== undefined) return tell(world, json, { ...nothing(route), reason: route.missing })
  const { turn } = route.memo
  const work = () => sendOne(world, route, message, json)
  const outcome = turn === undefined ? await work() : await inTurn(turn, world.pid, LIMIT_MS, work)
  if (outcome === undefined) return tell(world, json, { ...nothing(route), reason: 'another run was reporting' })
  const { result, status, reason } = outcome
  ledger.addAttempt({ at: new Date(world.now()).toISOString(), destination: route.name, status, result, reason, events: [message.id] })
  return tell(world, json, outcome)
}

async function sendOne(world: World, route: Route, message: Message, json: boolean): Promise<Tested> {
  const destination = await route.load()
  const { requests, refused } = await destination.encode([message], route.settings, route.memo.recall())
  const request = requests[0]
  if (request === undefined) return { ...nothing(route), result: 'drop', reason: refused[0]?.reason ?? 'there was nothing to send' }
  if (!json) world.stdout.write(`${route.name}: ${describeRequest(request)}\n${withoutSecrets(readable(request), route.secrets)}\n`)
  const response = await perform(world, route.connection, request, world.monotonic() + LIMIT_MS)
  route.connection?.close()
  const verdict = destination.judge(request, response)[0] ?? ({ result: 'retry', reason: 'was not answered' } as const)
  const status = 'status' in response && 'url' in request ? response.status : null
  const { result } = verdict
  const [reason, body] = [verdict.reason, request.body].map((text) => withoutSecrets(text, route.secrets))
  return { destination: route.name, to: describeRequest(request), body: body ?? '', result, status, reason: reason ?? '' }
}

function nothing(route: Route): Tested {
  return { destination: route.name, to: '', body: '', result: 'retry', status: null, reason: '' }
}

function tell(world: World, json: boolean, tested: Tested): Tested {
  const { destination, result, status, reason } = tested
  const word = { delivered: 'delivered', retry: 'NOT DELIVERED', drop: 'REFUSED' }[result]
  if (!json) world.stdout.write(`${destination}: ${word}${status === null ? '' : `, ${status}`}: ${printable(reason, 300)}\n`)
  return tested
}

/** JSON as one reads it; anything else as it is. */
function readable({ body }: Request): string {
  try {
    return printableJson(JSON.parse(body), 2)
  } catch {
    return body
      .trimEnd()
      .split('\n')
      .map((line) => printable(line, body.length))
      .join('\n')
  }
}
