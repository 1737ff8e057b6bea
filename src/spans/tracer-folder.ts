import * as fs from 'node:fs'
import * as path from 'node:path'
import { makeFolders } from '../disk/make-folders.ts'
import { whoElseInTree } from '../disk/own.ts'
import { cacheFolder } from '../disk/places.ts'
import { mayKeepCache } from '../disk/whose-home.ts'
import { fingerprint } from '../project/fingerprint.ts'
import type { World } from '../world.ts'

/** The package's own, as plain files: beside dist/. */
const PACKAGED = ['..', 'tracer']
const MAKEFILES = ['trace.mk', 'sub.mk']
const SCRIPT = 'line.sh'

/** Shells that take `-c` and a line as sh does, and where systems keep them; trace.mk knows the same names. */
const SHELLS = ['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh']
const FOLDERS = ['/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/run/current-system/sw/bin']

/** Grows by one when what the tracer is told or what it notes changes: one that was built before is not used any more. */
const NOTES_VERSION = 1

/** make splits a makefile's name and SHELL at blanks, and takes other characters for its own. */
const PLAIN = /^[\w./@+,-]+$/u

/** Where the C tracer is looked for. Its name has the system's: homes are shared between machines. */
export function compiledTracer(world: Pick<World, 'env' | 'home' | 'platform'>): string | undefined {
  const folder = cacheFolder(world)
  return folder && path.join(folder, 'tracer', `line-${NOTES_VERSION}-${world.platform}-${process.arch}`)
}

/** A folder that can serve make, or why there is none. */
export type TracerFolder = { readonly folder: string; readonly compiled: boolean } | { readonly missing: string }

/**
 * The folder that make is pointed to: the two makefiles, and a link to the tracer for each shell, under its path. It is
 * in the person's cache and not in the package, which an `npm ci` in a recipe takes away under the very make that
 * runs it; a shell that is gone would fail every line from then on. Throws the file system's error.
 */
export function tracerFolder(world: Pick<World, 'env' | 'home' | 'platform' | 'pid' | 'uid'>): TracerFolder {
  const cache = cacheFolder(world)
  if (cache === undefined) return { missing: 'no home folder is known; set HOME or XDG_CACHE_HOME' }
  if (!mayKeepCache(world)) return { missing: `${cache} is or would be where others may write` }
  if (!PLAIN.test(cache)) return { missing: `make cannot use ${cache}: its path has a blank or another special character` }
  const tracers = path.join(cache, 'tracer')
  const foreign = fs.existsSync(tracers) ? whoElseInTree(tracers) : undefined
  // make would run it in the place of each shell.
  if (foreign !== undefined) return { missing: foreign }
  const compiled = usable(compiledTracer(world))
  if (compiled === undefined && world.platform !== 'linux')
    return { missing: 'the tracer in sh needs /proc/uptime; docs/spans.md says how to build the one in C' }
  const packaged = path.join(__dirname, ...PACKAGED)
  const content = [SCRIPT, ...MAKEFILES].map((name) => fs.readFileSync(path.join(packaged, name), 'utf8'))
  const folder = path.join(tracers, fingerprint([compiled ?? '', ...content].join('\n')))
  if (!fs.existsSync(folder)) install(folder, packaged, compiled, world.pid)
  // As on a mount with noexec: make could not run it, and every recipe would fail.
  fs.accessSync(path.join(folder, 'by-path/bin/sh'), fs.constants.X_OK)
  return { folder, compiled: compiled !== undefined }
}

function usable(file: string | undefined): string | undefined {
  try {
    if (file !== undefined) fs.accessSync(file, fs.constants.X_OK)
    return file
  } catch {
    return undefined
  }
}

/** Made beside and renamed, so that another run sees it whole or not at all. */
function install(folder: string, packaged: string, compiled: string | undefined, pid: number): void {
  const beside = `${folder}.${pid}.tmp`
  // One that a crash has left, of a process of the same number.
  fs.rmSync(beside, { recursive: true, force: true })
  for (const name of MAKEFILES) copy(path.join(packaged, name), path.join(beside, name), 0o644)
  const line = path.join(folder, 'line')
  if (compiled === undefined) copy(path.join(packaged, SCRIPT), path.join(beside, 'line'), 0o755)
  else fs.symlinkSync(compiled, path.join(beside, 'line'))
  const paths = FOLDERS.flatMap((from) => SHELLS.map((shell) => path.join('by-path', from, shell)))
  const names = SHELLS.map((shell) => path.join('by-name', shell))
  for (const link of [...paths, ...names, 'by-path/bin/env', 'by-path/usr/bin/env']) {
    makeFolders(path.dirname(path.join(beside, link)))
    fs.symlinkSync(line, path.join(beside, link))
  }
  try {
    fs.renameSync(beside, folder)
  } catch (error) {
    fs.rmSync(beside, { recursive: true, force: true })
    if (!fs.existsSync(folder)) throw error
  }
}

/** Not copyFile: a package that is kept read-only would make the copy so. */
function copy(from: string, to: string, mode: number): void {
  makeFolders(path.dirname(to))
  fs.writeFileSync(to, fs.readFileSync(from), { mode, flag: 'wx' })
}
