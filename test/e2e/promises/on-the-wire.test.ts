import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run, sendMetrics } from '../../support/cli.ts'
import { hasPrograms } from '../../support/programs.ts'
import { proxy } from '../../support/proxy.ts'
import { honeycombAnswer, type Receiver, receiver, status } from '../../support/receiver.ts'
import { scratch } from '../../support/scratch.ts'
import { testdir } from '../../support/testdir.ts'
import { agreedProject, BARE, runEvents, shell, WRAPPED, type WrappedProject, wrappedProject } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const MAKEFILE = `${WRAPPED('build')}impl-build: ; @echo built\n`
const UNCHECKED = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
const words = (text: string) => text.replace(/\s+/gu, ' ')

/** A receiver whose certificate nobody has signed but its own company. */
async function companyReceiver() {
  const folder = testdir()
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
  execFileSync('openssl', [...request.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'ignore' })
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => fs.readFileSync(path.join(folder, name)))
  const bodies: string[] = []
  const server = https.createServer({ key, cert }, (asked, answer) => {
    asked.on('data', (part: Buffer) => bodies.push(part.toString())).on('end', () => answer.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  return { url, bodies, certificate: path.join(folder, 'cert.pem'), close: () => new Promise((resolve) => server.close(resolve)) }
}

describe('TLS is always checked', () => {
  test('whatever NODE_TLS_REJECT_UNAUTHORIZED says; the doctor names the way to trust a company', async () => {
    if (!hasPrograms('openssl')) return
    const company = await companyReceiver()
    try {
      const at = wrappedProject({ url: company.url }, { makefile: `export NODE_TLS_REJECT_UNAUTHORIZED := 0\n${MAKEFILE}`, env: UNCHECKED })
      await shell(at, 'send-metrics consent on')
      expect(await shell(at, 'make build')).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
      expect(company.bodies).toEqual([])
      expect(at.waiting()).toContain(at.runs()[0]?.id)
      const { stdout } = await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
      expect(words(stdout)).toContain('name its file (PEM) in NODE_EXTRA_CA_CERTS; certificates are always checked')
      const trusting = { ...at.env, NODE_EXTRA_CA_CERTS: company.certificate }
      await sendMetrics(['consent', 'on'], { cwd: at.repo, env: trusting })
      await sendMetrics(['flush'], { cwd: at.repo, env: trusting })
      expect(company.bodies.join('')).toContain('demo.command.run')
      expect((await sendMetrics(['doctor'], { cwd: at.repo, env: trusting })).stdout).toContain(`${company.url} can be reached`)
    } finally {
      await company.close()
    }
  })

  test('and what the target itself is warned of stands where it would stand without us', async () => {
    const warns = `impl-build: ; @node -e "require('tls').connect(1).on('error', () => {})" 2>&1 | sed 's/[0-9]*)/)/'\n`
    const [with_, without] = [
      await agreedProject(there, { makefile: WRAPPED('build') + warns }),
      await agreedProject(there, { makefile: BARE('build') + warns }),
    ]
    const ended = await shell(without, 'make build', UNCHECKED)
    expect(ended.stdout).toContain('NODE_TLS_REJECT_UNAUTHORIZED')
    expect(await shell(with_, 'make build', UNCHECKED)).toEqual(ended)
  })
})

describe('a proxy, as curl reads its address', () => {
  test('one that wants a password is a problem to the doctor; with it, the address can be reached', async () => {
    const at = await agreedProject(there, { makefile: MAKEFILE })
    const refusing = await proxy(407)
    const behind = (env: Record<string, string>) => sendMetrics(['doctor'], { cwd: at.repo, env: { ...at.env, ...env } })
    try {
      // A plain proxy reads along, so it is another place, which has to be agreed to.
      await sendMetrics(['consent', 'on'], { cwd: at.repo, env: { ...at.env, http_proxy: refusing.url } })
      const { code, stdout } = await behind({ http_proxy: refusing.url })
      expect(code).toBe(1)
      expect(words(stdout)).toContain(`${there.url} is behind a proxy that wants a name and a password, or others (407)`)
    } finally {
      await refusing.close()
    }
  })

  test.each(['me:100%', 'DOM\\user:pw', ':pw', '', 'me', 'm%C3%A9:é', 'me:p:w;x'])('%j goes along as curl sends it', async (login) => {
    if (!hasPrograms('curl')) return
    const between = await proxy()
    try {
      const at = wrappedProject(there, { makefile: MAKEFILE, env: { http_proxy: between.url.replace('//', `//${login}@`) } })
      await run('curl', ['-s', there.url], { cwd: at.repo, env: at.env })
      await sendMetrics(['consent', 'on'], { cwd: at.repo, env: at.env })
      await shell(at, 'make build')
      const [curls, ...ours] = between.authorizations
      expect(curls).toMatch(/^Basic /u)
      expect(new Set(ours)).toEqual(new Set([curls]))
    } finally {
      await between.close()
    }
  })
})

describe('what is acceptance', () => {
  const sends = async (at: WrappedProject) => {
    there.requests.length = 0
    await shell(at, 'make build')
    await sendMetrics(['flush'], { cwd: at.repo, env: at.env })
    return runEvents(there).length
  }

  test.each<[string, Receiver['answer']]>([
    ['201', status(201)],
    ['202 with OK', status(202, {}, 'OK')],
    ['204', status(204, {}, '')],
  ])('%s: the event is sent once', async (_name, answer) => {
    const at = await agreedProject(there, { makefile: MAKEFILE })
    there.answer = answer
    expect([await sends(at), at.waiting()]).toEqual([1, []])
  })

  test.each<[string, Receiver['answer']]>([
    ['a web page with 200', status(200, { 'content-type': 'text/html' }, '<!doctype html><title>Log in</title>')],
    ['"success": false with 200', status(200, {}, '{"success":false}')],
  ])('%s: the event waits', async (_name, answer) => {
    const at = await agreedProject(there, { makefile: MAKEFILE })
    there.answer = answer
    expect(await sends(at)).toBeGreaterThan(0)
    expect(at.waiting()).toHaveLength(1)
  })

  test("Honeycomb's Retry-After: so long nothing is tried", async () => {
    there.answer = honeycombAnswer()
    const destinations = [{ type: 'honeycomb', dataset: 'd', apiHost: there.url }]
    const at = await agreedProject(there, { makefile: MAKEFILE, settings: { destinations }, env: { HONEYCOMB_API_KEY: 'key' } })
    there.answer = status(429, { 'retry-after': '1800' })
    await shell(at, 'make build')
    const { stdout } = await shell(at, 'find "$HOME/.local/state" -name breaker.json -exec cat {} +')
    const { until } = JSON.parse(stdout) as { until: number }
    expect(until - Date.now()).toBeGreaterThan(20 * 60_000)
  })
})

test('export --listen answers no page whose name was made to point here', async () => {
  const at = scratch({ makefile: MAKEFILE, project: {} })
  const screen = at.screen('send-metrics', ['export', 'prometheus', '--listen', '127.0.0.1:0'])
  let port: string | undefined
  while (port === undefined) {
    port = /http:\/\/127\.0\.0\.1:(\d+)\/metrics/u.exec(await screen.screen())?.[1]
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const asked = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = http.get({ host: '127.0.0.1', port, path: '/metrics', headers: { Host: host } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      request.on('error', reject)
    })
  const names = [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `[::1]:${port}`,
    'host.docker.internal',
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    '',
  ]
  expect(await Promise.all(names.map(asked))).toEqual([200, 200, 200, 200, 403, 403, 403, expect.any(Number)])
  screen.type('\x03')
  expect((await screen.ended).code).toBe(0)
})
