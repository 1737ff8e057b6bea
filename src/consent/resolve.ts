import { printable } from '../messages.ts'
import type { Choice, Decision } from './decision.ts'

/** Everything the answer may depend on. */
export interface ConsentFacts {
  /** SEND_METRICS as set. */
  readonly switch: string | undefined
  /** DO_NOT_TRACK as set. */
  readonly doNotTrack: string | undefined
  /** Name of the CI service, or undefined outside CI. */
  readonly ci: string | undefined
  /** Why SEND_METRICS=on is not the yes of a pipeline's owner here, if so (see pipeline.ts). */
  readonly noOwnersYes?: string | undefined
  /** The project file's `"enabled": false`. */
  readonly projectOff: boolean
  /** The stored decision for this project, if it is whole. */
  readonly stored: Decision | undefined
  /** A no to every project (`consent off --all-projects`): when. */
  readonly allOffAt: string | undefined
  /** What the machine's administrator lowers every decision to. */
  readonly policy: 'off' | 'local' | undefined
  /** Why this home counts as somebody else's, if it does. */
  readonly foreignHome: string | undefined
  /** Fields and places there are today: what a pipeline's owner says yes to in CI, and what a person is asked for. */
  readonly fields: readonly string[]
  readonly places: readonly string[]
  /** For how long the project says that data is kept. */
  readonly retentionDays: number
  /** Wall clock, ms. */
  readonly now: number
}

export type Layer =
  | 'SEND_METRICS'
  | 'DO_NOT_TRACK'
  | 'policy'
  | 'ci'
  | 'project'
  | 'stored'
  | 'all-projects'
  | 'foreign-home'
  | 'expiry'
  | 'nobody'

/** The one answer that everything uses. */
export interface Standing {
  readonly effective: Choice | 'undecided'
  readonly decidedBy: Layer
  /** For people: why. */
  readonly reason: string
  /** Names of fields that may be recorded and sent. */
  readonly fields: readonly string[]
  /** Places that may be sent to. */
  readonly places: readonly string[]
}

const NOTHING = { fields: [], places: [] } as const
const DAY_MS = 86_400_000

/** The environment's own part of the answer. Any value that is not on or local counts as off: a typo must not send. */
export function environmentSwitch(value: string | undefined): Choice | undefined {
  if (value === undefined || value === '') return undefined
  // What follows a colon pins a pipeline's yes to places (see pipeline.ts).
  const word = value.toLowerCase().replace(/^on:.*$/su, 'on')
  if (word === 'on' || word === '1' || word === 'true' || word === 'yes') return 'on'
  return word === 'local' ? 'local' : 'off'
}

/** Whether DO_NOT_TRACK asks for silence: any value but 0, false or nothing. */
export function asksNotToTrack(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}

/**
 * Who decides, and what. Pure: the same facts give the same answer everywhere, so that status, wrap and
 * flush can never disagree. Every layer can only lower what the person stored, with one exception: in CI,
 * where nobody can be asked, SEND_METRICS=on is the yes of whoever owns the pipeline.
 */
export function resolve(facts: ConsentFacts): Standing {
  const environment = environmentSwitch(facts.switch)
  if (environment === 'off') return off('SEND_METRICS', `SEND_METRICS=${printable(facts.switch ?? '', 40)} is set`)
  if (asksNotToTrack(facts.doNotTrack)) return off('DO_NOT_TRACK', `DO_NOT_TRACK=${facts.doNotTrack} is set`)
  if (facts.policy === 'off') return off('policy', "this machine's administrator switched it off")
  if (facts.projectOff) return off('project', 'the project file says "enabled": false')
  const standing = facts.ci === undefined ? fromStore(facts) : inCi(facts, facts.ci, environment)
  return hereOnly(lowered(standing, facts, environment), facts.foreignHome)
}

function lowered(standing: Standing, { policy }: ConsentFacts, environment: Choice | undefined): Standing {
  if (policy === 'local') return lower(standing, 'policy', "this machine's administrator allows this machine only")
  return environment === 'local' ? lower(standing, 'SEND_METRICS', 'SEND_METRICS=local is set') : standing
}

/** In somebody else's home nothing is recorded and nobody is asked; what a pipeline's owner sends needs no home. */
function hereOnly(standing: Standing, foreignHome: string | undefined): Standing {
  const isPipelines = standing.effective === 'on' && standing.decidedBy === 'SEND_METRICS'
  return foreignHome === undefined || standing.effective === 'off' || isPipelines ? standing : off('foreign-home', foreignHome)
}

function off(decidedBy: Layer, reason: string): Standing {
  return { effective: 'off', decidedBy, reason, ...NOTHING }
}

/** A yes becomes this machine only; everything else stays. */
function lower(standing: Standing, decidedBy: Layer, reason: string): Standing {
  return standing.effective === 'on' ? { ...standing, effective: 'local', decidedBy, reason, places: [] } : standing
}

function inCi(facts: ConsentFacts, ci: string, environment: Choice | undefined): Standing {
  if (environment !== 'on') return off('ci', `this is ${ci}, where nobody can be asked; SEND_METRICS=on is the owner's yes`)
  if (facts.noOwnersYes !== undefined) return off('ci', facts.noOwnersYes)
  const own = fromStore(facts)
  // What a person said on this machine holds in CI as well.
  if (own.effective === 'off' || own.effective === 'local') return own
  const { fields, places } = facts
  return { effective: 'on', decidedBy: 'SEND_METRICS', reason: `SEND_METRICS=on in ${ci}: the pipeline owner's yes`, fields, places }
}

function fromStore({ stored, allOffAt, places, fields, retentionDays, now }: ConsentFacts): Standing {
  if (allOffAt !== undefined && !(stored && stored.at > allOffAt))
    return off('all-projects', `you said no to all projects on ${day(allOffAt)}`)
  if (stored === undefined) return { effective: 'undecided', decidedBy: 'nobody', reason: 'nobody has decided yet', ...NOTHING }
  if (stored.decision === 'off') return off('stored', `you said no${stored.at ? ` on ${day(stored.at)}` : ''}`)
  const agreed = stored.fieldSet.filter((name) => fields.includes(name))
  if (stored.decision === 'local') {
    return {
      effective: 'local',
      decidedBy: 'stored',
      reason: `you chose this machine only on ${day(stored.at)}`,
      fields: agreed,
      places: [],
    }
  }
  const days = Math.min(retentionDays, stored.retentionDays ?? retentionDays)
  if (now - Date.parse(stored.at) > days * DAY_MS) {
    return { effective: 'undecided', decidedBy: 'expiry', reason: `your yes of ${day(stored.at)} is older than ${days} days`, ...NOTHING }
  }
  const reason = `you said yes on ${day(stored.at)}`
  return {
    effective: 'on',
    decidedBy: 'stored',
    reason,
    fields: agreed,
    places: stored.recipients.filter((place) => places.includes(place)),
  }
}

/** It comes from a file in which anything may stand. */
function day(time: string): string {
  return /^\d{4}-\d{2}-\d{2}/u.exec(time)?.[0] ?? 'an unknown day'
}
