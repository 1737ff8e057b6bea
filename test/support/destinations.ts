import type { Answer, Receiver } from './receiver.ts'
import { honeycombAnswer, status } from './receiver.ts'

/** A kind of destination that sends over HTTP, for tests that hold for each. */
export interface Kind {
  readonly type: string
  /** As a project file declares it. */
  declare(url: string): object
  readonly env: Readonly<Record<string, string>>
  /** An answer by which everything is accepted. */
  readonly accept: Answer
}

/** Every kind but Segment, whose tests came first. */
export const KINDS: readonly Kind[] = [
  {
    type: 'honeycomb',
    declare: (apiHost) => ({ type: 'honeycomb', dataset: 'builds', apiHost }),
    env: { HONEYCOMB_API_KEY: 'key' },
    accept: honeycombAnswer(),
  },
  { type: 'otlp', declare: (endpoint) => ({ type: 'otlp', endpoint }), env: {}, accept: status(200) },
  { type: 'prometheus', declare: (pushgateway) => ({ type: 'prometheus', pushgateway }), env: {}, accept: status(202) },
]

/** Requests that carry an event of the given ID; of a Pushgateway, whose text has none, all of them. */
export function carrying(there: Receiver, id: string, kind: Kind): number {
  return there.requests.filter(({ body }) => kind.type === 'prometheus' || body.includes(id)).length
}
