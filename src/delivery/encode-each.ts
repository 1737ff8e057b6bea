import type { Destination, Encoded, Settings } from '../destinations/destination.ts'
import type { Message } from '../event/message.ts'
import { printable } from '../messages.ts'

/** A reason is cut here, in characters. */
const REASON_CHARACTERS = 200

/**
 * Encodes events so that one that cannot be encoded takes no other with it: where they fail together each is tried alone, what
 * fails is refused, and the others go. Throws the encoder's error where it is not about an event: a file of ours is damaged, or
 * a setting is wrong.
 */
export async function encodeEach(
  destination: Pick<Destination, 'encode'>,
  messages: readonly Message[],
  settings: Settings,
  known: string | undefined,
): Promise<Encoded> {
  const encode = (some: readonly Message[]) => destination.encode(some, settings, known)
  try {
    return await encode(messages)
  } catch (error) {
    const unfit: { message: Message; reason: string }[] = []
    for (const message of messages) {
      const why = await faultOf(() => encode([message]))
      if (why !== undefined) unfit.push({ message, reason: `it cannot be encoded: ${printable(why, REASON_CHARACTERS)}` })
    }
    const isAboutNone = unfit.length === 0 || (unfit.length === messages.length && (await faultOf(() => encode([PLAIN]))) !== undefined)
    if (isAboutNone) throw error
    const fit = messages.filter((message) => !unfit.some((one) => one.message === message))
    const encoded = fit.length > 0 ? await encode(fit) : { requests: [], refused: [] }
    return { ...encoded, refused: [...encoded.refused, ...unfit] }
  }
}

/** An event that every destination can encode, unless something else is wrong. It goes nowhere. */
const PLAIN: Message = {
  id: '00000000-0000-7000-8000-000000000000',
  event: 'send_metrics.sample',
  anonymousId: '00000000-0000-4000-8000-000000000000',
  timestamp: '2026-01-01T00:00:00.000Z',
  properties: {},
}

async function faultOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
