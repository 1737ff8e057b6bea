import { example, json } from './events-page.mjs'

/** How each is declared for its example, and what is said before it. A new destination needs a row. */
const EXAMPLES = [
  {
    heading: 'Segment',
    declared: { type: 'segment' },
    env: { SEND_METRICS_WRITE_KEY: 'aBcDeF0123456789' },
    words: `One request for all events that wait, shaped by Segment's own client. Around the fields it puts the ID of the event
(\`messageId\`, the same with every retry), the random ID for this project (\`anonymousId\`), the name and version of that
client, and the version of Node (\`_metadata\`).`,
  },
  {
    heading: 'Honeycomb',
    declared: { type: 'honeycomb', dataset: 'builds' },
    env: { HONEYCOMB_API_KEY: 'API_KEY' },
    words: `One entry for each event, compressed when there is more than 1 kB of them. \`trace.*\`, \`name\`, \`duration_ms\` and
\`error\` are what Honeycomb draws a trace from; a run inside another has the outer one's span as its parent.`,
  },
  {
    heading: 'OpenTelemetry (OTLP)',
    declared: { type: 'otlp', endpoint: 'https://otel.example.com:4318' },
    env: {},
    words: `One span for each event. The names are OpenTelemetry's where it has one; all other fields go under \`send_metrics.\`.`,
  },
  {
    heading: 'Prometheus, by a file',
    declared: { type: 'prometheus', textfile: 'send_metrics.prom' },
    env: {},
    words: `The whole file, after one run that passed and one that failed. It holds totals: no run by itself, no ID, nothing of the
checkout or the machine.`,
    isText: true,
  },
  {
    heading: 'Prometheus, by a Pushgateway',
    declared: { type: 'prometheus', pushgateway: 'http://push.example.com:9091' },
    env: {},
    words: `The same metrics. The random ID for this project stands in the address, so that each person has a group of their own.`,
    isText: true,
    isSameBody: true,
  },
  {
    heading: 'A file',
    declared: { type: 'file', path: 'metrics.jsonl' },
    env: {},
    words: 'One line of JSON for each event, laid out here for reading:',
  },
  {
    heading: 'A program of your own',
    declared: { type: 'exec', command: ['./report'] },
    env: {},
    words: 'A list of all events that wait, on its stdin, as one line of JSON; laid out here for reading:',
  },
]

/** docs/destination-examples.md: what each destination gets of one run, from the real encoders. */
export async function destinationExamples(source) {
  const without = source.DESTINATIONS.find(({ type }) => !EXAMPLES.some(({ declared }) => declared.type === type))
  if (without) throw new Error(`build/destination-examples.mjs has no example for the destination '${without.type}'`)
  const sections = []
  for (const kind of EXAMPLES) sections.push(await section(kind, source))
  return `<!-- Made from src/destinations/ by \`make docs\`; a change here is overwritten. -->
# What each destination receives

The same run of \`make build\` in a project called \`Demo\`, as each kind of destination gets it. How to set one up:
[destinations.md](destinations.md). What the fields mean: [events.md](events.md). As with any request over a network,
the receiver also sees the address that it comes from.

${sections.join('\n')}`
}

async function section({ heading, declared, env, words, isText, isSameBody }, source) {
  const row = source.DESTINATIONS.find(({ type }) => type === declared.type)
  const settings = row.settings(declared, env, { project: 'Demo', root: '' })
  const missing = row.missing(settings)
  if (missing !== undefined) throw new Error(`the example for ${heading} is not set up: ${missing}`)
  const { requests } = await (await row.load()).encode(isText ? [run(source), failed(source)] : [run(source)], settings)
  const [request] = requests
  const head = 'url' in request ? [`\`\`\`\n${request.method} ${request.url}\n${headers(request.headers)}\n\`\`\``] : []
  const body = isText ? `\`\`\`\n${request.body}\`\`\`` : oneLinePairs(json(fixed(JSON.parse(request.body))))
  return `${[`## ${heading}`, words, ...head, ...(isSameBody ? [] : [body])].join('\n\n')}\n`
}

/** OTLP's attributes, five lines each, would bury the rest. */
function oneLinePairs(text) {
  return text.replace(/\{\s+("key": "[^"]*",)\s+("value": \{)\s+([^\n]*)\s+\}\s+\}/gu, '{ $1 $2 $3 } }')
}

function run(source) {
  return {
    id: '019aa5c3-2c57-7cc4-9d4b-6f1f2b3f0f55',
    event: source.eventNames({ project: 'Demo' }).run,
    anonymousId: '8f14e45f-ceea-4672-a3b1-1f2c3d4e5f60',
    timestamp: '2026-11-21T09:35:59.783Z',
    properties: example('run', source),
    nodeVersion: 'v24.0.0',
  }
}

function failed(source) {
  const one = run(source)
  const properties = { ...one.properties, command: 'test', exit_status: 2, outcome: 'failure', duration_ms: 61_350 }
  return { ...one, id: '019aa5c3-2c58-7a08-8c3e-5d7f0f4a9b11', properties }
}

function headers(all) {
  const shown = ([name, value]) => `${name}: ${/^Basic /u.test(value) ? 'Basic <the write key in base64>' : value}`
  return Object.entries(all).map(shown).join('\n')
}

/** The one value that is another each time. */
function fixed(body) {
  return body.sentAt === undefined ? body : { ...body, sentAt: '2026-11-21T09:36:04.012Z' }
}
