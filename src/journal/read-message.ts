import * as fs from 'node:fs'
import { NotAFileError, readText } from '../disk/plain-file.ts'
import type { Message } from '../event/message.ts'
import { isSpan } from '../event/span.ts'

/** An event as it waits in a file; what this process may not read may well be one. */
export type ReadMessage = { readonly message: Message } | { readonly unreadable: unknown } | 'damaged'

/** Reads the event `id` from its file. */
export function readMessage(file: string, id: string): ReadMessage {
  let text: string
  try {
    text = readText(file)
  } catch (error) {
    // Nor is a link that leads nowhere an event.
    const isNone = error instanceof NotAFileError || isLink(file)
    return isNone ? 'damaged' : { unreadable: error }
  }
  try {
    const message: unknown = JSON.parse(text)
    return isSound(message) && message.id === id ? { message } : 'damaged'
  } catch {
    return 'damaged'
  }
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isFact: Check = (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
const orNone =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

/** What those who write out an event rely on: one that is not so would keep all others from being sent with it. */
const CHECKS: Readonly<Record<keyof Message, Check>> = {
  id: isText,
  event: isText,
  anonymousId: isText,
  timestamp: isTime,
  properties: (value) =>
    isRecord(value) && Object.values(value).every(isFact) && orNone(isTime)(value.start_time) && orNone(Number.isFinite)(value.duration_ms),
  heartbeat: orNone((value) => value === true),
  spans: orNone((value) => Array.isArray(value) && value.every(isSpan)),
  spansLeftOut: orNone(Number.isFinite),
  nodeVersion: orNone(isText),
  clientVersion: orNone(isText),
}

function isSound(value: unknown): value is Message {
  return isRecord(value) && Object.entries(CHECKS).every(([name, check]) => check(value[name]))
}

function isLink(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
