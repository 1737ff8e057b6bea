import * as fs from 'node:fs'
import * as path from 'node:path'
import { configFolder } from '../disk/places.ts'
import { randomBytes } from '../random.ts'
import type { World } from '../world.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY } = fs.constants

const BYTES = 32
const FORM = /^[0-9a-f]{64}\n$/u
/** More than it has. */
const MOST_BYTES = 100

type Place = Pick<World, 'env' | 'home' | 'platform' | 'uid'>

/**
 * The secret of this person's machine under which commits have their pseudonyms: beside the decisions, readable by its owner alone, and
 * made when it is first asked for, which is done after a yes only. It never leaves. Undefined where it can neither be read nor made, and
 * where anybody else may have had it.
 */
export function commitSecret(world: Place): string | undefined {
  const folder = configFolder(world)
  if (folder === undefined) return undefined
  const file = path.join(folder, 'commit-secret')
  try {
    return read(world, file) ?? make(file)
  } catch {
    return undefined
  }
}

/** Undefined where there is none yet. Throws for one that is not to be used. */
function read({ uid, platform }: Place, file: string): string | undefined {
  let descriptor: number
  try {
    descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const stat = fs.fstatSync(descriptor)
    const isOwn = platform === 'win32' || (stat.uid === uid && (stat.mode & 0o077) === 0)
    if (!stat.isFile() || stat.size > MOST_BYTES || !isOwn) throw new Error('is not for this person alone')
    const text = fs.readFileSync(descriptor, 'utf8')
    if (!FORM.test(text)) throw new Error('is no secret')
    return text.trim()
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Throws where another run is making it at this moment. */
function make(file: string): string {
  const secret = randomBytes(BYTES).toString('hex')
  const descriptor = fs.openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    fs.writeSync(descriptor, `${secret}\n`)
  } catch (error) {
    // Half a secret would keep every later run from having one.
    fs.unlinkSync(file)
    throw error
  } finally {
    fs.closeSync(descriptor)
  }
  return secret
}
