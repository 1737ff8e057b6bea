import * as fs from 'node:fs'
import * as path from 'node:path'
import { addFiles, testdir } from './testdir.ts'

/** What real Tilts (0.32.3) answered, recorded. */
export const recorded = (name: string): string => fs.readFileSync(path.resolve('test/fixtures/tilt', name), 'utf8')

/** The objects in a recorded list. */
export const recordedItems = (name: string): object[] => (JSON.parse(recorded(name)) as { items: object[] }).items

/** Everything of one recorded Tilt, and the images of another. */
export const everything = (): object[] => [
  ...recordedItems('uisession.json'),
  ...recordedItems('uiresources.json'),
  ...recordedItems('dockerimages-completed-and-failed.json'),
  ...recordedItems('cmdimages.json'),
]

/** The same objects as if all that happened to them had begun at `begin`, ms since 1970. */
export function since(begin: number, objects: readonly object[]): object[] {
  const times = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"/gu
  const text = JSON.stringify(objects)
  const first = Math.min(...[...text.matchAll(times)].map(([, seconds]) => Date.parse(`${seconds}Z`)))
  const by = Math.ceil((begin - first) / 1_000) * 1_000
  const moved = (seconds: string) => new Date(Date.parse(`${seconds}Z`) + by).toISOString().slice(0, 19)
  return JSON.parse(text.replace(times, (_all, seconds: string, rest = '') => `"${moved(seconds)}${rest}Z"`)) as object[]
}

/** A build of an image that is done; `startedAt` in ms since 1970. */
export function imageBuild(
  name: string,
  startedAt: number,
  more: { uid?: string; error?: string; kind?: string; ms?: number } = {},
): object {
  const micro = (time: number) => new Date(time).toISOString().replace('Z', '000Z')
  const { uid = `uid-${name}`, error, kind = 'DockerImage', ms = 1_000 } = more
  const completed = { startedAt: micro(startedAt), finishedAt: micro(startedAt + ms), ...(error !== undefined && { error }) }
  return { kind, metadata: { name: `r:${name}`, uid }, spec: { ref: name }, status: { completed } }
}

/** A program `tilt` that answers what a test wants. */
export class TiltStandIn {
  /** To be put on PATH. */
  readonly bin: string
  private readonly folder: string

  constructor() {
    this.folder = testdir()
    this.bin = testdir({
      tilt: `#!/bin/sh\nTILT_STAND_IN='${this.folder}' exec '${process.execPath}' '${path.resolve('test/support/tilt-stand-in.mjs')}' "$@"\n`,
    })
    this.stops()
  }

  /** It runs and has these objects. */
  has(objects: readonly object[], unknown: readonly string[] = []): void {
    fs.rmSync(path.join(this.folder, 'stopped'), { force: true })
    this.write({ 'objects.json': JSON.stringify(objects), 'answer.json': JSON.stringify({ unknown }) })
  }

  /** Nothing was started, or it was stopped. */
  stops(): void {
    this.says({ code: 1, stderr: 'Error: No tilt apiserver found: tilt-default\n' })
    this.write({ stopped: '' })
  }

  /** It was killed: the exit code says so, the list does not. */
  isKilled(): void {
    const stderr = 'The connection to the server 127.0.0.1:45787 was refused - did you specify the right host or port?\n'
    this.says({ code: 1, stdout: recorded('empty-list.json'), stderr })
    this.write({ stopped: '' })
  }

  /** It says this, whatever it is asked. */
  says(answer: { code: number; stdout?: string; stderr?: string }): void {
    this.write({ 'answer.json': JSON.stringify({ behaviour: 'says', ...answer }) })
  }

  hangs(): void {
    this.write({ 'answer.json': JSON.stringify({ behaviour: 'hangs' }) })
  }

  /** Another program beside it on PATH. */
  alsoHas(program: string, script: string): void {
    addFiles(this.bin, { [program]: script })
  }

  /** It has no --watch. */
  watchesNothing(): void {
    this.write({ 'no-watch': '' })
  }

  /** Bytes for whoever watches a type. */
  streams(type: string, bytes: string | Uint8Array): void {
    fs.appendFileSync(path.join(this.folder, `watch-${type}`), bytes)
  }

  /** Its command lines so far. */
  calls(): string[] {
    const file = path.join(this.folder, 'calls')
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  }

  // Renamed in: it may be read at any moment.
  private write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      addFiles(this.folder, { [`${name}.new`]: text })
      fs.renameSync(path.join(this.folder, `${name}.new`), path.join(this.folder, name))
    }
  }
}
