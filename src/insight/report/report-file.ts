import * as fs from 'node:fs'
import * as path from 'node:path'
import { writeNew } from '../../disk/plain-file.ts'
import { printable } from '../../messages.ts'
import { randomBytes } from '../../random.ts'
import type { World } from '../../world.ts'
import { GENERATOR } from './page.ts'

/** A page of ours has its mark in there. */
const HEAD_BYTES = 1024

/** Why a report must not be written to this file; undefined where it may. Says what to do instead. */
export function objection(file: string, force: boolean): string | undefined {
  if (file === '') return 'the name of the file is empty; name one with -o, or print the page with -o -'
  const shown = printable(file, 300)
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) {
    const folder = path.dirname(path.resolve(file))
    return fs.existsSync(folder) ? undefined : `there is no folder ${printable(folder, 300)}; make it first, or name another file with -o`
  }
  if (stat.isDirectory()) return `${shown} is a folder; name a file in it: -o ${printable(path.join(file, 'report.html'), 300)}`
  if (!stat.isFile()) return `${shown} is not a file; to print the page: -o -`
  if (force || stat.size === 0 || isOurs(file)) return undefined
  return `${shown} is there and is no report of send-metrics; --force replaces it, -o names another file`
}

function isOurs(file: string): boolean {
  const descriptor = fs.openSync(file, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    return head.subarray(0, fs.readSync(descriptor, head, 0, HEAD_BYTES, 0)).includes(GENERATOR)
  } finally {
    fs.closeSync(descriptor)
  }
}

/**
 * Writes the page whole or not at all: beside the file, then renamed; a link stays a link. What stops a program waits until
 * then, and is returned. Throws the file system's error, and leaves nothing.
 */
export async function writeReport(world: Pick<World, 'onSignal'>, file: string, text: string): Promise<NodeJS.Signals | undefined> {
  const target = fs.existsSync(file) ? fs.realpathSync(file) : file
  const beside = `${target}.${randomBytes(8).toString('hex')}.tmp`
  let caught: NodeJS.Signals | undefined
  const undo = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    world.onSignal(signal, () => {
      caught = signal
    }),
  )
  try {
    writeNew(beside, text, fs.statSync(target, { throwIfNoEntry: false })?.mode ?? 0o666)
    fs.renameSync(beside, target)
  } catch (error) {
    fs.rmSync(beside, { force: true })
    throw error
  }
  // Signals are told where the event loop waits, which it does between two of these.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  for (const one of undo) one()
  return caught
}
