import * as http from 'node:http'

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(start) {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A receiver on loopback that fails at random until it is calmed: it refuses, hangs, answers 500, or takes
 * the events and cuts the connection, so that the sender cannot know. Keeps every body under its message ID.
 */
export async function moodyReceiver(seed) {
  const random = randomFrom(seed)
  const self = {
    calm: true,
    bodies: new Map(),
    answers: { accepted: 0, refused: 0, hung: 0, 'answered with 500': 0, 'cut after accepting': 0 },
  }
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => answer(self, random, body, response))
  })
  server.on('connection', (socket) => {
    socket.on('error', () => {})
    if (self.calm || random() > 0.1) return
    self.answers.refused++
    socket.resetAndDestroy()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return Object.assign(self, { url: `http://127.0.0.1:${server.address().port}`, close })
}

function answer(self, random, body, response) {
  const chance = self.calm ? 1 : random()
  if (chance < 0.1) self.answers.hung++
  else if (chance < 0.3) {
    self.answers['answered with 500']++
    response.writeHead(500).end()
  } else {
    keep(self.bodies, body)
    if (chance >= 0.5) {
      self.answers.accepted++
      response.writeHead(200).end('{}')
    } else {
      self.answers['cut after accepting']++
      response.socket.resetAndDestroy()
    }
  }
}

function keep(bodies, body) {
  for (const event of JSON.parse(body).batch) {
    if (!event.event.endsWith('.command.run')) continue
    const kept = bodies.get(event.messageId) ?? new Map()
    const text = JSON.stringify(event)
    bodies.set(event.messageId, kept.set(text, (kept.get(text) ?? 0) + 1))
  }
}
