import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as https from 'node:https'
import * as net from 'node:net'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { shortBudget } from '../../support/patience.ts'
import { hasPrograms } from '../../support/programs.ts'
import { type LoopbackProxy, proxy } from '../../support/proxy.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { testdir } from '../../support/testdir.ts'
import { agreedProject, flushAll, runEvents, shell, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}impl-build: ; @echo built\n`

describe('a proxy in the environment', () => {
  let there: Receiver
  let between: LoopbackProxy
  beforeEach(async () => {
    there = await receiver()
    between = await proxy()
  })
  afterEach(async () => {
    await there.close()
    await between.close()
  })

  test.each(['http_proxy', 'all_proxy', 'ALL_PROXY'])('%s: an http receiver is asked for by its whole address', async (variable) => {
    const project = await agreedProject(there, { makefile: MAKEFILE, env: { [variable]: between.url } })
    between.asked.length = 0
    const direct = there.connections
    expect(await shell(project, 'make build')).toMatchObject({ code: 0, stderr: '' })
    expect(between.asked).toEqual([`POST ${there.url}/v1/batch`])
    expect(runEvents(there)).toHaveLength(1)
    expect(there.requests.at(-1)?.headers.host).toBe(`127.0.0.1:${there.port}`)
    expect(there.connections).toBe(direct + 1)
  })

  test('name and password go to the proxy and no further', async () => {
    const env = { http_proxy: between.url.replace('//', '//user:p%40ss@') }
    const project = await agreedProject(there, { makefile: MAKEFILE, env })
    await shell(project, 'make build')
    expect(new Set(between.authorizations)).toEqual(new Set([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]))
    expect(there.requests.at(-1)?.headers).not.toHaveProperty('proxy-authorization')
    expect(JSON.stringify(there.requests)).not.toContain('p@ss')
  })

  test.each(['127.0.0.1', '*', 'other.example, 127.0.0.1'])('NO_PROXY=%s goes around it', async (exempt) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    await shell(project, 'make build', { http_proxy: between.url, NO_PROXY: exempt })
    expect(between.asked).toEqual([])
    expect(runEvents(there)).toHaveLength(1)
  })

  test('HTTP_PROXY in capitals is left alone, because a web server sets it from a request', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    await shell(project, 'make build', { HTTP_PROXY: between.url })
    expect(between.asked).toEqual([])
    expect(runEvents(there)).toHaveLength(1)
  })

  test('an https receiver is reached through a tunnel', async () => {
    if (!hasPrograms('openssl')) return
    const folder = testdir()
    const words =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
    execFileSync('openssl', [...words.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'ignore' })
    const read = (name: string) => fs.readFileSync(path.join(folder, name))
    const bodies: string[] = []
    const server = https.createServer({ key: read('key.pem'), cert: read('cert.pem') }, (request, response) => {
      request.on('data', (part: Buffer) => bodies.push(part.toString())).on('end', () => response.end('{}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const port = (server.address() as net.AddressInfo).port
    const trust = { NODE_EXTRA_CA_CERTS: path.join(folder, 'cert.pem'), https_proxy: between.url }
    const project = wrappedProject({ url: `https://localhost:${port}` }, { makefile: MAKEFILE, env: trust })
    await shell(project, 'send-metrics consent on')
    expect((await shell(project, 'make build')).code).toBe(0)
    expect(new Set(between.asked)).toEqual(new Set([`CONNECT localhost:${port}`]))
    expect(bodies.join('')).toContain('demo.command.run')
    await new Promise((resolve) => server.close(resolve))
  })

  const BROKEN: readonly [string, () => Promise<{ url: string; close(): Promise<void> }>][] = [
    ['that refuses', () => listening((_socket, server) => server.close(), true)],
    ['that hangs', () => listening(() => {})],
    ['that speaks no HTTP', () => listening((socket) => socket.end('\u001b[31mSSH-2.0\r\n'))],
    ['that wants a password', () => proxy(407)],
    ['that cannot', () => proxy(502)],
    ['that is no address', async () => ({ url: 'http://[', close: async () => {} })],
    ['of another kind', async () => ({ url: 'socks5://127.0.0.1:1', close: async () => {} })],
  ]

  test.each(BROKEN)('a broken one %s: the target is as ever, and the event waits for a better day', async (_name, start) => {
    const broken = await start()
    const env = { http_proxy: broken.url }
    // It reads along, so it is part of what people agree to; what failed a moment ago would not be tried again.
    const project = await agreedProject(there, { makefile: MAKEFILE, settings: { budgetMs: shortBudget(400) } })
    await shell(project, 'send-metrics consent on', env)
    await shell(project, 'rm -rf "$HOME/.local"')
    try {
      expect(await shell(project, 'make build', env)).toEqual({
        code: 0,
        signal: null,
        stdout: 'built\n',
        stderr: '',
      })
      expect(project.waiting()).toEqual(project.runs().map(({ id }) => id))
      expect(project.waiting()).toHaveLength(1)
      // Agreed to by way of this proxy, it goes no other way.
      await flushAll(project)
      expect([...runEvents(there), ...project.waiting()]).toHaveLength(1)
    } finally {
      await broken.close()
    }
  })
})

async function listening(answer: (socket: net.Socket, server: net.Server) => void, closed = false) {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    answer(socket, server)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  if (closed) await close()
  return { url, close }
}
