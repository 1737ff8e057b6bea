import * as fs from 'node:fs'
import type { ReplaceRequest, Request, Response } from '../destinations/destination.ts'
import { appendLines } from '../disk/append-line.ts'
import { readText } from '../disk/plain-file.ts'
import { rotate } from '../disk/rotate.ts'
import type { World } from '../world.ts'
import type { Connection } from './connection.ts'
import { runProgram } from './run-program.ts'

/** A file of events is put aside when it is larger than this, and so many of those are kept. */
const FILE_BYTES = 10 * 1024 * 1024
const FILES_KEPT = 5

/** Carries out one request, whatever its kind; never throws. `deadline` is on the World's monotonic clock. */
export async function perform(world: World, connection: Connection | undefined, request: Request, deadline: number): Promise<Response> {
  if ('append' in request) return onDisk(() => append(request.append, request.body, world.pid))
  if ('replace' in request) return onDisk(() => replace(request, world.pid))
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

function append(file: string, body: string, pid: number): void {
  rotate(file, pid, { most: FILE_BYTES, kept: FILES_KEPT })
  const descriptor = openToAppend(file)
  try {
    refuseStreams(descriptor)
    appendLines(descriptor, body)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** No event may show up among what a target prints, wherever its streams lead. */
function refuseStreams(descriptor: number): void {
  const own = fs.fstatSync(descriptor)
  if (!own.isFile()) throw new Error('is not a file')
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

function openToAppend(file: string): number {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDWR, O_WRONLY } = fs.constants
  // Without O_NONBLOCK, opening a pipe that nobody reads would wait for ever.
  const flags = O_APPEND | O_CREAT | (O_NONBLOCK ?? 0)
  try {
    return fs.openSync(file, flags | O_RDWR, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    return fs.openSync(file, flags | O_WRONLY, 0o600)
  }
}

/** Written beside under a name that no collector reads, then renamed, so that a reader sees the old file or the new one. */
function replace({ replace: file, mark, body }: ReplaceRequest, pid: number): void {
  const there = fs.statSync(file, { throwIfNoEntry: false })
  if (there && (!there.isFile() || (there.size > 0 && !readText(file).startsWith(mark))))
    throw new Error('is not ours: it holds something else than the metrics of this project')
  const beside = `${file}.${pid}.tmp`
  try {
    fs.writeFileSync(beside, body)
    // Another user's node-exporter has to read it, whatever this one's umask says.
    fs.chmodSync(beside, 0o644)
    fs.renameSync(beside, file)
  } catch (error) {
    fs.rmSync(beside, { force: true })
    throw error
  }
}
