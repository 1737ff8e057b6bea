import type { Socket } from 'node:net'
import { settingsEnvironment } from '../consent/pipeline.ts'
import { placeHere, standingFor } from '../consent/standing.ts'
import { describeFailure, openTunnel, ProxyError } from '../delivery/exchange.ts'
import { destinationRow } from '../destinations/index.ts'
import { bareHost, proxyFor } from '../destinations/proxy.ts'
import type { Project } from '../project/read.ts'
import type { Certificates, ConnectTarget, Environment, World } from '../world.ts'
import type { Finding } from './checks.ts'

const LIMIT_MS = 3_000

/** Whether each destination can be connected to, through its proxy. Nothing is sent, and without a yes nothing is tried. */
export async function checkReach(world: World, project: Project): Promise<Finding[]> {
  const { standing } = standingFor(world, project)
  const env = settingsEnvironment(world)
  const found: Finding[] = []
  for (const destination of project.destinations) {
    const row = destinationRow(destination.type)
    const settings = row.settings(destination, env, project)
    const address = row.address(settings)
    if (address === undefined || !standing.places.includes(placeHere(world, project, destination))) continue
    const reason = await tryToConnect(world, env, address, row.certificates?.(settings))
    const text = `${address} ${reason === undefined ? 'can be reached' : describeFailure(reason)}`
    found.push(
      reason === undefined
        ? { about: 'network', state: 'ok', text: `${text}; whether it accepts the key cannot be known without sending` }
        : { about: 'network', state: 'problem', text, todo: `${todoFor(reason)}; until then events wait` },
    )
  }
  if (found.length === 0 && project.destinations.length > 0 && standing.effective !== 'on') {
    return [{ about: 'network', state: 'note', text: 'not tried: nothing is connected to without a yes' }]
  }
  return found
}

/** What keeps this machine from an address, if anything. */
async function tryToConnect(
  world: World,
  env: Environment,
  address: string,
  certificates: Certificates | undefined,
): Promise<Error | undefined> {
  const sockets: Socket[] = []
  const connect = async (target: ConnectTarget) => {
    const socket = await world.connect(target)
    sockets.push(socket)
    await connected(socket, target.tls)
    return socket
  }
  try {
    const url = new URL(address)
    const tls = url.protocol === 'https:'
    const [host, port] = [bareHost(url), Number(url.port) || (tls ? 443 : 80)]
    const proxy = proxyFor(url, env)
    const first = await connect(proxy ?? { host, port, tls, certificates })
    if (proxy !== undefined) await openTunnel(first, proxy, `${url.hostname}:${port}`, LIMIT_MS)
    if (proxy !== undefined && tls) await connect({ host, port, tls, over: first, certificates })
    return undefined
  } catch (error) {
    // Many proxies connect through to no port but 443; what is not encrypted they pass on.
    const isOfTunnel = error instanceof ProxyError && !error.wantsLogin && address.startsWith('http:')
    return isOfTunnel ? undefined : (error as Error)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

function connected(socket: Socket, tls: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('did not answer in time')), LIMIT_MS)
    const end = (settle: () => void) => {
      clearTimeout(timer)
      settle()
    }
    socket.once(tls ? 'secureConnect' : 'connect', () => end(resolve))
    // It stays: an error that nobody hears of would end this process.
    socket.on('error', (error) => end(() => reject(error)))
  })
}

function todoFor(error: Error & { code?: string }): string {
  if (error instanceof ProxyError && error.wantsLogin)
    return 'put the name and the password into the address of the proxy: http://name:password@host:port, a @ : or / in them as %40 %3A %2F'
  if (UNTRUSTED.test(error.code ?? ''))
    return "if it is your company's certificate authority that is missing, name its file (PEM) in NODE_EXTRA_CA_CERTS; certificates are always checked"
  return 'check the network, the proxy and the address'
}

/** Node's codes for a certificate that nobody who is trusted has signed (nodejs.org/api/tls.html, "X509 certificate error codes"). */
const UNTRUSTED =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/u
