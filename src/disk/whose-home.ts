import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Environment, World } from '../world.ts'
import { mayOthersWrite } from './own.ts'
import { cacheFolder, configFolder, stateFolder } from './places.ts'

/** A folder in which something of ours would be made, or is. */
export interface OwnedFolder {
  readonly folder: string
  readonly owner: number
  /** Everybody may make folders of their own in it, as in /tmp. */
  readonly isPublic: boolean
  /** Others may write where our own things lie. */
  readonly isOpen?: boolean
}

/** What tells whose home this is. */
export interface HomeFacts {
  /** The effective user; undefined on Windows, which has no root that writes where others live. */
  readonly uid: number | undefined
  /** SUDO_UID and its like: who became this user for one command, if anybody did. */
  readonly cameFrom: string | undefined
  readonly home: OwnedFolder | undefined
  /** The nearest folders there are to where decisions and records belong. */
  readonly folders: readonly OwnedFolder[]
}

/**
 * `own`: a person's own. `lent`: one's own by the name, but somebody else is at the keys, by sudo. `foreign`: somebody else's;
 * nothing is written there, for it would be ours and lock its owner out.
 */
export type Home =
  | { readonly whose: 'own' }
  | { readonly whose: 'lent'; readonly reason: string }
  | { readonly whose: 'foreign'; readonly reason: string; readonly todo: (tool: string) => string }

/** Whose home it is. The one judgement about that, used by the resolver, the store, the question and `doctor`. */
export function judgeHome({ uid, cameFrom, home, folders }: HomeFacts): Home {
  if (uid === undefined) return { whose: 'own' }
  const foreign = folders.find((one) => isForeign(one, uid))
  if (foreign !== undefined) return { whose: 'foreign', ...describe(foreign, uid, home) }
  const open = folders.find(({ isOpen }) => isOpen)
  if (open !== undefined) return { whose: 'foreign', ...describeOpen(open.folder) }
  if (cameFrom === undefined || cameFrom === String(uid)) return { whose: 'own' }
  return { whose: 'lent', reason: `user ${cameFrom} became ${nameOf(uid)} for this command, and an answer would be ${nameOf(uid)}'s` }
}

function isForeign({ owner, isPublic }: OwnedFolder, uid: number): boolean {
  return owner !== uid && !isPublic
}

function describe(
  { folder, owner }: OwnedFolder,
  uid: number,
  home: OwnedFolder | undefined,
): { reason: string; todo: (tool: string) => string } {
  const reason = `${folder} belongs to ${nameOf(owner)}, and this runs as ${nameOf(uid)}, so nothing is written there`
  // Left behind by a command that ran as somebody else, such as by sudo.
  if (home?.owner === uid && folder !== home.folder && folder.startsWith(home.folder))
    return { reason, todo: () => `sudo chown -R "$(id -un)" '${folder}'` }
  if (uid === 0) return { reason, todo: (tool) => `decide as that user: sudo -H -u '#${owner}' ${tool} consent` }
  return { reason, todo: () => 'set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME, to folders of your own' }
}

function describeOpen(folder: string): { reason: string; todo: (tool: string) => string } {
  const reason = `others may write to ${folder}, so what is there may be theirs, and nothing is written`
  return { reason, todo: () => `chmod go-w '${folder}'` }
}

function nameOf(uid: number): string {
  return uid === 0 ? 'root' : `user ${uid}`
}

type Place = Pick<World, 'env' | 'home' | 'platform' | 'uid'>

/** Whose home the World's is. Looks and writes nothing; never throws. */
export function homeOf(world: Place): Home {
  const { uid, env } = world
  const folders = [configFolder(world), stateFolder(world)].flatMap(ownedFolder)
  return judgeHome({ uid, cameFrom: cameFrom(env), home: ownedFolder(world.home).at(-1), folders })
}

/** Why this home counts as somebody else's, if it does. */
export function foreignHome(world: Place): string | undefined {
  const home = homeOf(world)
  return home.whose === 'foreign' ? home.reason : undefined
}

/** Whether a cache may be made: a folder of somebody else's may lie where it belongs, though decisions and records are here. */
export function mayKeepCache(world: Place): boolean {
  const folders = ownedFolder(cacheFolder(world))
  return foreignHome(world) === undefined && judgeHome({ uid: world.uid, cameFrom: undefined, home: undefined, folders }).whose === 'own'
}

/** sudo(8), pkexec(1) and doas(1) say who called them; doas by name. */
function cameFrom({ SUDO_UID, PKEXEC_UID, DOAS_USER }: Environment): string | undefined {
  return SUDO_UID || PKEXEC_UID || (DOAS_USER === 'root' ? '0' : DOAS_USER) || undefined
}

/** The nearest folder there is to a place, and before it the link that leads there, if one does. */
function ownedFolder(place: string | undefined): OwnedFolder[] {
  for (let folder = place; folder !== undefined; folder = path.dirname(folder) === folder ? undefined : path.dirname(folder)) {
    const stat = statOrUndefined(folder)
    if (stat === undefined) continue
    const isOurs = folder === place
    const isPublic = !isOurs && (stat.mode & PUBLIC) === PUBLIC
    return [...linkAt(folder), { folder, owner: stat.uid, isPublic, isOpen: isOurs && mayOthersWrite(stat) }]
  }
  return []
}

/** Whoever has put a link there says where it leads; root's own are the system's. */
function linkAt(folder: string): OwnedFolder[] {
  const link = fs.lstatSync(folder)
  return link.isSymbolicLink() && link.uid !== 0 ? [{ folder, owner: link.uid, isPublic: false }] : []
}

/** Sticky, and open to all to write in. */
const PUBLIC = 0o1002

function statOrUndefined(place: string): fs.Stats | undefined {
  try {
    return fs.statSync(place, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
