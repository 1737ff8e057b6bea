import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Connection } from '../../src/delivery/connection.ts'
import type { HttpRequest } from '../../src/destinations/destination.ts'
import { shortBudget } from '../support/patience.ts'
import { nobody, pour, type RawServer, rawServer } from '../support/raw-server.ts'
import { type Receiver, receiver, status } from '../support/receiver.ts'
import { testWorld } from '../support/world.ts'

const closing: (Receiver | RawServer)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()))
})

async function listening(): Promise<Receiver> {
  const there = await receiver()
  closing.push(there)
  return there
}

async function raw(...how: Parameters<typeof rawServer>): Promise<RawServer> {
  const there = await rawServer(...how)
  closing.push(there)
  return there
}

const post = (url: string, body = '{}'): HttpRequest => ({
  url: `${url}/v1/batch?a=b`,
  method: 'POST',
  headers: { 'X-Own': 'yes' },
  body,
  messages: [],
})
const soon = (ms = 10_000) => performance.now() + ms
const send = (url: string, ms?: number) => new Connection(testWorld(), url).send(post(url), soon(ms))
const failure = (text: RegExp) => ({ failure: expect.stringMatching(text) })

/** A World whose sockets can be looked at. */
function watched() {
  const opened: Socket[] = []
  const real = testWorld()
  const connect: typeof real.connect = async (to) => {
    opened.push(await real.connect(to))
    return opened.at(-1) as Socket
  }
  return { opened, world: { ...real, connect } }
}

/** Waits for something that comes by itself; the limit of a test ends a vain wait. */
async function until(there: () => boolean): Promise<void> {
  while (!there()) await new Promise((resolve) => setTimeout(resolve, 2))
}

const OK = 'HTTP/1.1 200 OK\r\n'

describe('a request', () => {
  test('arrives as it was, and its answer comes back', async () => {
    const there = await listening()
    there.answer = status(429, { 'Retry-After': '7', 'Set-Cookie': ['a=1', 'b=2'] }, 'ünï')
    const connection = new Connection(testWorld(), there.url)
    const answer = await connection.send(post(there.url, '{"ü":1}'), soon())
    expect(answer).toMatchObject({ status: 429, body: 'ünï', headers: { 'retry-after': '7', 'set-cookie': 'a=1, b=2' } })
    expect(there.requests).toEqual([
      {
        method: 'POST',
        url: '/v1/batch?a=b',
        body: '{"ü":1}',
        headers: expect.objectContaining({
          'x-own': 'yes',
          'content-length': '8',
          host: there.url.slice('http://'.length),
          connection: 'close',
        }),
      },
    ])
  })

  test('a redirect is an answer, and is not followed', async () => {
    const [there, elsewhere] = [await listening(), await listening()]
    there.answer = status(302, { Location: elsewhere.url }, '')
    expect(await send(there.url)).toMatchObject({ status: 302 })
    expect(elsewhere.connections).toBe(0)
  })
})

describe('a connection opened early', () => {
  test('carries the request: one connection in all', async () => {
    const there = await listening()
    const connection = new Connection(testWorld(), there.url)
    connection.open()
    connection.open()
    expect(await connection.send(post(there.url), soon())).toMatchObject({ status: 200 })
    expect(there.connections).toBe(1)
  })

  test('that the receiver closed meanwhile is opened again', async () => {
    const there = await raw(
      (socket) => socket.end(`${OK}Content-Length: 2\r\n\r\n{}`),
      (socket, number) => (number === 1 ? socket.end() : undefined),
    )
    const { world, opened } = watched()
    const connection = new Connection(world, there.url)
    connection.open()
    await until(() => opened[0]?.destroyed === true)
    expect(await connection.send(post(there.url), soon())).toMatchObject({ status: 200, body: '{}' })
    expect(there.connections).toBe(2)
  })

  test('that could not be made does not fail before something is sent', async () => {
    const url = await nobody()
    const connection = new Connection(testWorld(), url)
    connection.open()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await connection.send(post(url), soon())).toEqual(failure(/refused the connection/u))
  })

  test('that is not needed lets go', async () => {
    const there = await raw(() => {})
    const { world, opened } = watched()
    const connection = new Connection(world, there.url)
    connection.open()
    await until(() => there.connections === 1)
    connection.close()
    await until(() => opened[0]?.destroyed === true)
    expect(opened).toHaveLength(1)
  })
})

describe('what a receiver may do', () => {
  test.each<[string, (socket: Socket) => void, object]>([
    ['answer in no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH\r\n'), failure(/did not answer in HTTP/u)],
    ['answer nothing and close', (socket) => socket.end(), failure(/cut the connection|hang up/u)],
    ['cut the connection', (socket) => socket.resetAndDestroy(), failure(/cut the connection/u)],
    ['cut its answer short', (socket) => socket.end(`${OK}Content-Length: 100\r\n\r\nabc`), { status: 200, body: 'abc' }],
    ['cut its headers short', (socket) => socket.end('HTTP/1.1 200 OK\r\nX: '), failure(/cut the connection|hang up|HTTP/u)],
    ['send headers without end', (socket) => pour(socket, `X: ${'y'.repeat(8_000)}\r\n`, OK), failure(/headers that are too long/u)],
    ['send a header without end', (socket) => pour(socket, 'y'.repeat(65_536), `${OK}X: `), failure(/headers that are too long/u)],
    ['answer informally first', (socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}Content-Length: 0\r\n\r\n`), { status: 200 }],
  ])('%s', async (_name, answer, expected) => {
    const there = await raw(answer)
    expect(await send(there.url)).toEqual(expect.objectContaining(expected))
  })

  test.each<[string, string, string]>([
    ['with a length', `${OK}Content-Length: 99999999999\r\n\r\n`, 'y'.repeat(65_536)],
    ['in chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n`, `1000\r\n${'y'.repeat(0x1000)}\r\n`],
  ])('stream without end %s: it is cut off and its status counts', async (_name, head, part) => {
    const there = await raw((socket) => pour(socket, part, head))
    const answer = await send(there.url)
    expect(answer).toMatchObject({ status: 200 })
    expect('body' in answer && answer.body.length).toBeLessThan(1024 * 1024)
  })

  test.each<[string, (socket: Socket) => void, object]>([
    ['never answer', () => {}, failure(/in time/u)],
    ['answer a byte at a time', (socket) => trickle(socket), failure(/in time/u)],
    ['stop in the middle of its answer', (socket) => socket.write(`${OK}Content-Length: 9\r\n\r\nab`), { status: 200, body: 'ab' }],
  ])('%s: the deadline holds', async (_name, answer, expected) => {
    const there = await raw(answer)
    expect(await send(there.url, shortBudget(150))).toEqual(expect.objectContaining(expected))
  })

  test.each([0, -5])('a deadline that is %i ms away: there is an answer at once', async (ms) => {
    const there = await raw(() => {})
    expect(await send(there.url, ms)).toEqual(failure(/in time/u))
  })

  test('a name that does not exist', async () => {
    expect(await send('http://nobody.invalid')).toEqual(failure(/name that/u))
  })
})

/** A header that goes on for ever, slowly; ends with the connection. */
function trickle(socket: Socket): void {
  socket.write(OK)
  const timer = setInterval(() => socket.write('X'), 5)
  socket.on('close', () => clearInterval(timer))
}

describe('behind a proxy', () => {
  const through = (proxy: string, url: string) =>
    new Connection(testWorld({ env: { http_proxy: proxy, https_proxy: proxy } }), url).send(post(url), soon())

  test('a plain request names the whole address, and the password goes to the proxy', async () => {
    const proxy = await listening()
    const answer = await through(proxy.url.replace('//', '//me:secret@'), 'http://api.invalid')
    expect(answer).toMatchObject({ status: 200 })
    expect(proxy.requests[0]).toMatchObject({
      url: 'http://api.invalid/v1/batch?a=b',
      headers: { host: 'api.invalid', 'proxy-authorization': `Basic ${Buffer.from('me:secret').toString('base64')}` },
    })
  })

  test('for https it is asked to connect through; what it answers instead is told', async () => {
    const proxy = await raw((socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'))
    const tunnel = await raw((socket) => socket.destroy())
    expect(await through(proxy.url, 'https://api.invalid')).toEqual(
      failure(/behind a proxy that wants a name and a password, or others \(407\)/u),
    )
    expect(await through(tunnel.url, 'https://api.invalid')).toEqual(failure(/behind a proxy that (cut the connection|socket hang up)/u))
  })

  test('a proxy that is not there, and one of a kind that is not known', async () => {
    expect(await through(await nobody(), 'http://api.invalid')).toEqual(failure(/refused the connection/u))
    expect(await through('socks5://127.0.0.1:1', 'http://api.invalid')).toEqual(failure(/not supported/u))
  })
})

test('an address that is none: what was to be sent waits, and the reason is said', async () => {
  const request = { url: 'no address', method: 'POST', headers: {}, body: '{}', messages: [] }
  expect(await new Connection(testWorld(), 'no address').send(request, 1e9)).toEqual({ failure: 'has an address that is no URL' })
})
