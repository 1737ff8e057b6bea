import type { Command } from 'commander'
import { entryId } from '../consent/store.ts'
import { type Delivery, deliver, type Route } from '../delivery/deliver.ts'
import { Ledger } from '../journal/ledger.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { stateToWrite } from '../journal/state.ts'
import { printable, printableJson, say } from '../messages.ts'
import { routesFor } from '../record/routes.ts'
import { describeDelivery, ROUND_MOST } from '../record/send-all.ts'
import type { Exit, World } from '../world.ts'
import { Timeline } from '../wrap/timeline.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'
import { sayPassedOver, standingHere } from './passed-over.ts'

/** Nobody's target waits for this, so a slow receiver gets longer than in a run. */
const LIMIT_MS = 10_000

/** `send-metrics flush`: sends what is waiting, even while the breaker is open. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics flush']))
    .option('--json', 'print JSON: a list with one object for each destination')
    .action(async (options: { json?: boolean }) => done(await flush(world, options.json === true)))
}

async function flush(world: World, json: boolean): Promise<Exit> {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const passedOver = new PassedOver()
  const { standing, entry, identity } = standingHere(world, project, passedOver)
  if (standing.effective !== 'on') {
    world.stderr.write(say.prefixed(say.nothingIsSent(standing.reason)))
    if (json) world.stdout.write('[]\n')
    sayPassedOver(world, passedOver)
    return { code: 0 }
  }
  const state = stateToWrite(world, entry?.id ?? entryId(identity))
  const routes = routesFor(world, project, standing.places, state)
  const ledger = new Ledger(state)
  const deliveries = await Promise.all(routes.map((route) => empty(world, route, ledger, entry?.decision?.asOf)))
  if (routes.length === 0) world.stderr.write(say.prefixed(say.noDestination()))
  const results = deliveries.map(({ passedOver: _passedOver, ...result }) => result)
  world.stdout.write(json ? `${printableJson(results)}\n` : deliveries.map((one) => `${printable(describeDelivery(one), 600)}\n`).join(''))
  for (const { file, reason } of deliveries.flatMap((delivery) => delivery.passedOver)) passedOver.file(file, reason)
  sayPassedOver(world, passedOver)
  return { code: deliveries.some(mayHoldMore) ? 1 : 0 }
}

/** An outbox that cannot be looked into may hold events, too. */
function mayHoldMore({ kept, delivered, dropped, passedOver }: Delivery): boolean {
  return kept > 0 || (delivered + dropped === 0 && passedOver.length > 0)
}

/** Round after round, until nothing is left or a round delivers nothing. */
async function empty(world: World, route: Route, ledger: Ledger, asOf: string | undefined): Promise<Delivery> {
  const timeline = new Timeline(world)
  let total: Delivery | undefined
  for (;;) {
    const options = {
      deadline: world.monotonic() + LIMIT_MS,
      most: ROUND_MOST,
      force: true,
      asOf,
      note: (text: string) => timeline.note(text),
    }
    const round = await deliver(world, route, ledger, options)
    total = total
      ? {
          ...round,
          delivered: total.delivered + round.delivered,
          dropped: total.dropped + round.dropped,
          reason: round.delivered + round.dropped > 0 ? round.reason : total.reason,
        }
      : round
    if (round.kept === 0 || round.delivered + round.dropped === 0) return total
  }
}
