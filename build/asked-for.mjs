/** What is added to docs/events.md for what only some projects ask for: Docker's limits, and the Tilt collector. */
export function askedFor(source, { table, json }) {
  const { DOCKER_FIELDS, TILT_FIELDS, observationName } = source
  return `## Only where a project asks for it

People are asked about these by themselves, and only where send-metrics.json has the key.

With \`"dockerLimits": true\`:

${table(DOCKER_FIELDS)}

With \`"collect": ["tilt"]\`, for people who run \`send-metrics collect tilt\` ([tilt.md](tilt.md)), in events called
\`${observationName({ project: 'Demo' }, 'tilt')}\`:

${table(TILT_FIELDS)}

The properties of an image build:

${json(example('dockerimage', source))}

and of a resource:

${json(example('uiresource', source))}
`
}

function example(kind, { FIELDS, TILT_FIELDS, fieldNames, serialize }) {
  const all = [...FIELDS, ...TILT_FIELDS]
  const facts = Object.fromEntries(all.map((field) => [field.name, field.example]))
  return serialize(kind, { ...facts, kind }, fieldNames(all), all)
}
