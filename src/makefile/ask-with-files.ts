import * as fs from 'node:fs'
import * as path from 'node:path'
import type { World } from '../world.ts'
import { type FileChange, removeEmpty } from './file-changes.ts'
import { Refusal } from './refusal.ts'
import { words } from './words.ts'

/** What ends a command, and must not leave a file behind that was only there to be asked about. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** A signal ended the work before it was done; everything is as it was. */
export class Interruption extends Error {
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(signal)
    this.signal = signal
  }
}

/**
 * Does some work while new files are there, and takes them away again, however it ends. Undefined, with the work not done,
 * where they cannot be put there: whoever writes them is told why. Throws Interruption, and what the work throws.
 */
export async function withFilesInPlace<T>(
  world: World,
  files: readonly FileChange[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const stop = new AbortController()
  let ending: NodeJS.Signals | undefined
  const releases = ENDING.map((signal) =>
    world.onSignal(signal, () => {
      ending ??= signal
      stop.abort()
    }),
  )
  const put: string[] = []
  try {
    for (const { file, after } of files) if (!place(file, after, put)) return undefined
    const done = await work(stop.signal)
    if (ending === undefined) return done
  } catch (error) {
    if (ending === undefined) throw error
  } finally {
    for (const file of put.reverse()) {
      fs.rmSync(file, { force: true })
      removeEmpty(path.dirname(file))
    }
    for (const release of releases) release()
  }
  throw new Interruption(ending)
}

function place(file: string, content: Buffer | undefined, put: string[]): boolean {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const descriptor = fs.openSync(file, 'wx')
    put.push(file)
    try {
      fs.writeFileSync(descriptor, content ?? '')
    } finally {
      fs.closeSync(descriptor)
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new Refusal(words.changedMeanwhile(file))
    return false
  }
}
