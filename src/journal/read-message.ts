import * as fs from 'node:fs'
import { NotAFileError, readText } from '../disk/plain-file.ts'
import type { Message } from '../event/message.ts'

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
    const message = JSON.parse(text) as Message
    const whole = message.id === id && typeof message.event === 'string' && typeof message.anonymousId === 'string'
    return whole && typeof message.timestamp === 'string' && isRecord(message.properties) ? { message } : 'damaged'
  } catch {
    return 'damaged'
  }
}

function isLink(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
