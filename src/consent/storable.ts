import * as fs from 'node:fs'
import * as path from 'node:path'
import { consentFile } from '../disk/places.ts'
import type { World } from '../world.ts'
import { MOST_BYTES } from './read-store.ts'

const { R_OK, W_OK, X_OK } = fs.constants

/** proc(5) and sysfs(5), of which access(2) tells root that he may write there. Source: linux/magic.h. */
const NOT_FOR_FILES: readonly number[] = [0x9fa0, 0x62656572]

/**
 * Why an answer could not be kept, if so: it would be asked for with every run. This only looks, and leaves no trace:
 * before a decision nothing is written anywhere.
 */
export function whyNotStorable(world: Pick<World, 'env' | 'home' | 'platform'>): string | undefined {
  const file = consentFile(world)
  if (file === undefined || !path.isAbsolute(file)) return 'no home folder is known'
  try {
    return whyNotReplaceable(file) ?? whyNotWritable(path.dirname(file))
  } catch (error) {
    return (error as Error).message
  }
}

/** A file of decisions is read, and another one put in its place. */
function whyNotReplaceable(file: string): string | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return isDangling(file) ? `${file} is a link that leads nowhere` : undefined
  if (!stat.isFile() || stat.size > MOST_BYTES) return `${file} is not a file of decisions`
  fs.accessSync(file, R_OK)
  return undefined
}

/** The nearest folder that is there: in it the others are made. */
function whyNotWritable(folder: string): string | undefined {
  const stat = fs.statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) {
    if (isDangling(folder)) return `${folder} is a link that leads nowhere`
    const above = path.dirname(folder)
    return above === folder ? `there is no ${folder}` : whyNotWritable(above)
  }
  if (!stat.isDirectory()) return `${folder} is not a folder`
  fs.accessSync(folder, W_OK | X_OK)
  const { blocks, bavail, type } = fs.statfsSync(folder)
  if (NOT_FOR_FILES.includes(type)) return `${folder} is not a place for files`
  return blocks > 0 && bavail <= 0 ? `the disk of ${folder} is full` : undefined
}

function isDangling(name: string): boolean {
  return fs.lstatSync(name, { throwIfNoEntry: false }) !== undefined
}
