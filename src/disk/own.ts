import * as fs from 'node:fs'

/** What tells who may have written something. */
export type Marks = Pick<fs.Stats, 'uid' | 'gid' | 'mode'>

const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002

/**
 * Who else may have written a file, or what lies in a folder, in words; undefined where only this user and root can have. The one
 * judgement about that: what somebody else may have put there is neither believed nor written to.
 */
export function whoElse({ uid, gid, mode }: Marks, me: number | undefined = process.geteuid?.()): string | undefined {
  // Windows keeps no such marks.
  if (me === undefined) return undefined
  if (uid !== me && uid !== 0) return `it belongs to user ${uid}`
  return mayOthersWrite({ uid, gid, mode }) ? 'others may write to it' : undefined
}

/** The same for whoever owns the folder that a file lies in; whether that is this user, others ask. */
export function whoElseThanItsFolders(file: Marks, folder: Pick<Marks, 'uid'>): string | undefined {
  return process.geteuid === undefined ? undefined : whoElse(file, folder.uid)
}

/** Whether the mode lets others write. Where each person has a group of their own, of the same number, that group is nobody else. */
export function mayOthersWrite({ uid, gid, mode }: Marks): boolean {
  return (mode & OTHERS_WRITE) !== 0 || ((mode & GROUP_WRITES) !== 0 && gid !== uid)
}

/**
 * Why nothing in a folder of ours is to be believed: it, or something in it at any depth, was made by somebody else or may be
 * written by others. Links are looked at and not followed. Throws the file system's error.
 */
export function whoElseInTree(folder: string): string | undefined {
  const stat = fs.lstatSync(folder)
  // Nobody can change a link; who made it is all there is to ask.
  const reason = stat.isSymbolicLink() ? whoElse({ ...stat, mode: 0 }) : whoElse(stat)
  if (reason !== undefined) return `${folder} is not used: ${reason}`
  if (!stat.isDirectory()) return undefined
  for (const name of fs.readdirSync(folder)) {
    const found = whoElseInTree(`${folder}/${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
