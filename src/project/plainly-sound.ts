import type { FoundProject } from './find.ts'

const WORDS = /^[\x20-\x7e]{1,80}$/u
const NAME = /^[\w.+-]{1,80}$/u
const TARGET = /^[\w.+-]*(?:%[\w.+-]*)?$/u
const ADDRESS = /^https?:\/\/(?:127\.0\.0\.1|[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)*)(?::[1-5]?\d{1,4})?$/u

const isText = (form: RegExp) => (value: unknown) => typeof value === 'string' && form.test(value)

/** Keys whose common values can be told to be right at a glance; far narrower than what is allowed. */
const GLANCE: Readonly<Record<string, (value: unknown) => boolean>> = {
  $schema: isText(/^[\x21-\x7e]+$/u),
  project: isText(WORDS),
  recipient: isText(WORDS),
  defaultBranch: isText(NAME),
  spans: (value) => typeof value === 'boolean',
  dockerLimits: (value) => typeof value === 'boolean',
  collect: (value) => isList(value, 1, (name) => name === 'tilt'),
  targets: (value) => isList(value, 100, (target) => target !== '' && isText(TARGET)(target)),
  destinations: (value) => isList(value, 10, isPlainDestination),
}

const DESTINATION: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => value === 'segment',
  writeKey: isText(NAME),
  host: isText(ADDRESS),
}

/**
 * Whether a project file is one of the plain ones that can hold no mistake. For everything else this says nothing:
 * `readProject` tells. It spares those who have not decided, and cannot be asked, the loading of what checks it in full.
 */
export function isPlainlySound({ content }: FoundProject): boolean {
  return content !== undefined && typeof content.project === 'string' && fits(content, GLANCE)
}

function isPlainDestination(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && fits(value, DESTINATION)
}

function fits(content: object, glance: typeof GLANCE): boolean {
  return Object.entries(content).every(([key, value]) => Object.hasOwn(glance, key) && glance[key]?.(value) === true)
}

function isList(value: unknown, most: number, check: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= most && value.every(check)
}
