import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** End-to-end tests run what a user would install, so it is bundled anew before them. */
export default function setup() {
  const { MAKELEVEL, DO_NOT_TRACK, SEND_METRICS } = process.env
  // What an outer make was started with lowers every run in the tests, as it should.
  if (MAKELEVEL && (DO_NOT_TRACK || SEND_METRICS)) throw new Error('run the tests with: env -u DO_NOT_TRACK -u SEND_METRICS make test')
  process.env.PATH = reachable(process.env.PATH ?? '')
  if (process.env.SKIP_BUNDLE !== '1') execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Of a program that is nowhere, a shell says that it is denied where a folder on PATH is closed to it, not that there is none. */
function reachable(folders) {
  return folders.split(path.delimiter).filter(isReachable).join(path.delimiter)
}

function isReachable(folder) {
  try {
    fs.accessSync(folder, fs.constants.X_OK)
    return true
  } catch {
    return false
  }
}
