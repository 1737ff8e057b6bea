import type { CollectedKind, Field } from './fields.ts'

const ALL: readonly CollectedKind[] = ['uiresource', 'dockerimage', 'cmdimage', 'update', 'tilt_session']
const IMAGES = ['dockerimage', 'cmdimage'] as const
const TIMED = [...IMAGES, 'update', 'tilt_session'] as const

/** A decision covers these by themselves: a yes to the duration of a run is none to that of an image build. */
const field = (row: Omit<Field, 'group' | 'key'>): Field => ({ ...row, group: 'tilt', key: `tilt.${row.name}` })

/** Without this one agreed to, Tilt is not asked. */
export const TILT_KEY = 'tilt.kind'

/** By this one the stages of a build go to destinations that know traces. */
export const STAGES_KEY = 'tilt.stage_count'

/**
 * What is added where a project asks for the Tilt collector (`"collect": ["tilt"]`), so that nobody else is asked. Names are
 * those of Tilt's own Honeycomb extension where the meaning is the same (github.com/tilt-dev/tilt-extensions, honeycomb).
 */
export const TILT_FIELDS: readonly Field[] = [
  field({
    name: 'kind',
    type: 'enum',
    values: ALL,
    kinds: ALL,
    words: 'kind of event',
    description: 'What the event is about: `uiresource`, `dockerimage`, `cmdimage`, `update` or `tilt_session`.',
    example: 'dockerimage',
  }),
  field({
    name: 'tilt_version',
    type: 'string',
    kinds: ALL,
    words: "Tilt's version",
    description: "Tilt's version.",
    example: '0.32.3',
    most: 30,
  }),
  field({
    name: 'name',
    type: 'string',
    kinds: ['uiresource', 'update'],
    words: 'names of resources',
    description: 'The name of the resource, as the Tiltfile has it; `other` if it looks like a path, an address, a host or a token.',
    example: 'web',
    most: 100,
  }),
  field({
    name: 'runtime_status',
    type: 'enum',
    values: ['ok', 'pending', 'error', 'unknown', 'not_applicable', 'none'],
    kinds: ['uiresource'],
    words: 'whether they run',
    description: "Whether the resource runs, in Tilt's words: `ok`, `pending`, `error`, `unknown`, `not_applicable` or `none`.",
    example: 'ok',
  }),
  field({
    name: 'update_status',
    type: 'enum',
    values: ['ok', 'pending', 'in_progress', 'error', 'not_applicable', 'none'],
    kinds: ['uiresource'],
    words: 'whether they are up to date',
    description: "Whether it is up to date, in Tilt's words: `ok`, `pending`, `in_progress`, `error`, `not_applicable` or `none`.",
    example: 'ok',
  }),
  field({
    name: 'image_name',
    type: 'string',
    kinds: IMAGES,
    words: 'names of images',
    description:
      'The last part of the name that the Tiltfile has for the image: without registry, namespace and tag; `other` if that looks like a host or a token.',
    example: 'webimg',
    most: 150,
  }),
  field({
    name: 'duration_ms',
    type: 'integer',
    kinds: TIMED,
    words: 'how long builds, updates and the start took',
    description: "How long it took, in milliseconds, by Tilt's clock; for `tilt_session` from Tilt's start until all was ready.",
    example: 419,
  }),
  field({
    name: 'outcome',
    type: 'enum',
    values: ['success', 'failure'],
    kinds: [...IMAGES, 'update'],
    words: 'passed or failed',
    description: '`success` or `failure`. Never the error.',
    example: 'success',
  }),
  field({
    name: 'warnings_count',
    type: 'integer',
    kinds: ['update'],
    words: 'number of warnings',
    description: 'How many warnings an update had. Never which.',
    example: 0,
  }),
  field({
    name: 'stage_count',
    type: 'integer',
    kinds: IMAGES,
    words: 'stages of builds by kind and number, with their times',
    description:
      'How many stages the build of the image had. Destinations that know traces get each stage with its start, duration and outcome under a name such as `base 1/2 COPY`: its kind and number, never its text.',
    example: 8,
  }),
  field({
    name: 'cached_stage_count',
    type: 'integer',
    kinds: IMAGES,
    words: 'how many were cached',
    description: 'How many of them came from the cache.',
    example: 4,
  }),
  field({
    name: 'docker_cpus',
    type: 'integer',
    kinds: ALL,
    words: 'processors that Docker may use',
    description: 'Processors that Docker may use, from `docker info`.',
    example: 4,
  }),
  field({
    name: 'docker_memory_gb',
    type: 'integer',
    kinds: ALL,
    words: 'memory that Docker may use',
    description: 'Memory that Docker may use, in whole GiB, from `docker info`.',
    example: 8,
  }),
]

/** What is added to runs where a project asks for it (`"dockerLimits": true`), and covered by itself. */
export const DOCKER_FIELDS: readonly Field[] = [
  {
    name: 'docker_cpus',
    type: 'integer',
    kinds: ['run'],
    group: 'machine',
    words: 'processors that Docker may use',
    description: 'Only with `"dockerLimits": true` in send-metrics.json: processors that Docker may use, from `docker info`.',
    example: 4,
  },
  {
    name: 'docker_memory_gb',
    type: 'integer',
    kinds: ['run'],
    group: 'machine',
    words: 'memory that Docker may use',
    description: 'Only with `"dockerLimits": true`: memory that Docker may use, in whole GiB, from `docker info`.',
    example: 8,
  },
]
