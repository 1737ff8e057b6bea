import * as fs from 'node:fs'
import type { AppendRequest, ReplaceRequest, Request, Response } from '../destinations/destination.ts'
import { appendLines } from '../disk/append-line.ts'
import { openFile, openOwned, writeNew } from '../disk/plain-file.ts'
import { beginsWith, rotate } from '../disk/rotate.ts'
import { randomBytes } from '../random.ts'
import type { World } from '../world.ts'
import type { Connection } from './connection.ts'
import { runProgram } from './run-program.ts'

const { O_APPEND, O_CREAT, O_RDWR } = fs.constants

/** A file of events is put aside when it is larger than this, and so many of those are kept. */
const FILE_BYTES = 10 * 1024 * 1024
const FILES_KEPT = 5

/** Carries out one request, whatever its kind; never throws. `deadline` is on the World's monotonic clock. */
export async function perform(world: World, connection: Connection | undefined, request: Request, deadline: number): Promise<Response> {
  if ('append' in request) return onDisk(() => append(request, world.pid))
  if ('replace' in request) return onDisk(() => replace(request))
  if ('run' in request) return runProgram(world, request, deadline)
  return connection ? connection.send(request, deadline) : { failure: 'has no address' }
}

/** What a request does, for people: an address, a file, a command line. */
export function describeRequest(request: Request): string {
  if ('append' in request) return request.append
  if ('replace' in request) return request.replace
  return 'run' in request ? request.run.join(' ') : `${request.method} ${request.url}`
}

/** What a request is for, without its path and its arguments: a host with its scheme, a file, a program. */
export function reachedBy(request: Request): string {
  if ('url' in request) return URL.canParse(request.url) ? new URL(request.url).origin : request.url
  return 'run' in request ? (request.run[0] ?? '') : describeRequest(request)
}

function onDisk(work: () => void): Response {
  try {
    work()
    return { status: 200, headers: {}, body: '' }
  } catch (error) {
    return { failure: (error as Error).message }
  }
}

function append({ append: file, mark, body }: AppendRequest, pid: number): void {
  rotate(file, pid, { most: FILE_BYTES, kept: FILES_KEPT, mark })
  const descriptor = openOwned(file, O_RDWR | O_APPEND | O_CREAT)
  try {
    refuseStreams(descriptor)
    if (!beginsWith(descriptor, mark)) throw new Error('is not ours: it holds something else than events')
    appendLines(descriptor, body)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** No event may show up among what a target prints, wherever its streams lead. */
function refuseStreams(descriptor: number): void {
  const own = fs.fstatSync(descriptor)
  for (const stream of [1, 2]) {
    const other = statOf(stream)
    if (other?.dev === own.dev && other.ino === own.ino) throw new Error("is where the target's output goes")
  }
}

function statOf(descriptor: number): fs.Stats | undefined {
  try {
    return fs.fstatSync(descriptor)
  } catch {
    return undefined
  }
}

/** Written beside under a name that no collector reads and nobody can guess, then renamed, so that a reader sees the old file or the new one. */
function replace({ replace: file, mark, body }: ReplaceRequest): void {
  const mode = modeOf(file, mark)
  const beside = `${file}.${randomBytes(8).toString('hex')}.tmp`
  try {
    writeNew(beside, body)
    fs.chmodSync(beside, mode ?? READABLE)
    fs.renameSync(beside, file)
  } catch (error) {
    fs.rmSync(beside, { force: true })
    throw error
  }
}

/** Another user's node-exporter has to read it, whatever this one's umask says. */
const READABLE = 0o644

/** The permissions of our file that is there; undefined where there is none. Throws where it is not ours. */
function modeOf(file: string, mark: string): number | undefined {
  if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined
  const descriptor = openFile(file)
  try {
    if (!beginsWith(descriptor, mark)) throw new Error('is not ours: it holds something else than the metrics of this project')
    return fs.fstatSync(descriptor).mode & 0o777
  } finally {
    fs.closeSync(descriptor)
  }
}
