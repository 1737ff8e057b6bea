import { v7 } from 'uuid'
import { randomBytes } from '../random.ts'
import type { Properties } from './serialize.ts'
import type { Span } from './span.ts'

/**
 * An event as it waits to be delivered: frozen when it was recorded, so that every retry carries the same
 * ID with the same content.
 */
export interface Message {
  /** UUID v7; receivers deduplicate on it, and files sort by it. */
  readonly id: string
  /** The event's name, such as `devstack.command.run`. */
  readonly event: string
  readonly anonymousId: string
  /** When it happened: RFC 3339, UTC. */
  readonly timestamp: string
  readonly properties: Properties
  /** It says how something is, as the one before did and the next will: only the latest is worth sending. */
  readonly heartbeat?: true
  /** Targets that ran inside, or stages of a build, under names that may leave, for destinations that know traces; their parent is the event. */
  readonly spans?: readonly Span[] | undefined
  /** How many there were beyond those. */
  readonly spansLeftOut?: number | undefined
  /** Node's version when it was recorded: Segment's client sends one, and every retry must send the same. */
  readonly nodeVersion?: string
  /** Version of Segment's client when it was recorded, for the same reason. */
  readonly clientVersion?: string | undefined
}

/** `Open edX devstack` as the first part of an event name: `open_edx_devstack`. */
export function slug(name: string): string {
  // Unicode's tables take a moment to load.
  const letters = /^[ -~]*$/u.test(name) ? name : name.normalize('NFKD').replace(/\p{M}/gu, '')
  const ascii = letters.toLowerCase().replace(/[^a-z0-9]+/gu, '_')
  return ascii.replace(/^_|_$/gu, '') || 'project'
}

/** The name of everything that one collector saw, whatever its kind: warehouses make a table of each name. */
export function observationName(project: { project: string }, collector: string): string {
  return `${slug(project.project)}.${collector}.observation`
}

/** The event names of a project, apart from its collectors'; warehouses make a table of each, so there are two and no more. */
export function eventNames(project: { project: string; event?: string | undefined }): { run: string; consent: string } {
  const base = slug(project.project)
  return { run: project.event ?? `${base}.command.run`, consent: `${base}.consent.change` }
}

/** A new message ID: UUID v7 (RFC 9562), whose first digits are the time in ms, so that IDs sort by age. */
export function newMessageId(now: number): string {
  return v7({ msecs: now, random: randomBytes(16) })
}
