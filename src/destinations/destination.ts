import type { EventKind } from '../event/fields.ts'
import type { Message } from '../event/message.ts'
import type { Where } from '../project/places.ts'
import type { Certificates, Environment } from '../world.ts'

/** A request as it goes over the wire, and the events it carries. */
export interface HttpRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** The body as text, for people. */
  readonly body: string
  /** The body as bytes, where they are not those of the text. */
  readonly wire?: Uint8Array
  /** It may take so long, ms, even if there is more time. */
  readonly limitMs?: number | undefined
  readonly messages: readonly Message[]
}

/** Lines to append to a file, for a destination on this machine. */
export interface AppendRequest {
  readonly append: string
  /** What a file that is there has to begin with; any other is somebody else's. */
  readonly mark: string
  readonly body: string
  readonly messages: readonly Message[]
}

/** The whole new content of a file, for a destination on this machine. */
export interface ReplaceRequest {
  readonly replace: string
  /** The same. */
  readonly mark: string
  readonly body: string
  readonly messages: readonly Message[]
}

/** A program that is given the events on its stdin. */
export interface RunRequest {
  readonly run: readonly string[]
  readonly folder: string
  readonly body: string
  readonly messages: readonly Message[]
}

export type Request = HttpRequest | AppendRequest | ReplaceRequest | RunRequest

/** What came back: a status (of a program, its exit code) and headers in lower case, or why nothing did. */
export type Response =
  | { readonly status: number; readonly headers: Readonly<Record<string, string | undefined>>; readonly body: string }
  | { readonly failure: string }

/** What that means for an event. */
export interface Verdict {
  readonly result: 'delivered' | 'retry' | 'drop'
  readonly reason: string
  /** The receiver asked to be left alone this long, ms. */
  readonly retryAfterMs?: number | undefined
}

/** A destination's settings: the project file's, with the environment's in front. */
export type Settings = Readonly<Record<string, unknown>>

/** What is to be sent, and what never can be. */
export interface Encoded {
  readonly requests: readonly Request[]
  readonly refused: readonly { readonly message: Message; readonly reason: string }[]
  readonly learned?: string | undefined
}

/** How to speak to one kind of destination. Neither function touches the network, the disk or the clock. */
export interface Destination {
  /**
   * Requests that carry these messages, each within the receiver's limits; a message that can never fit is refused.
   * `learned` is what makes the next time cheaper, to be handed back then as `known`; what it holds is the destination's own.
   */
  encode(messages: readonly Message[], settings: Settings, known?: string): Promise<Encoded>
  /** What the answer to a request means, one verdict for each of its messages, in order. */
  judge(request: Request, response: Response): Verdict[]
}

/** The project that declares a destination. */
export interface DeclaredBy {
  readonly project: string
  /** Where relative paths start. */
  readonly root: string
}

/** A destination where there is little room: its service, where that is, and what people have to know about the way there. */
export interface Brief {
  readonly service: string
  readonly at: string
  readonly marks: readonly string[]
}

/** A row of the table: what can be said about a destination without loading the code that speaks to it. */
export interface DestinationRow {
  readonly type: string
  /** For people: the service and where it is. */
  readonly title: (settings: Settings) => string
  /** The same in two parts, in as few words as tell it. */
  readonly brief: (settings: Settings) => readonly [service: string, at: string]
  /** The settings with the environment's own in front. */
  readonly settings: (declared: Settings, env: Environment, project: DeclaredBy) => Settings
  /** What decides where it sends, from the settings. */
  readonly where: (settings: Settings) => Where
  /** Names of the keys that go along to a host which is neither the service's own nor named by the environment, if any do. */
  readonly keys?: (settings: Settings) => readonly string[]
  /** Values of the settings that nobody is shown. */
  readonly secrets?: (settings: Settings) => readonly string[]
  /** What is missing before it can be used, if anything. */
  readonly missing: (settings: Settings) => string | undefined
  /** The address that will be connected to, so that it can be opened early; undefined for a local one. */
  readonly address: (settings: Settings) => string | undefined
  /** The certificates to connect with, if not Node's own. */
  readonly certificates?: (settings: Settings) => Certificates | undefined
  /** Whether events of this kind mean anything there; without it all do. */
  readonly takes?: (kind: EventKind) => boolean
  /** What it learns is a running total, so one process at a time encodes and sends. */
  readonly takesTurns?: boolean
  readonly load: () => Promise<Destination>
}
