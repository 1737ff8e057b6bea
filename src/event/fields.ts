import type { Field } from './field.ts'

export type { CollectedKind, EventKind, Field, FieldGroup } from './field.ts'

const RUN = ['run'] as const
const CONSENT = ['consent'] as const
const EVERY = ['run', 'consent', 'uiresource', 'dockerimage', 'cmdimage', 'update', 'tilt_session'] as const

/**
 * The one table of everything that may leave this machine; tilt-fields.ts has what is added where a project asks for it. The question, the serializer, `preview`, `log`
 * and docs/events.md are all made from it. A new row asks everybody again before it is sent.
 */
export const FIELDS: readonly Field[] = [
  {
    name: 'command_type',
    type: 'string',
    kinds: RUN,
    group: 'run',
    words: 'made by make',
    description: 'Always `make`.',
    example: 'make',
    most: 20,
  },
  {
    name: 'command',
    type: 'string',
    kinds: RUN,
    group: 'run',
    words: "target's name",
    description:
      "The target's name, at most 50 characters; `other` if the project's list of targets does not have it. Several are sorted and joined with `+`, with `…` for those that no longer fit; `(default)` if none was named.",
    example: 'build',
    most: 50,
  },
  {
    name: 'start_time',
    type: 'string',
    kinds: RUN,
    group: 'run',
    words: 'start',
    description: 'When the target started: RFC 3339, UTC, with milliseconds.',
    example: '2026-11-21T09:35:59.783Z',
    most: 30,
  },
  {
    name: 'duration_ms',
    type: 'integer',
    kinds: RUN,
    group: 'run',
    words: 'duration',
    description: 'How long it ran, in milliseconds, from a monotonic clock.',
    example: 4210,
  },
  {
    name: 'exit_status',
    type: 'integer',
    kinds: RUN,
    group: 'run',
    words: 'exit status',
    description: "make's exit code, or the negative number of the signal that ended it.",
    example: 0,
  },
  {
    name: 'outcome',
    type: 'string',
    kinds: RUN,
    group: 'run',
    words: 'passed or failed',
    description: '`success`, `failure` or `interrupted`.',
    example: 'success',
    most: 20,
  },
  {
    name: 'git_commit_time',
    type: 'string',
    kinds: RUN,
    group: 'git',
    words: 'day of the last commit',
    description:
      'Committer time of HEAD to the day, RFC 3339, UTC; to the second with `"commitTime": "second"` in send-metrics.json, for which people are asked. Like each git field it is left out when git cannot say.',
    example: '2026-11-20T00:00:00Z',
    most: 30,
    precision: 'day',
  },
  {
    name: 'git_commit_pseudonym',
    type: 'string',
    kinds: RUN,
    group: 'git',
    words: 'a pseudonym of the commit',
    description:
      "HMAC-SHA-256 of HEAD under a secret of the person's own machine, 16 hexadecimal digits: the same for one person on one commit, which is what tells a flaky target. Nobody can find the commit by it.",
    example: '5be1c0d27a94f386',
    most: 16,
  },
  {
    name: 'git_checked_out_default_branch',
    type: 'boolean',
    kinds: RUN,
    group: 'git',
    words: 'whether on the default branch',
    description: 'Whether the default branch is checked out. Never the name of a branch.',
    example: true,
  },
  {
    name: 'git_dirty',
    type: 'boolean',
    kinds: RUN,
    group: 'git',
    words: 'whether tracked files are changed',
    description: 'Whether tracked files have uncommitted changes. Never which.',
    example: false,
  },
  {
    name: 'os_type',
    type: 'string',
    kinds: RUN,
    group: 'machine',
    words: 'operating system',
    description: 'The operating system: `linux`, `darwin`, `windows`, …',
    example: 'linux',
    most: 20,
  },
  {
    name: 'host_arch',
    type: 'string',
    kinds: RUN,
    group: 'machine',
    words: 'processor type',
    description: "The processor's architecture, as OpenTelemetry names it: `amd64`, `arm64`, …",
    example: 'amd64',
    most: 20,
  },
  {
    name: 'cpu_count',
    type: 'integer',
    kinds: RUN,
    group: 'machine',
    words: 'number of processors',
    description: 'Processors this process may use.',
    example: 8,
  },
  {
    name: 'memory_gb',
    type: 'integer',
    kinds: RUN,
    group: 'machine',
    words: 'memory',
    description: 'Memory of the machine (or of the container, where it is limited), rounded to whole GiB.',
    example: 16,
  },
  {
    name: 'is_ci',
    type: 'boolean',
    kinds: RUN,
    group: 'machine',
    words: 'whether in CI',
    description: 'Whether it ran in CI.',
    example: false,
  },
  {
    name: 'ci_provider',
    type: 'string',
    kinds: RUN,
    group: 'machine',
    words: 'name of the CI service',
    description: "The CI service's name, if it ran in CI.",
    example: 'GitHub Actions',
    most: 50,
  },
  {
    name: 'is_container',
    type: 'boolean',
    kinds: RUN,
    group: 'machine',
    words: 'whether in a container',
    description: 'Whether it ran in a container.',
    example: false,
  },
  {
    name: 'choice',
    type: 'string',
    kinds: CONSENT,
    group: 'answer',
    words: 'yes or no',
    description: '`accept` or `decline`.',
    example: 'accept',
    most: 10,
  },
  {
    name: 'previous_consent',
    type: 'string',
    kinds: CONSENT,
    group: 'answer',
    words: 'the answer before',
    description: 'The answer before this one: `yes`, `no`, `local` or `none`.',
    example: 'none',
    most: 10,
  },
  {
    name: 'is_test',
    type: 'string',
    kinds: EVERY,
    group: 'tool',
    words: 'whether it is a test',
    description:
      '`no`; `yes` if SEND_METRICS_TEST is set, or its value where `tests` in send-metrics.json lists it. Unset, `no`, `0` and `false` are `no`.',
    example: 'no',
    most: 50,
  },
  {
    name: 'run_id',
    type: 'string',
    kinds: RUN,
    group: 'ids',
    words: 'the run',
    description: 'Random ID of this run, 16 hexadecimal digits.',
    example: '00f067aa0ba902b7',
    most: 16,
  },
  {
    name: 'parent_run_id',
    type: 'string',
    kinds: RUN,
    group: 'ids',
    words: 'the run it is part of',
    description: 'ID of the run that this one ran inside, if any.',
    example: 'b7ad6b7169203331',
    most: 16,
  },
  {
    name: 'trace_id',
    type: 'string',
    kinds: RUN,
    group: 'ids',
    words: 'runs that belong together',
    description: 'Random ID that nested runs share, 32 hexadecimal digits.',
    example: '4bf92f3577b34da6a3ce929d0e0e4736',
    most: 32,
  },
  {
    name: 'send_metrics_version',
    type: 'string',
    kinds: EVERY,
    group: 'tool',
    words: "this tool's version",
    description: 'Version of send-metrics.',
    example: '0.1.0',
    most: 30,
  },
  {
    name: 'schema_version',
    type: 'integer',
    kinds: EVERY,
    group: 'tool',
    words: 'the version of this list',
    description: 'Version of this table.',
    example: 3,
  },
]

/**
 * What is added where a project asks for spans (`"spans": true`), and covered by itself: people whose project doesn't
 * are not asked about it. Spans for destinations that know traces go by the same row.
 */
export const SPAN_FIELD: Field = {
  name: 'slowest_targets',
  type: 'string',
  kinds: RUN,
  group: 'run',
  words: 'which targets ran inside it, when, for how long and how they ended',
  description:
    'Only with `"spans": true` in send-metrics.json: at most five targets that ran inside, slowest first, with milliseconds. Names that the list of targets does not have, or all without a list, are `other`. Destinations that know traces get each target with its start, duration and outcome.',
  example: 'test=41200,lint=900',
  most: 300,
}

/** In place of the day, where a project asks for it (`"commitTime": "second"`); covered by itself. */
export const EXACT_TIME_FIELD: Field = {
  name: 'git_commit_time',
  key: 'git_commit_time: second',
  type: 'string',
  kinds: RUN,
  group: 'git',
  words: "the last commit's time to the second, which names its author to all who have the repository",
  description: 'Committer time of HEAD to the second.',
  example: '2026-11-20T16:02:11Z',
  most: 30,
}

/** Grows by one whenever a field is added, goes, or changes its meaning. */
export const SCHEMA_VERSION = 3

/** What a decision names to cover a field. */
export const keyOf = (field: Field): string => field.key ?? field.name

/** Keys of the fields of a table, sorted: what a decision made today covers. */
export const fieldNames = (table: readonly Field[] = FIELDS): string[] => table.map(keyOf).toSorted()
