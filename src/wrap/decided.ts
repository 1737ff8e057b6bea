import { entryFor, type Identity } from '../consent/identity.ts'
import { readStore, soundDecision } from '../consent/read-store.ts'
import { foreignHome } from '../disk/whose-home.ts'
import type { World } from '../world.ts'
import type { Judgement } from './plan.ts'

export { beginTrace } from '../context/trace.ts'

/** What a person's decisions say of a run, or else that it is `undecided`. */
export function judgeDecision(world: World, identity: Identity, undecided: Judgement): Judgement {
  const store = readStore(world)
  const decision = soundDecision(entryFor(store.entries, identity))
  if (decision === undefined) return store.all ? { kind: 'pass', because: 'you said no to all projects', store } : undecided
  if (decision.decision === 'off') return { kind: 'pass', because: 'you said no', store }
  const foreign = foreignHome(world)
  // The yes of a pipeline's owner needs no home.
  if (foreign !== undefined && undecided.kind === 'ask') return { kind: 'pass', because: foreign, store }
  return { kind: 'record', because: `you said ${decision.decision}`, store, covers: decision.fieldSet }
}
