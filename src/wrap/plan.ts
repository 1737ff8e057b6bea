import * as fs from 'node:fs'
import * as path from 'node:path'
import { identify } from '../consent/identity.ts'
import type { StoreReading } from '../consent/read-store.ts'
import { asksNotToTrack, environmentSwitch } from '../consent/resolve.ts'
import { type Trace, traceparent } from '../context/trace.ts'
import { consentFile } from '../disk/places.ts'
import { printable } from '../messages.ts'
import { type FoundProject, findProject } from '../project/find.ts'
import type { Environment, World } from '../world.ts'
import type { MakeFlags } from './make-flags.ts'

/** Tells a wrapped child which runs it is inside of; the value is the folders of their projects. bin/send-metrics.js sets it, too. */
export const INSIDE = 'SEND_METRICS_INSIDE'
/** The field whose consent covers spans: the name of SPAN_FIELD in the table, which is not loaded by now. */
export const SPAN_KEY = 'slowest_targets'
/** How the name ends of what the tracer has the makes below read (tracer/trace.mk). */
const TRACER_MAKEFILE = '/sub.mk'
/** Between those folders: ':' stands in many a path. */
const SEPARATOR = '\n'
/** Before the folder of a project whose run is not recorded: nothing inside it is, either. */
const UNRECORDED = '!'

/**
 * What this run is to us, judged from the environment, the project file and the store alone:
 * `pass` runs the target and nothing else, `record` was consented to, `ask` has not been decided.
 * It can only be too willing: the resolver has the last word before anything is recorded.
 */
export interface Plan {
  readonly kind: 'pass' | 'record' | 'ask'
  /** Why, for SEND_METRICS_DEBUG. */
  readonly because: string
  readonly found: FoundProject | undefined
  /** What the person has decided, where that was looked at. */
  readonly store: StoreReading | undefined
  readonly trace: Trace | undefined
  /** Where the target may write values for the project's own fields, if it has any that come from there. */
  readonly fieldsFile: string | undefined
  /** The project asks for spans, and the decision covers them. */
  readonly spans: boolean
  /** Inside another wrapped run of the same project: it writes, its outermost sends. */
  readonly nested: boolean
  /** Inside another wrapped run of whatever project: nobody is asked in the middle of it. */
  readonly inner: boolean
}

/** Loads what reads a decision, for those who made one. */
type LoadDecided = () => Promise<typeof import('./decided.ts')>

/** The plan for a run about which nothing can be found out. */
export function passingPlan(because: string): Plan {
  const nothing = { found: undefined, store: undefined, trace: undefined, fieldsFile: undefined }
  return { kind: 'pass', because, ...nothing, spans: false, nested: false, inner: true }
}

/** Decides before the target starts, with `node:` builtins only. */
export async function planRun(world: World, flags: MakeFlags, loadDecided: LoadDecided): Promise<Plan> {
  const found = findProject(world)
  const nested = found !== undefined && insideOf(world.env).includes(found.root)
  const { kind, because, store, covers = [] } = await judge(world, flags, found, loadDecided)
  const spans = found?.content?.spans === true && (covers === 'all' || covers.includes(SPAN_KEY))
  const trace = kind === 'record' ? (await loadDecided()).beginTrace(world.env) : undefined
  const inner = world.env[INSIDE] !== undefined
  return { kind, because, found, store, spans, nested, inner, trace, fieldsFile: trace && fieldsFile(world, found, trace) }
}

/** What follows from the circumstances of a run. */
export interface Judgement extends Pick<Plan, 'kind' | 'because'> {
  readonly store?: StoreReading
  /** Fields that may be recorded. */
  readonly covers?: readonly string[] | 'all'
}

const pass = (because: string): Judgement => ({ kind: 'pass', because })

async function judge(world: World, flags: MakeFlags, found: FoundProject | undefined, loadDecided: LoadDecided): Promise<Judgement> {
  const { env } = world
  const wanted = environmentSwitch(env.SEND_METRICS)
  if (!found) return pass('there is no project file')
  if (flags.dry) return pass('make runs nothing in earnest')
  if (wanted === 'off') return pass(`SEND_METRICS=${printable(String(env.SEND_METRICS), 40)} is set`)
  if (asksNotToTrack(env.DO_NOT_TRACK)) return pass(`DO_NOT_TRACK=${env.DO_NOT_TRACK} is set`)
  if (insideOf(env).includes(`${UNRECORDED}${found.root}`)) return pass('the run that it is part of is not recorded')
  if (found.content?.enabled === false) return pass('the project file says "enabled": false')
  const identity = identify(found)
  // A file with a mistake is reported after the run; whom it speaks for cannot be known.
  if (identity === undefined) return { kind: 'ask', because: 'the project file has a mistake' }
  const plainlyCi = env.CI !== undefined && !['', 'false'].includes(env.CI)
  if (plainlyCi) return wanted === 'on' ? { kind: 'record', because: 'SEND_METRICS=on in CI', covers: 'all' } : pass(`CI=${env.CI} is set`)
  // SEND_METRICS=on may be a pipeline owner's yes in a CI that only ci-info knows, so it is looked at more closely.
  const undecided: Judgement = { kind: wanted === 'on' ? 'record' : 'ask', because: 'nobody has decided', covers: 'all' }
  const decisions = consentFile(world)
  if (decisions === undefined || !fs.existsSync(decisions)) return undecided
  return (await loadDecided()).judgeDecision(world, identity, undecided)
}

/** A fresh name in the system's place for such; the file is the target's to make. */
function fieldsFile(world: World, found: FoundProject | undefined, trace: Trace): string | undefined {
  const fields: unknown = found?.content?.fields
  const wanted = Array.isArray(fields) && fields.some((field) => String(field?.from).startsWith('file:'))
  return wanted ? path.join(world.env.TMPDIR || '/tmp', `send-metrics-fields-${trace.runId}`) : undefined
}

/** The environment for the target: everything as it was, plus the marks that tie nested runs together. */
export function childEnvironment(env: Environment, plan: Plan): Environment {
  // Marked even where nothing is recorded: an inner run of another project must not ask in the middle of this one.
  const mark = plan.found === undefined ? [] : [`${plan.kind === 'record' ? '' : UNRECORDED}${plan.found.root}`]
  const marked = {
    ...(env.SEND_METRICS_SPANS === undefined ? env : ofTheSameRecord(env, plan)),
    [INSIDE]: [...new Set([...insideOf(env), ...mark])].join(SEPARATOR),
  }
  const traced = plan.trace === undefined ? marked : { ...marked, TRACEPARENT: traceparent(plan.trace) }
  return plan.fieldsFile === undefined ? traced : { ...traced, SEND_METRICS_FIELDS: plan.fieldsFile }
}

function insideOf(env: Environment): string[] {
  return (env[INSIDE] ?? '').split(SEPARATOR).filter((root) => root !== '')
}

/** The tracer of the run that this one is in notes what belongs to the same record, and nothing else. */
function ofTheSameRecord(env: Environment, { kind, nested }: Plan): Environment {
  if (kind === 'record' && nested) return env
  const { SEND_METRICS_SPANS: _file, MAKEFILES = '', ...rest } = env
  const others = MAKEFILES.split(' ').filter((file) => !file.endsWith(TRACER_MAKEFILE))
  return others.join('') === '' ? rest : { ...rest, MAKEFILES: others.join(' ') }
}
