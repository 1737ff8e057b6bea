import { fork } from 'node:child_process'
import * as http from 'node:http'
import { fileURLToPath } from 'node:url'
import { slowTlsReceiver } from './slow-tls.mjs'

const SELF = fileURLToPath(import.meta.url)

/**
 * The receivers, in a process of their own, so that whoever measures is not busy answering. `plain` and `tls` are
 * their addresses, `authority` the file of the certificate; without openssl there is no `tls`.
 */
export async function startReceivers(folder) {
  const child = fork(SELF, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const answer = () => new Promise((resolve) => child.once('message', resolve))
  const places = await answer()
  const ask = async (question) => {
    child.send(question)
    return answer()
  }
  return {
    ...places,
    /** Whether everything is answered with 500. */
    refuse: (refuse) => ask({ refuse }),
    /** How long each round trip through the slow proxy took, ms, and how many requests there were. */
    trips: () => ask({ trips: true }),
    close: () => child.disconnect(),
  }
}

async function plainReceiver() {
  const self = { refuse: false }
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(self.refuse ? 500 : 200).end('{}'))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(self, { url: `http://127.0.0.1:${server.address().port}` })
}

async function serve(folder) {
  const plain = await plainReceiver()
  const tls = await slowTlsReceiver(folder)
  process.on('disconnect', () => process.exit())
  process.on('message', ({ refuse }) => {
    if (refuse !== undefined) plain.refuse = refuse
    process.send({ trips: tls?.trips ?? [], received: tls?.received ?? 0 })
  })
  process.send({ plain: plain.url, tls: tls?.url, authority: tls?.authority })
}

if (process.argv[1] === SELF) await serve(process.argv[2])
