import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as https from 'node:https'
import type * as net from 'node:net'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { hasPrograms } from '../../support/programs.ts'
import { receiver } from '../../support/receiver.ts'
import { type Scratch, scratch } from '../../support/scratch.ts'
import { testdir } from '../../support/testdir.ts'

const lastAttempt = async (at: Scratch) => (await at.log()).findLast((line) => line.type === 'attempt')

test('a collector with a certificate of its own, which wants one in return, is reached by the standard variables', async () => {
  if (!hasPrograms('openssl')) return
  const folder = testdir()
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
  execFileSync('openssl', [...words.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'ignore' })
  const read = (name: string) => fs.readFileSync(path.join(folder, name))
  const trust = { key: read('key.pem'), cert: read('cert.pem'), ca: read('cert.pem'), requestCert: true, rejectUnauthorized: true }
  const paths: (string | undefined)[] = []
  const server = https.createServer(trust, (request, response) => {
    paths.push(request.url)
    request.resume().on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${(server.address() as net.AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_CERTIFICATE: path.join(folder, 'cert.pem'),
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: path.join(folder, 'cert.pem'),
    OTEL_EXPORTER_OTLP_CLIENT_KEY: path.join(folder, 'key.pem'),
  }
  const at = scratch({ env, project: { destinations: [{ type: 'otlp' }] } })
  await at.agree()
  await at.wrap(['build'])
  expect(await lastAttempt(at)).toMatchObject({ result: 'delivered' })
  expect(paths).toContain('/v1/traces')
  const { stdout } = await at.tool(['doctor'])
  expect(stdout).toMatch(/https:\/\/localhost:\d+\/v1\/traces can be reached/u)
  const other = { OTEL_EXPORTER_OTLP_CERTIFICATE: path.join(folder, 'none.pem') }
  await at.tool(['consent', 'on'], other)
  await at.tool(['doctor', '--send-test'], other)
  expect(await lastAttempt(at)).toMatchObject({ result: 'retry', reason: expect.stringMatching(/ENOENT.*none\.pem/u) })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('a request takes no longer than OTEL_EXPORTER_OTLP_TIMEOUT', async () => {
  const there = await receiver()
  const at = scratch({ project: { budgetMs: 60_000, destinations: [{ type: 'otlp', endpoint: there.url }] } })
  await at.agree()
  there.answer = () => {}
  await at.wrap(['build'], { OTEL_EXPORTER_OTLP_TIMEOUT: '200' })
  expect(await lastAttempt(at)).toMatchObject({ result: 'retry', reason: 'did not answer in time' })
  await there.close()
})
