import { isPlain, OTHER } from '../../event/allowlist.ts'
import type { CollectedKind } from '../../event/fields.ts'
import type { Observation } from '../collector.ts'
import { at, between, listAt, textAt, timeAt } from './read.ts'
import { stageCounts, stagesOf } from './stages.ts'

/** Kinds of Tilt's objects that are images, and what their builds are called here. */
const IMAGES: Readonly<Record<string, CollectedKind>> = { DockerImage: 'dockerimage', CmdImage: 'cmdimage' }

/** What an object of Tilt's tells: builds that are done, and how a resource is at `now` (RFC 3339). Nothing for kinds that it doesn't know. */
export function observationsOf(object: unknown, now: string): Observation[] {
  const kind = textAt(object, 'kind') ?? ''
  if (kind === 'UIResource') return [heartbeat(object, now), ...updatesOf(object)]
  const image = Object.hasOwn(IMAGES, kind) ? IMAGES[kind] : undefined
  return image === undefined ? [] : buildOf(image, object)
}

function heartbeat(resource: unknown, now: string): Observation {
  const status = at(resource, 'status')
  return {
    kind: 'uiresource',
    at: now,
    facts: {
      name: resourceName(resource),
      runtime_status: textAt(status, 'runtimeStatus'),
      update_status: textAt(status, 'updateStatus'),
    },
  }
}

/** Tilt keeps the last two updates of a resource. */
function updatesOf(resource: unknown): Observation[] {
  return listAt(resource, 'status', 'buildHistory').flatMap((build) => {
    const start = timeAt(build, 'startTime')
    const end = timeAt(build, 'finishTime')
    return done('update', resource, { start, end }, () => ({
      name: resourceName(resource),
      outcome: outcomeOf(build),
      warnings_count: listAt(build, 'warnings').length,
    }))
  })
}

/** Tilt keeps the last build of an image, until the next one begins. */
function buildOf(kind: CollectedKind, image: unknown): Observation[] {
  const status = at(image, 'status')
  const completed = at(status, 'completed')
  const times = { start: timeAt(completed, 'startedAt'), end: timeAt(completed, 'finishedAt') }
  const stages = kind === 'dockerimage' ? { ...stageCounts(status) } : {}
  const built = done(kind, image, times, () => ({
    image_name: imageName(textAt(image, 'spec', 'ref')),
    outcome: outcomeOf(completed),
    ...stages,
  }))
  return built.map((one) => ({ ...one, parts: stagesOf(status) }))
}

/** `web` of `registry.example.com:5000/team/web:tag@sha256:…`: who keeps the image, and whose it is, is nobody's business. */
function imageName(ref: string | undefined): string | undefined {
  const name = ref?.slice(ref.lastIndexOf('/') + 1).replace(/[@:].*$/su, '')
  return name === undefined || isPlain(name) ? name : OTHER
}

/** Of a resource that Tilt names after what it runs, or a person did, only a plain name is told. */
function resourceName(resource: unknown): string | undefined {
  const name = textAt(resource, 'metadata', 'name')
  const plain = name?.replace(/^\((.*)\)$/su, '$1').replaceAll(':', '-')
  return plain === undefined || isPlain(plain) ? name : OTHER
}

/** Something that has an end. What began nobody knows when is known by its end. */
function done(
  kind: CollectedKind,
  object: unknown,
  { start, end }: { start: string | undefined; end: string | undefined },
  facts: () => Observation['facts'],
): Observation[] {
  if (end === undefined) return []
  const began = start ?? end
  const owner = textAt(object, 'metadata', 'uid') ?? textAt(object, 'metadata', 'name')
  return [{ kind, identity: `${kind} ${owner} ${began}`, at: began, facts: { ...facts(), duration_ms: between(start, end) } }]
}

function outcomeOf(build: unknown): string {
  return textAt(build, 'error') === undefined ? 'success' : 'failure'
}
