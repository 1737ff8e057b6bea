import * as v from 'valibot'

// Names and texts are shown in a terminal, so control characters have no place in them.
const NO_CONTROL = /^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u
const words = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most), v.regex(NO_CONTROL))
const wholeNumber = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
const url = (form: RegExp) => v.pipe(v.string(), v.maxLength(2000), v.regex(form), v.check(URL.canParse))
const httpUrl = url(/^https?:\/\/[^\s\p{Cc}\p{Cf}/?#][^\s\p{Cc}\p{Cf}]*$/u)
/** Of a destination. A password would have to stand in the file, and is not sent. */
const receiverUrl = url(/^https?:\/\/[^\s\p{Cc}\p{Cf}/?#@]+(?:[/?#][^\s\p{Cc}\p{Cf}]*)?$/u)

const segment = v.strictObject({
  type: v.literal('segment'),
  writeKey: v.optional(
    v.pipe(v.string(), v.regex(/^[\x21-\x39\x3b-\x7e]{1,200}$/u), v.description('the write key of a Segment source, without blanks')),
  ),
  host: v.optional(
    v.pipe(receiverUrl, v.description('the address of the API without a user or a password, such as https://api.segment.io')),
  ),
})

const file = v.strictObject({
  type: v.literal('file'),
  path: v.pipe(words(1000), v.description('a path, relative to the project file')),
})

const honeycomb = v.strictObject({
  type: v.literal('honeycomb'),
  dataset: v.pipe(words(200), v.description('the name of a dataset, such as builds')),
  apiHost: v.optional(
    v.pipe(receiverUrl, v.description('the address of the API without a user or a password, such as https://api.eu1.honeycomb.io')),
  ),
})

const otlp = v.strictObject({
  type: v.literal('otlp'),
  endpoint: v.optional(
    v.pipe(receiverUrl, v.description('the address that takes traces without a user or a password, such as https://otel.example.com:4318')),
  ),
  headersFrom: v.optional(v.pipe(v.literal('env'), v.description('env: the headers are taken from OTEL_EXPORTER_OTLP_HEADERS'))),
})

const prometheus = v.strictObject({
  type: v.literal('prometheus'),
  textfile: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(1000),
      v.regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*\.prom$/u),
      v.description('a path for node-exporter, relative to the project file, that ends in .prom'),
    ),
  ),
  pushgateway: v.optional(
    v.pipe(receiverUrl, v.description('the address of a Pushgateway without a user or a password, such as http://push.example.com:9091')),
  ),
})

const exec = v.strictObject({
  type: v.literal('exec'),
  command: v.pipe(
    v.array(words(1000)),
    v.minLength(1),
    v.maxLength(50),
    v.description('a program and its arguments, a list such as ["./report", "--team", "web"]; no shell reads it'),
  ),
})

const target = v.pipe(v.string(), v.regex(/^[^\p{Cc}\p{Cf}\s%]*(?:%[^\p{Cc}\p{Cf}\s%]*)?$/u), v.minLength(1), v.maxLength(200))

const bound = v.pipe(v.number(), v.minValue(-1e15), v.maxValue(1e15))

const ownField = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9_]{0,39}$/u),
    v.description('lower-case letters, digits and _, at most 40, such as cache_hits'),
  ),
  type: v.pipe(
    v.picklist(['integer', 'number', 'boolean', 'enum']),
    v.description('integer, number, boolean or enum; there is no free text'),
  ),
  values: v.optional(
    v.pipe(v.array(v.pipe(words(50))), v.minLength(1), v.maxLength(50), v.description('for an enum: the 1 to 50 values it may have')),
  ),
  min: v.optional(v.pipe(bound, v.description('a number: the least value that is sent, with "max"'))),
  max: v.optional(v.pipe(bound, v.description('a number: the greatest value that is sent, with "min"'))),
  unit: v.optional(v.pipe(words(20), v.description('the unit, such as ms or MiB'))),
  purpose: v.pipe(words(120), v.description('what it is for, in words; the question shows it')),
  reviewBy: v.pipe(v.string(), v.isoDate(), v.description('a date such as 2027-06-30; after it the field is no longer sent')),
  from: v.pipe(
    v.string(),
    v.regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[A-Za-z_][A-Za-z0-9_.-]*)$/u),
    v.description('env:NAME for an environment variable, or file:KEY for a line KEY=value that the target writes to $SEND_METRICS_FIELDS'),
  ),
})

/**
 * send-metrics.json: every key with its form, its default, and a description that says what is allowed:
 * shown in error messages, editors and the documentation.
 */
export const projectSchema = v.strictObject({
  $schema: v.optional(v.pipe(v.string(), v.description('the address of the JSON Schema, for editors'))),
  project: v.pipe(words(80), v.description('the name people see, 1 to 80 characters')),
  recipient: v.optional(v.pipe(words(200), v.description('who gets the data, in words, 1 to 200 characters'))),
  policyUrl: v.optional(v.pipe(httpUrl, v.description('an http or https address of your privacy policy'))),
  retentionDays: v.optional(v.pipe(wholeNumber(1, 3650), v.description('a whole number of days from 1 to 3650')), 365),
  targets: v.optional(
    v.pipe(
      v.array(target),
      v.maxLength(1000),
      v.description('a list of target names, each with at most one %, such as ["build", "test.%"]'),
    ),
  ),
  tests: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,29}$/u))),
      v.maxLength(20),
      v.description('a list of at most 20 words that SEND_METRICS_TEST may be, such as ["smoke", "load"]; any other is reported as yes'),
    ),
    [],
  ),
  prefix: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,40}$/u), v.description('letters, digits and . _ + -, such as impl-')),
    'impl-',
  ),
  defaultBranch: v.optional(v.pipe(words(200), v.description('the name of a branch, such as main'))),
  commitTime: v.optional(
    v.pipe(
      v.picklist(['day', 'second']),
      v.description('day, or second to report when the last commit was made to the second, for which people are asked'),
    ),
    'day',
  ),
  event: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/u),
      v.maxLength(100),
      v.description('lower-case words joined by dots, such as devstack.command.run'),
    ),
  ),
  budgetMs: v.optional(v.pipe(wholeNumber(0, 60_000), v.description('a whole number of milliseconds from 0 to 60000'))),
  enabled: v.optional(v.pipe(v.boolean(), v.description('true, or false to switch metrics off for everybody')), true),
  spans: v.optional(v.pipe(v.boolean(), v.description('true, or false')), false),
  dockerLimits: v.optional(
    v.pipe(v.boolean(), v.description('true to add the processors and memory that Docker may use to each run')),
    false,
  ),
  collect: v.optional(
    v.pipe(v.array(v.picklist(['tilt'])), v.maxLength(1), v.description('a list of collectors that people may run, such as ["tilt"]')),
    [],
  ),
  fields: v.optional(
    v.pipe(
      v.array(ownField),
      v.maxLength(20),
      v.description('a list of at most 20 fields of your own: name, type, purpose, reviewBy, from'),
    ),
    [],
  ),
  destinations: v.optional(
    v.pipe(
      v.array(v.variant('type', [segment, honeycomb, otlp, prometheus, file, exec])),
      v.maxLength(10),
      v.description('a list of at most 10 destinations, each with a "type": segment, honeycomb, otlp, prometheus, file or exec'),
    ),
    [],
  ),
})

/** The checked content of a project file, defaults filled in. */
export type ProjectContent = v.InferOutput<typeof projectSchema>
