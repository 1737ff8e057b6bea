import * as fs from 'node:fs'
import * as path from 'node:path'
import { mayOthersWrite, whoElse } from '../disk/own.ts'
import { kindOf } from '../disk/plain-file.ts'
import { statOf } from '../disk/stat.ts'
import { reasonOf } from '../journal/passed-over.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'

/** What is wrong with a file or folder of ours, and what mends it. */
export interface Trouble {
  readonly place: string
  readonly text: string
  readonly todo: string
}

/** Who wants to use it. */
type Whose = Pick<World, 'uid' | 'home'>

/** `text` is a file of anybody's, and `decisions` one of ours, that is only read here; a link may lead to it. */
type Wanted = 'file' | 'text' | 'decisions' | 'folder'

/**
 * Why a file or folder cannot be read and written, if it is there and cannot. Looks without opening anything, so that it
 * waits for nothing, and leaves no trace. Never throws.
 */
export function troubleWith(world: Whose, place: string, wanted: Wanted): Trouble | undefined {
  try {
    const link = fs.lstatSync(place, { throwIfNoEntry: false })
    if (link === undefined) return undefined
    const stat = fs.statSync(place, { throwIfNoEntry: false })
    if (stat === undefined) return { place, text: `${place} is a link that leads nowhere`, todo: `rm ${shellWord(place)}` }
    const [isWanted, kind] = wanted === 'folder' ? [stat.isDirectory(), 'folder'] : [stat.isFile(), 'file']
    if (!isWanted) return { place, text: `${place} is ${kindOf(stat)}, not a ${kind}`, todo: putAside(place) }
    if (wanted === 'file' && link.isSymbolicLink()) return { place, text: `${place} is a link, not a file`, todo: putAside(place) }
    fs.accessSync(place, ACCESS[wanted])
    return wanted === 'text' || !isOurs(place) ? undefined : writtenByOthers(world, place, stat)
  } catch (error) {
    return unreachable(world, place, error as NodeJS.ErrnoException)
  }
}

function writtenByOthers(world: Whose, place: string, stat: fs.Stats): Trouble | undefined {
  const reason = whoElse(stat)
  if (reason === undefined) return undefined
  const todo = mayOthersWrite(stat) ? `chmod go-w ${shellWord(place)}` : whatTakesOver(world, place)
  return { place, text: `${place} is not used: ${reason}`, todo }
}

const { R_OK, W_OK, X_OK } = fs.constants
const ACCESS = { text: R_OK, decisions: R_OK, file: R_OK | W_OK, folder: R_OK | W_OK | X_OK } as const

/** The command that lets this person at something, or gets it out of the way. */
export function whatMends(world: Whose, place: string): string {
  const found = troubleWith(world, place, 'text')
  return found?.todo ?? `ls -ld ${shellWord(place)} shows what it is`
}

/** The first folder on the way that is not open to this person is what has to be mended. */
function unreachable(world: Whose, place: string, error: NodeJS.ErrnoException): Trouble {
  const text = `${place} cannot be used: ${reasonOf(error)}`
  const closed = closedOnTheWay(place)
  const stat = statOf(closed)
  if (error.code === 'EROFS') return { place, text, todo: ELSEWHERE }
  if (stat === undefined || (error.code !== 'EACCES' && error.code !== 'EPERM'))
    return { place, text, todo: `look at it: ls -ld ${shellWord(closed)}` }
  if (world.uid === undefined || stat.uid === world.uid)
    return { place, text, todo: `chmod ${stat.isDirectory() ? 'u+rwx' : 'u+rw'} ${shellWord(closed)}` }
  return { place, text, todo: whatTakesOver(world, closed) }
}

const ELSEWHERE = 'set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME, to folders that you can write to'

/** Nobody is told to take over what is not in their home, nor more of that than is ours. */
function whatTakesOver({ home }: Whose, place: string): string {
  if (isOurs(place)) return `sudo chown -R "$(id -un)" ${shellWord(place)}`
  const isInHome = home !== undefined && home !== path.sep && place.startsWith(home + path.sep)
  return isInHome ? `sudo chown "$(id -un)" ${shellWord(place)}` : ELSEWHERE
}

function isOurs(place: string): boolean {
  return place.split(path.sep).includes('send-metrics')
}

function closedOnTheWay(place: string): string {
  const above = path.dirname(place)
  try {
    fs.lstatSync(place)
    return place
  } catch {
    return above === place ? place : closedOnTheWay(above)
  }
}

function putAside(place: string): string {
  return `mv ${shellWord(place)} ${shellWord(`${place}.aside`)}`
}
