import { settingsEnvironment } from '../consent/pipeline.ts'
import { placeHere, standingFor } from '../consent/standing.ts'
import { describeFailure } from '../delivery/exchange.ts'
import { destinationRow } from '../destinations/index.ts'
import { bareHost, proxyFor } from '../destinations/proxy.ts'
import type { Project } from '../project/read.ts'
import type { Certificates, World } from '../world.ts'
import type { Finding } from './checks.ts'

const LIMIT_MS = 3_000

/** Whether each destination can be connected to. Nothing is sent, and without a yes nothing is tried. */
export async function checkReach(world: World, project: Project): Promise<Finding[]> {
  const { standing } = standingFor(world, project)
  const found: Finding[] = []
  for (const destination of project.destinations) {
    const row = destinationRow(destination.type)
    const settings = row.settings(destination, settingsEnvironment(world), project)
    const address = row.address(settings)
    if (address === undefined || !standing.places.includes(placeHere(world, project, destination))) continue
    const failure = await tryToConnect(world, address, row.certificates?.(settings))
    const text = `${address} ${failure ?? 'can be reached'}; whether it accepts the key cannot be known without sending`
    const todo = 'check the network, the proxy and the address; until then events wait'
    found.push(
      failure ? { about: 'network', state: 'problem', text: `${address} ${failure}`, todo } : { about: 'network', state: 'ok', text },
    )
  }
  if (found.length === 0 && project.destinations.length > 0 && standing.effective !== 'on') {
    return [{ about: 'network', state: 'note', text: 'not tried: nothing is connected to without a yes' }]
  }
  return found
}

async function tryToConnect(world: World, address: string, certificates: Certificates | undefined): Promise<string | undefined> {
  try {
    const url = new URL(address)
    const tls = url.protocol === 'https:'
    const target = proxyFor(url, world.env) ?? { host: bareHost(url), port: Number(url.port) || (tls ? 443 : 80), tls, certificates }
    const socket = await world.connect(target)
    return await new Promise((resolve) => {
      const end = (failure: string | undefined) => {
        clearTimeout(timer)
        socket.destroy()
        resolve(failure)
      }
      const timer = setTimeout(() => end('did not answer in time'), LIMIT_MS)
      socket.once(target.tls ? 'secureConnect' : 'connect', () => end(undefined))
      socket.once('error', (error) => end(describeFailure(error)))
    })
  } catch (error) {
    return describeFailure(error as Error)
  }
}
