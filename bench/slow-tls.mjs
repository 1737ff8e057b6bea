import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as https from 'node:https'
import * as net from 'node:net'
import * as path from 'node:path'

/** Each direction takes so long, ms; a round trip takes it twice. */
const DELAY_MS = 15

/**
 * A TLS receiver behind a proxy that holds every byte back for 15 ms in each direction, as a network would, and
 * notes how long each round trip took: from a byte of the client's to the answer that went back.
 * Undefined where openssl is missing, which makes its certificate.
 */
export async function slowTlsReceiver(folder) {
  const certificate = makeCertificate(folder)
  if (certificate === undefined) return undefined
  const self = { trips: [], received: 0 }
  const server = https.createServer(certificate, (request, response) => {
    request.resume()
    request.on('end', () => {
      self.received++
      response.end('{}')
    })
  })
  const port = await listening(server)
  const proxy = net.createServer((client) => relay(client, net.connect(port, '127.0.0.1'), self))
  const url = `https://localhost:${await listening(proxy)}`
  return Object.assign(self, { url, authority: certificate.file })
}

function listening(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
}

function relay(client, server, counts) {
  let turned
  const pipe = (from, to, isUp) => {
    from.on('data', (bytes) => {
      if (isUp) turned ??= performance.now()
      setTimeout(() => {
        to.write(bytes)
        if (isUp || turned === undefined) return
        counts.trips.push(performance.now() - turned)
        turned = undefined
      }, DELAY_MS)
    })
    from.on('end', () => setTimeout(() => to.end(), DELAY_MS))
    from.on('error', () => to.destroy())
  }
  pipe(client, server, true)
  pipe(server, client, false)
}

function makeCertificate(folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name))
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  words.push('-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert)
  const { status } = spawnSync('openssl', words, { stdio: 'ignore' })
  return status === 0 ? { key: fs.readFileSync(key), cert: fs.readFileSync(cert), file: cert } : undefined
}
