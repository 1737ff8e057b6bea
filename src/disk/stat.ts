import * as fs from 'node:fs'

/**
 * What is at a place, behind a link if it is one; undefined where nothing is that this person could get at: there is none, a
 * folder on the way is closed, links go round, the name is too long. Never throws.
 */
export function statOf(place: string): fs.Stats | undefined {
  try {
    return fs.statSync(place, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** The same of a link itself. Never throws. */
export function linkStatOf(place: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(place, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Whether a file is there that this person could get at. Never throws. */
export function isFile(place: string): boolean {
  return statOf(place)?.isFile() === true
}

/** Whether a file is there that this person may start. Never throws. */
export function isProgram(place: string): boolean {
  try {
    fs.accessSync(place, fs.constants.X_OK)
    return isFile(place)
  } catch {
    return false
  }
}
