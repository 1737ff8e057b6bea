import type { Socket } from 'node:net'
import type { HttpRequest, Response } from '../destinations/destination.ts'
import { bareHost, type HttpProxy, proxyFor } from '../destinations/proxy.ts'
import type { Certificates, Environment, World } from '../world.ts'
import { describeFailure, exchange, openTunnel } from './exchange.ts'

/** A proxy that says nothing is given up after this, ms; whoever waits for it gives up earlier as a rule. */
const TUNNEL_MS = 30_000

/** One connection to one address, opened while the target runs if there is time, and again if it went stale. */
export class Connection {
  private readonly world: World
  private readonly env: Environment
  private readonly address: string
  private readonly certificates: Certificates | undefined
  private parsed: URL | undefined
  private socket: Promise<Socket> | undefined

  /** `env` is the environment whose proxies count. */
  constructor(world: World, address: string, certificates?: Certificates, env: Environment = world.env) {
    this.world = world
    this.env = env
    this.certificates = certificates
    this.address = address
  }

  private get url(): URL {
    if (this.parsed === undefined && !URL.canParse(this.address)) throw new Error('has an address that is no URL')
    this.parsed ??= new URL(this.address)
    return this.parsed
  }

  /** Starts to connect; a failure shows when something is sent. */
  open(): void {
    this.socket ??= this.connect()
    this.socket.catch(() => {})
  }

  /** Sends one request; never throws. `deadline` is on the World's monotonic clock. */
  async send(request: HttpRequest, deadline: number): Promise<Response> {
    const last = Math.min(deadline, this.world.monotonic() + (request.limitMs ?? Number.POSITIVE_INFINITY))
    const left = () => Math.max(0, last - this.world.monotonic())
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), left())
    })
    try {
      const socket = await Promise.race([this.freshSocket(), late])
      if (socket === 'late') return { failure: 'could not be reached in time' }
      const plain = this.url.protocol === 'http:' ? this.proxy() : undefined
      return await exchange(request, { socket, proxy: plain, limitMs: left() })
    } catch (error) {
      return { failure: describeFailure(error as Error) }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Lets go of whatever is open. */
  close(): void {
    this.socket?.then(
      (socket) => socket.destroy(),
      () => {},
    )
    this.socket = undefined
  }

  private async freshSocket(): Promise<Socket> {
    const early = this.socket
    this.socket = undefined
    const socket = await early?.catch(() => undefined)
    return socket && !socket.destroyed && !socket.readableEnded && !socket.errored ? socket : this.connect()
  }

  private proxy(): HttpProxy | undefined {
    return proxyFor(this.url, this.env)
  }

  private async connect(): Promise<Socket> {
    const tls = this.url.protocol === 'https:'
    const host = bareHost(this.url)
    const port = Number(this.url.port) || (tls ? 443 : 80)
    const proxy = this.proxy()
    const { certificates } = this
    const first = await this.world.connect(proxy ?? { host, port, tls, certificates })
    // Until a request takes it over, an error must not bring the process down.
    first.on('error', () => {})
    if (!proxy || !tls) return first
    await openTunnel(first, proxy, `${host.includes(':') ? `[${host}]` : host}:${port}`, TUNNEL_MS)
    const secured = await this.world.connect({ host, port, tls, over: first, certificates })
    secured.on('error', () => {})
    return secured
  }
}
