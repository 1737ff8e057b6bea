import type { Choice, Decision } from './decision.ts'

/** Everything the answer may depend on. */
export interface ConsentFacts {
  /** SEND_METRICS as set. */
  readonly switch: string | undefined
  /** DO_NOT_TRACK as set. */
  readonly doNotTrack: string | undefined
  /** Name of the CI service, or undefined outside CI. */
  readonly ci: string | undefined
  /** The project file's `"enabled": false`. */
  readonly projectOff: boolean
  /** The stored decision for this project, if it is whole. */
  readonly stored: Decision | undefined
  /** Fields and places there are today: what a pipeline's owner says yes to in CI. */
  readonly fields: readonly string[]
  readonly places: readonly string[]
}

export type Layer = 'SEND_METRICS' | 'DO_NOT_TRACK' | 'ci' | 'project' | 'stored' | 'nobody'

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

/** The environment's own part of the answer. Any value that is not on or local counts as off: a typo must not send. */
export function environmentSwitch(value: string | undefined): Choice | undefined {
  if (value === undefined || value === '') return undefined
  const word = value.toLowerCase()
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
  if (environment === 'off') return off('SEND_METRICS', `SEND_METRICS=${facts.switch} is set`)
  if (asksNotToTrack(facts.doNotTrack)) return off('DO_NOT_TRACK', `DO_NOT_TRACK=${facts.doNotTrack} is set`)
  if (facts.projectOff) return off('project', 'the project file says "enabled": false')
  if (facts.ci !== undefined) return inCi(facts, facts.ci, environment)
  return fromStore(facts, environment)
}

function off(decidedBy: Layer, reason: string): Standing {
  return { effective: 'off', decidedBy, reason, ...NOTHING }
}

function inCi(facts: ConsentFacts, ci: string, environment: Choice | undefined): Standing {
  if (environment !== 'on') return off('ci', `this is ${ci}, where nobody can be asked; SEND_METRICS=on is the owner's yes`)
  if (facts.stored?.decision === 'off') return fromStore(facts, environment)
  const { fields, places } = facts
  return { effective: 'on', decidedBy: 'SEND_METRICS', reason: `SEND_METRICS=on in ${ci}: the pipeline owner's yes`, fields, places }
}

function fromStore(facts: ConsentFacts, environment: Choice | undefined): Standing {
  const { stored } = facts
  if (stored === undefined) return { effective: 'undecided', decidedBy: 'nobody', reason: 'nobody has decided yet', ...NOTHING }
  if (stored.decision === 'off') return off('stored', `you said no${stored.at ? ` on ${stored.at.slice(0, 10)}` : ''}`)
  const day = stored.at.slice(0, 10)
  if (environment === 'local' && stored.decision === 'on') {
    return { effective: 'local', decidedBy: 'SEND_METRICS', reason: 'SEND_METRICS=local is set', fields: stored.fieldSet, places: [] }
  }
  if (stored.decision === 'local') {
    return { effective: 'local', decidedBy: 'stored', reason: `you chose this machine only on ${day}`, fields: stored.fieldSet, places: [] }
  }
  const places = stored.recipients.filter((place) => facts.places.includes(place))
  return { effective: 'on', decidedBy: 'stored', reason: `you said yes on ${day}`, fields: stored.fieldSet, places }
}
