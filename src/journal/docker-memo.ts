import * as path from 'node:path'
import { inside } from '../disk/inside.ts'
import { readText, writeText } from '../disk/plain-file.ts'
import { makeFolder } from './state.ts'

/** What Docker said of its limits, and when (wall clock, ms). */
interface Kept {
  readonly at: number
  readonly facts: Readonly<Record<string, string | number | boolean | undefined>>
}

/** Remembers from one run to the next what Docker said of its limits, so that it is asked once an hour. */
export class DockerMemo {
  private readonly file: string

  constructor(state: string) {
    this.file = inside(state, 'docker.json')
  }

  /** What was said the last time, however long ago. Never throws. */
  recall(): Kept | undefined {
    try {
      const { at, facts } = JSON.parse(readText(this.file)) as Partial<Kept>
      return typeof at === 'number' && typeof facts === 'object' && facts !== null ? { at, facts } : undefined
    } catch {
      return undefined
    }
  }

  /** Never throws: otherwise it is asked again the next time. */
  keep({ at, facts }: Kept): void {
    try {
      makeFolder(path.dirname(this.file))
      writeText(this.file, JSON.stringify({ at, facts }))
    } catch {
      // See above.
    }
  }
}
