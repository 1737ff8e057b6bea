import * as http from 'node:http'
import * as net from 'node:net'
import * as os from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { exposition, type ProjectTotals } from '../destinations/prometheus-text.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { printable, printableJson, say } from '../messages.ts'
import { exportedTotals } from '../record/exported-totals.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { readDecisions, sayPassedOver } from './passed-over.ts'
import { printJson } from './print-json.ts'

/** `send-metrics export prometheus`: the totals of every project on this machine, once or for a scraper. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics export prometheus', 'send-metrics export prometheus --listen 127.0.0.1:9464']))
    .command('prometheus', { isDefault: false })
    .description("Print the totals of every project on this machine in Prometheus's text format. Nothing is sent.")
    .option('--listen <host:port>', 'answer a scraper at http://<host:port>/metrics until Ctrl-C', address)
    .addOption(new Option('--json', 'print JSON: a list with the series of each project').conflicts('listen'))
    .action(async ({ listen, json = false }: { listen?: Address; json?: boolean }) =>
      done(listen === undefined ? await print(world, json) : await serve(world, listen)),
    )
}

interface Address {
  readonly host: string
  readonly port: number
}

function address(text: string): Address {
  const [, host = '', port = ''] = /^(?:\[?([\w.:-]*?)\]?:)?(\d{1,5})$/u.exec(text) ?? []
  if (port === '' || Number(port) > 65_535) throw new InvalidArgumentError('It must be a host and a port, such as 127.0.0.1:9464.')
  return { host: host || '127.0.0.1', port: Number(port) }
}

async function print(world: World, json: boolean): Promise<Exit> {
  const { all, passedOver } = await totals(world)
  const isIncomplete = sayPassedOver(world, passedOver)
  const nothing = all.length === 0
  if (nothing && isIncomplete) return { code: 1 }
  if (json) return printJson(world, all.map(inJson))
  world.stdout.write(await exposition(all))
  if (nothing) world.stderr.write(say.prefixed(say.nothingRecorded()))
  return { code: 0 }
}

function inJson({ project, totals: { bounds, series } }: ProjectTotals): object {
  return { project, bounds, series }
}

/** Names come from files, and this goes to a terminal, too. */
async function totals(world: World): Promise<{ all: ProjectTotals[]; passedOver: PassedOver }> {
  const passedOver = new PassedOver()
  const counted = await exportedTotals(world, readDecisions(world, passedOver), passedOver)
  const all = counted.map(({ project, totals: { series, ...rest } }) => ({
    project: printable(project, 300),
    totals: { ...rest, series: series.map((one) => ({ ...one, target: printable(one.target, 300), outcome: printable(one.outcome) })) },
  }))
  return { all, passedOver }
}

function serve(world: World, { host, port }: Address): Promise<Exit> {
  let said = ''
  const complain = (passedOver: PassedOver) => {
    const now = printableJson(passedOver.all)
    if (now !== said) sayPassedOver(world, passedOver)
    said = now
  }
  return new Promise((resolve, reject) => {
    const server = http.createServer((request, response) => {
      if (!isOurHost(request.headers.host, host))
        return void response.writeHead(403).end(`ask by an IP address, by localhost, or by this machine's own name\n`)
      answer(world, request, response, complain).catch((error: Error) => response.writeHead(500).end(`${error.message}\n`))
    })
    server.on('error', (error) => reject(new Error(`cannot listen on ${host}:${port}: ${error.message}`)))
    server.listen(port, host, () => {
      const { port: given, address: own, family } = server.address() as net.AddressInfo
      world.stderr.write(say.prefixed(say.listening(`http://${family === 'IPv6' ? `[${own}]` : own}:${given}/metrics`)))
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      world.onSignal(signal, () => {
        server.closeAllConnections()
        server.close(() => resolve({ code: 0 }))
      })
  })
}

/**
 * Whether a request names this server by an address, or by a name that nobody outside can own. A page whose own name is made to
 * point here (DNS rebinding) would name that one, and could read everything.
 */
function isOurHost(header: string | undefined, listening: string): boolean {
  if (header === undefined || !URL.canParse(`http://${header}`)) return false
  const name = new URL(`http://${header}`).hostname.replace(/^\[(.*)\]$/u, '$1').replace(/\.$/u, '')
  const isPrivate = !name.includes('.') || name.endsWith('.internal') || name.endsWith('.localhost')
  return isPrivate || net.isIP(name) !== 0 || [listening.toLowerCase(), os.hostname().toLowerCase()].includes(name)
}

async function answer(
  world: World,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  complain: (passedOver: PassedOver) => void,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { Allow: 'GET, HEAD' }).end()
  if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end('see /metrics\n')
  const { all, passedOver } = await totals(world)
  const text = await exposition(all)
  complain(passedOver)
  response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
}
