import { askedFor } from './asked-for.mjs'

/** How each group of fields is headed in documents. */
export const GROUPS = {
  run: 'The run',
  git: 'The checkout',
  machine: 'The machine',
  tool: 'The tool',
  ids: 'IDs',
  answer: 'The answer to the question',
}

/** docs/events.md, from the table of fields. */
export function eventsPage(source) {
  const { FIELDS, eventNames, NEVER, SCHEMA_VERSION } = source
  const names = eventNames({ project: 'Demo' })
  const groups = [...new Set(FIELDS.map((field) => field.group))]
  return `<!-- Made from src/event/fields.ts by \`make docs\`; a change here is overwritten. -->
# Events

Everything that can be recorded or sent, and nothing else: what is not in this table does not pass the
serializer. Version ${SCHEMA_VERSION} of the table.

There are two events, and a third where a project asks for it (below). For a project called \`Demo\`:

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

${askedFor(source, { table, json })}
What each destination gets of it, with what is put around it: [destination-examples.md](destination-examples.md).
`
}

function section(group, fields) {
  if (GROUPS[group] === undefined) throw new Error(`build/events-page.mjs has no heading for the fields of '${group}'`)
  return `## ${GROUPS[group]}\n\n${table(fields.filter((field) => field.group === group))}\n`
}

function table(fields) {
  return `| Field | Type | Event | What it is |\n| --- | --- | --- | --- |\n${fields.map(row).join('\n')}`
}

function row({ name, type, kinds, description, most }) {
  return `| \`${name}\` | ${type}${type === 'string' ? `, at most ${most ?? 50}` : ''} | ${kinds.length > 5 ? 'all' : kinds.join(', ')} | ${description} |`
}

/** The example values of a kind of event, through the same gate as real ones. */
export function example(kind, { FIELDS, fieldNames, serialize }) {
  const facts = Object.fromEntries(FIELDS.map((field) => [field.name, field.example]))
  // The example did not run in CI, so the service has no name.
  return serialize(kind, { ...facts, ci_provider: undefined }, fieldNames())
}

/** A value as a block of JSON in a page. */
export function json(value) {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``
}
