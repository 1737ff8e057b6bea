import * as v from 'valibot'
import { didYouMean } from '../did-you-mean.ts'
import { HERE_ONLY } from '../event/field.ts'
import { FIELDS, SPAN_FIELD } from '../event/fields.ts'
import { DOCKER_FIELDS } from '../event/tilt-fields.ts'
import { printable } from '../messages.ts'
import { type FoundProject, PROJECT_FILE, type Problem } from './find.ts'
import { type ProjectContent, projectSchema } from './schema.ts'
import { whatSourceTells } from './telling-sources.ts'

/** A project file that was found and holds no mistake. */
export interface Project extends ProjectContent {
  readonly file: string
  /** The folder it stands in; relative paths in it start there. */
  readonly root: string
}

export type ReadProject = { readonly project: Project } | { readonly problem: Problem }

/** Checks a found project file. A mistake is told by file, key, value and what is allowed there. */
export function readProject(found: FoundProject): ReadProject {
  if (found.problem) return { problem: found.problem }
  const checked = v.safeParse(projectSchema, found.content, { abortEarly: true })
  const clash = checked.success ? clashOf(checked.output) : undefined
  if (clash) return { problem: { file: found.file, what: clash.what, at: { value: clash.at } } }
  if (checked.success) return { project: { ...checked.output, file: found.file, root: found.root } }
  const issue = mistypedKey(found.content) ?? checked.issues[0]
  const at = (issue.path ?? []).map(({ key }) => key as string | number)
  return { problem: { file: found.file, what: explain(issue), at: issue.expected === 'never' ? { key: at } : { value: at } } }
}

type Issue = v.InferIssue<typeof projectSchema>

/** Where a key is missing, it may be there under a name that is nearly its own. */
function mistypedKey(content: FoundProject['content']): Issue | undefined {
  const [first, ...others] = v.safeParse(projectSchema, content).issues ?? []
  const missing = first?.path?.at(-1)?.key
  if (first?.input !== undefined || missing === undefined) return undefined
  return others.find(({ expected, path = [] }) => expected === 'never' && didYouMean(String(path.at(-1)?.key), [String(missing)]))
}

/** Names that the ledger and the file destination use themselves, and those that every object has. */
const OWN_NAMES = [SPAN_FIELD.name, 'spans', 'type', 'id', 'event', 'timestamp', 'messageId', 'anonymousId', 'constructor', HERE_ONLY]
/** What Honeycomb and OTLP are told beside the fields; a field of that name would be lost, or there twice. */
const TRACE_NAMES = ['name', 'error', 'version', 'message_id', 'anonymous_id']
/** Columns of a warehouse that Segment fills (segment.com/docs/connections/storage/warehouses/schema); it drops such a field. */
const WAREHOUSE_NAMES = ['user_id', 'event_text', 'original_timestamp', 'sent_at', 'received_at', 'uuid_ts']

/** A mistake, and the value that it is about. */
interface Clash {
  readonly at: readonly (string | number)[]
  readonly what: string
}

/** What is wrong beyond the form of each value, if anything. */
function clashOf(content: ProjectContent): Clash | undefined {
  return clashOfFields(content) ?? clashOfDestinations(content)
}

/** A destination that leads nowhere, or to two places at once. */
function clashOfDestinations({ destinations }: ProjectContent): Clash | undefined {
  for (const [at, destination] of destinations.entries()) {
    if (destination.type !== 'prometheus') continue
    const { textfile, pushgateway } = destination
    if ((textfile === undefined) !== (pushgateway === undefined)) continue
    const what = `destinations[${at}] has ${textfile === undefined ? 'neither' : 'both'}; allowed: either "textfile" or "pushgateway"`
    return { at: ['destinations', at], what }
  }
  return undefined
}

function clashOfFields({ fields, dockerLimits }: ProjectContent): Clash | undefined {
  const fieldNames = [...FIELDS, ...(dockerLimits ? DOCKER_FIELDS : [])].map(({ name }) => name)
  const taken = new Set([...fieldNames, ...OWN_NAMES, ...TRACE_NAMES, ...WAREHOUSE_NAMES])
  for (const [at, field] of fields.entries()) {
    const { name, type, values } = field
    const clash = (key: string, what: string): Clash => ({ at: ['fields', at, key], what: `fields[${at}].${key} ${what}` })
    if (taken.has(name)) return clash('name', `is ${JSON.stringify(name)}; allowed: a name that no other field has, nor a destination uses`)
    if (type === 'enum' && values === undefined) return clash('values', 'is missing; allowed: for an enum, the values it may have')
    const wrong = tellingSource(field) ?? unsoundRange(field)
    if (wrong !== undefined) return clash(...wrong)
    taken.add(name)
  }
  return undefined
}

type Wrong = readonly [key: string, what: string]

function tellingSource({ from }: ProjectContent['fields'][number]): Wrong | undefined {
  const tells = whatSourceTells(from)
  return tells && ['from', `is ${JSON.stringify(from)}, which ${tells}; allowed: a variable that does neither, such as env:BUILD_MODE`]
}

/** No range of so many values leaves out the number of an account, or a telephone's. */
const WIDEST = 1_000_000_000

/** A number of the environment may be anybody's: a range keeps it to what it is for. */
function unsoundRange({ type, from, min, max }: ProjectContent['fields'][number]): Wrong | undefined {
  const isNumber = type === 'integer' || type === 'number'
  if (min === undefined && max === undefined && !(isNumber && from.startsWith('env:'))) return undefined
  if (!isNumber) return [min === undefined ? 'max' : 'min', `is ${min ?? max}; allowed: for an integer or a number only`]
  if (min === undefined) return ['min', 'is missing; allowed: the least value, for a number from the environment and beside "max"']
  if (max === undefined) return ['max', 'is missing; allowed: the greatest value, for a number from the environment and beside "min"']
  if (max >= min && max - min <= WIDEST) return undefined
  return ['max', `is ${max}; allowed: a number from "min" (${min}) to ${min + WIDEST}`]
}

function explain(issue: Issue): string {
  const path = issue.path ?? []
  const key = path
    .map((item) => String(item.key))
    .reduce((all, part) => all + (/^\d+$/u.test(part) ? `[${part}]` : `.${part}`), '')
    .slice(1)
  const allowed = allowedAt(path.map((item) => String(item.key)))
  if (issue.expected === 'never') {
    const here = keysAt(
      path.slice(0, -1).map((item) => String(item.key)),
      path.at(-2)?.value,
    )
    const near = didYouMean(String(path.at(-1)?.key), here)
    const todo = `${meant(near)}allowed here: ${here.join(', ')}`
    return `${printable(key)} is not a setting of ${PROJECT_FILE}; its value is ${shownValue(path.at(-1)?.key, path.at(-1)?.value)}; ${todo}`
  }
  const value = issue.input === undefined ? 'is missing' : `is ${shownValue(path.at(-1)?.key, issue.input)}`
  return `${printable(key)} ${value}; ${meant(didYouMean(String(issue.input), valuesOf(issue)))}allowed: ${allowed ?? issue.message}`
}

/** A value as an error shows it; one that may be a key is not for other eyes. */
function shownValue(key: unknown, value: unknown): string {
  if (typeof value === 'string' && /key|token|secret|password/iu.test(String(key))) return 'a text that is not shown here'
  return printable(JSON.stringify(value) ?? '?')
}

/** The values of a list that one of them must be from; the library has them as `("segment" | "file")`. */
function valuesOf({ type, expected }: Issue): string[] {
  return ['variant', 'picklist'].includes(type) ? [...(expected ?? '').matchAll(/"([^"]+)"/gu)].map(([, value]) => value ?? '') : []
}

function meant(near: string | undefined): string {
  return near === undefined ? '' : `did you mean ${near}? `
}

interface Node {
  readonly type: string
  readonly literal?: unknown
  readonly entries?: Readonly<Record<string, Node>>
  readonly wrapped?: Node
  readonly pipe?: readonly (Node & { readonly description?: string })[]
  readonly options?: readonly Node[]
  readonly item?: Node
}

/** The keys that may stand at a path; of several kinds of object, those of the kind that `value` says it is. */
function keysAt(path: readonly string[], value: unknown): string[] {
  let nodes: readonly Node[] = [projectSchema as unknown as Node]
  for (const key of path) nodes = nodes.flatMap((node) => stepInto(node, key))
  const kinds = nodes.flatMap((node) => unwrap(node).options ?? [unwrap(node)])
  const type: unknown = (value as { type?: unknown } | undefined)?.type
  const fitting = kinds.filter((kind) => kind.entries?.type?.literal === type)
  return [...new Set((fitting.length > 0 ? fitting : kinds).flatMap((kind) => Object.keys(kind.entries ?? {})))]
}

function unwrap(node: Node): Node {
  return node.wrapped ? unwrap(node.wrapped) : node
}

/** The words of the schema nearest to a path. */
function allowedAt(path: readonly string[]): string | undefined {
  let nodes: readonly Node[] = [projectSchema as unknown as Node]
  let allowed: string | undefined
  for (const key of path) {
    nodes = nodes.flatMap((node) => stepInto(node, key))
    allowed = nodes.map(describe).find((text) => text !== undefined) ?? allowed
  }
  return allowed ?? Object.keys(projectSchema.entries).join(', ')
}

function stepInto(node: Node, key: string): readonly Node[] {
  const inner = node.wrapped ?? node
  if (inner !== node) return stepInto(inner, key)
  if (node.options) return node.options.flatMap((option) => stepInto(option, key))
  if (node.item) return [node.item]
  const entry = node.entries?.[key]
  return entry ? [entry] : []
}

function describe(node: Node): string | undefined {
  if (node.wrapped) return describe(node.wrapped)
  return node.pipe?.find((part) => part.type === 'description')?.description
}
