/** How each group of fields is headed in documents. */
export const GROUPS = {
  run: 'The run',
  git: 'The checkout',
  machine: 'The machine',
  tool: 'The tool',
  ids: 'IDs',
  answer: 'The answer to the question',
}

/** docs/events.md, from the table of fields and the real encoders. */
export async function eventsPage(source) {
  const { FIELDS, eventNames, NEVER, SCHEMA_VERSION } = source
  const names = eventNames({ project: 'Demo' })
  const groups = [...new Set(FIELDS.map((field) => field.group))]
  return `<!-- Made from src/event/fields.ts by \`make docs\`; a change here is overwritten. -->
# Events

Everything that can be recorded or sent, and nothing else: what is not in this table does not pass the
serializer. Version ${SCHEMA_VERSION} of the table.

There are two events. For a project called \`Demo\`:

- \`${names.run}\`: a target ran. \`"event"\` in send-metrics.json changes the name.
- \`${names.consent}\`: a person said yes, or took a yes back.

${groups.map((group) => section(group, FIELDS)).join('\n')}
Every text is cut at the length in its row. A field whose value is not known is left out.

## What is never sent

No ${NEVER.replace(/ and (\S+ names)/u, ' or $1').replace(/, ([^,]*)$/u, ' or $1')}.

## An example

The properties of one run:

${json(example('run', source))}

and of a yes:

${json(example('consent', source))}

${await segmentSection(source, names)}
${await fileSection(source, names)}`
}

function section(group, fields) {
  if (GROUPS[group] === undefined) throw new Error(`build/events-page.mjs has no heading for the fields of '${group}'`)
  const rows = fields.filter((field) => field.group === group).map(row)
  return `## ${GROUPS[group]}\n\n| Field | Type | Event | What it is |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

function row({ name, type, kinds, description, most }) {
  return `| \`${name}\` | ${type}${type === 'string' ? `, at most ${most ?? 50}` : ''} | ${kinds.join(', ')} | ${description} |`
}

/** The example values of a kind of event, through the same gate as real ones. */
function example(kind, { FIELDS, fieldNames, serialize }) {
  const facts = Object.fromEntries(FIELDS.map((field) => [field.name, field.example]))
  // The example did not run in CI, so the service has no name.
  return serialize(kind, { ...facts, ci_provider: undefined }, fieldNames())
}

function message(kind, source, names) {
  return {
    id: kind === 'run' ? '019aa5c3-2c57-7cc4-9d4b-6f1f2b3f0f55' : '019aa5c3-2c40-7a08-8c3e-5d7f0f4a9b11',
    event: names[kind],
    anonymousId: '8f14e45f-ceea-4672-a3b1-1f2c3d4e5f60',
    timestamp: '2026-11-21T09:35:59.783Z',
    properties: example(kind, source),
  }
}

async function segmentSection(source, names) {
  const settings = { writeKey: 'WRITE_KEY', host: 'https://api.segment.io' }
  const { requests } = await (await source.destinationRow('segment').load()).encode([message('run', source, names)], settings)
  const [request] = requests
  const body = JSON.parse(request.body)
  body.sentAt = '2026-11-21T09:36:04.012Z'
  for (const event of body.batch) event._metadata.nodeVersion = 'v24.0.0'
  return `## What Segment gets

One request for all events that wait, shaped by Segment's own client. Around the fields above it puts the
ID of the event (\`messageId\`, the same with every retry), your random ID for this project (\`anonymousId\`),
the name and version of that client, and the version of Node (\`_metadata\`). As with any request over the
internet, the receiver also sees the address that it comes from.

\`\`\`
${request.method} ${request.url}
${headers(request.headers)}
\`\`\`

${json(body)}
`
}

function headers(all) {
  const basic = (value) => value.replace(/^Basic .*/u, 'Basic <the write key in base64>')
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${basic(String(value))}`)
    .join('\n')
}

async function fileSection(source, names) {
  const { requests } = await (await source.destinationRow('file').load()).encode([message('run', source, names)], {
    absolute: 'metrics.jsonl',
  })
  return `## What a file gets

One line of JSON for each event, laid out here for reading:

${json(JSON.parse(requests[0].body))}
`
}

function json(value) {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``
}
