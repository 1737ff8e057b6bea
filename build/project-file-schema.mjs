import { toJsonSchema } from '@valibot/to-json-schema'

/** What each key is for. The source's own descriptions say what is allowed there. */
const PURPOSE = {
  $schema: 'Where editors find this description.',
  project: 'The name of the project, as people see it in the question.',
  recipient: 'Who gets the data, in words. Without it: the people who maintain the project.',
  policyUrl: 'Where people can read more before they answer.',
  retentionDays: 'How long the data is kept, as the question announces it.',
  targets:
    'Targets that are reported by name; any other is reported as `other`. % stands for a part of a name, but for no path, address, host or token. People are asked about what you add. Without it: every plain name.',
  tests: 'Words that SEND_METRICS_TEST may be. People are asked about what you add. Without it, events that are a test say yes.',
  commitTime: 'How exactly the time of the last commit is reported. People are asked about the second, by which its author can be found.',
  prefix: "What stands before a target's name where the work is done: `impl-` runs `impl-build` for `build`.",
  defaultBranch: 'The default branch, where git does not know it.',
  event: "The name of the event. Without it: the project's name, then .command.run.",
  budgetMs: 'How long a run may take longer because of sending. Without it: 1000, in CI 5000.',
  enabled: 'Switches everything off for everybody. It can never switch anything on.',
  spans: 'Asks people whether the targets that run inside a run may be reported, too: docs/spans.md.',
  dockerLimits: "Adds Docker's limits to each run. People are asked about them.",
  collect: 'Collectors whose events may be recorded and sent. People are asked about them.',
  fields: 'Fields of your own: numbers, yes or no, and listed values, never free text. People are asked about them.',
  destinations: 'Where the data goes. Without any, nothing leaves the machine.',
}

/** The JSON Schema of send-metrics.json, for editors: the same rules as the tool's own, with its words. */
export function projectFileSchema(projectSchema) {
  const { $schema, properties, ...rest } = toJsonSchema(projectSchema, {
    target: 'draft-07',
    typeMode: 'input',
    ignoreActions: ['check'],
    // The flag u is no loss: JSON Schema says that its patterns are read as Unicode.
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'regex' ? { ...jsonSchema, pattern: valibotAction.requirement.source } : undefined,
  })
  return {
    $schema,
    title: 'send-metrics.json',
    description: 'What a repository measures with send-metrics, and who gets the data.',
    properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, explained(key, schema)])),
    ...rest,
  }
}

function explained(key, schema) {
  if (PURPOSE[key] === undefined) throw new Error(`build/project-file-schema.mjs does not say what ${key} is for`)
  return { ...schema, description: `${PURPOSE[key]} Allowed: ${schema.description}.` }
}
