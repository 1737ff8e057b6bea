import * as fs from 'node:fs'
import * as path from 'node:path'
import { makeFolders } from '../disk/make-folders.ts'
import { configFolder, consentFile } from '../disk/places.ts'
import { isProgram } from '../disk/stat.ts'
import { foreignHome } from '../disk/whose-home.ts'
import { type FoundProject, findProject, targetPrefix } from '../project/find.ts'
import type { World } from '../world.ts'
import { entryFor, identify } from './identity.ts'
import { readStore, type StoreReading, soundDecision } from './read-store.ts'

/**
 * What bin/send-metrics.js may believe without starting Node, noted beside the decisions: `no` where nothing can follow a run in
 * this project, `go` where something does. A note counts only while config.json and the project file have the very modification
 * times that they had when it was made, as in git's index; config.json stays the truth, and in doubt Node is started.
 *
 * Format: `door/<root of the project>/.notes/` has an empty file whose name is the word; `config.from` and `.to`, empty files
 * whose times are just before and after that of config.json; `project.from` and `.to`, the same of the project file; `node`, a
 * link to the Node on PATH that ran, and `node.from` and `.to`; `library.0` and so on, links to the folders of the libraries
 * that it has loaded, with their times; an empty `prefix.<prefix>`. Each pair of times has another one,
 * `.before` and `.after`, for shells that compare whole seconds. `no-to-all/` has `config.from` and `.to` alone. The shell opens none
 * of them, and neither does Node one that was there before.
 */
const NOTES = 'door'
const NO_TO_ALL = 'no-to-all'

/** A file system's clock may stand still for so long; a file changed within it can change again without showing it. */
const TICK_MS = 20
/** A file that was not changed for so long has a time of its own also by the second. */
const LONG_AGO_MS = 2_500
/** Microseconds around a time: what utimes(2) keeps of one, and a bit. */
const AROUND_US = 3n
const SECOND_US = 1_000_000n

/** Nothing that is there already is opened: it could be a pipe. */
const NEW = { mode: 0o600, flag: 'wx' }

type Answer = 'no' | 'go'

/** Brings the notes about the project around this folder up to date. Waits for a clock's tick if `patient`. Never throws. */
export function noteForDoor(world: World, patient: boolean): void {
  try {
    const file = consentFile(world)
    if (file === undefined || !fs.existsSync(file) || foreignHome(world) !== undefined) return
    const found = findProject(world)
    if (patient) wait(file, found?.file)
    noteNoToAll(world, file)
    if (found !== undefined) noteProject(world, file, found)
  } catch {
    // Without a note Node is started, as it was before there were any.
  }
}

/** Removes every note: what is decided is about to change. Throws the file system's error. */
export function forgetNotes(world: Pick<World, 'env' | 'home' | 'platform'>): void {
  const folder = configFolder(world)
  if (folder === undefined) return
  for (const name of [NOTES, NO_TO_ALL]) forget(path.join(folder, name))
}

/** At once, under another name: a run that makes notes meanwhile would keep a folder from being removed, and a no from being stored. */
function forget(notes: string): void {
  const aside = `${notes}.old.${Math.random().toString(36).slice(2)}`
  try {
    fs.renameSync(notes, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  fs.rmSync(aside, { recursive: true, force: true })
}

function wait(...files: (string | undefined)[]): void {
  const youngest = Math.max(...files.map((file) => (file === undefined ? 0 : fs.statSync(file).mtimeMs)))
  const left = Math.min(youngest + 2 * TICK_MS - Date.now(), 2 * TICK_MS)
  if (left > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left)
}

function noteNoToAll(world: World, file: string): void {
  const before = timeOf(file)
  const store = readStore(world)
  const all = store.all !== undefined && store.entries.every((entry) => (soundDecision(entry)?.decision ?? 'off') === 'off')
  const folder = path.join(path.dirname(file), NO_TO_ALL)
  if (!all || before === undefined || isWholeSecond(before) || timeOf(file) !== before) fs.rmSync(folder, { recursive: true, force: true })
  else if (!isAround(path.join(folder, 'config'), before)) {
    fs.rmSync(folder, { recursive: true, force: true })
    makeFolders(folder)
    putAround(path.join(folder, 'config'), before)
  }
}

function noteProject(world: World, file: string, found: FoundProject): void {
  const [config, project] = [timeOf(file), timeOf(found.file)]
  const answer = answerOf(readStore(world), findProject(world))
  const tellsApart = config !== undefined && project !== undefined && !isWholeSecond(config) && !isWholeSecond(project)
  for (const root of rootsOf(world, found)) {
    const folder = path.join(path.dirname(file), NOTES, root, '.notes')
    const unchanged = timeOf(file) === config && timeOf(found.file) === project
    if (answer === undefined || !tellsApart || !unchanged) fs.rmSync(path.join(folder, 'config.from'), { force: true })
    else write(folder, { answer, config, project, node: nodeOnPath(world), prefix: targetPrefix(found) })
  }
}

/** It is what archives set, and tools that keep dotfiles: files of one time may differ. */
function isWholeSecond(time: bigint): boolean {
  return time % 1_000_000_000n === 0n
}

function answerOf(store: StoreReading, found: FoundProject | undefined): Answer | undefined {
  const identity = identify(found)
  if (identity === undefined) return undefined
  const decision = soundDecision(entryFor(store.entries, identity))
  if (decision === undefined) return store.all === undefined ? undefined : 'no'
  return decision.decision === 'off' ? 'no' : 'go'
}

interface Noted {
  readonly answer: Answer
  readonly config: bigint
  readonly project: bigint
  readonly node: string | undefined
  readonly prefix: string
}

function write(folder: string, { answer, config, project, node, prefix }: Noted): void {
  const at = (name: string) => path.join(folder, name)
  const nodeTime = node === undefined ? undefined : timeOf(node)
  const libraries = node === undefined ? [] : libraryFolders()
  const isThere =
    isFile(at(answer)) &&
    isFile(at(`prefix.${prefix}`)) &&
    linkAt(at('node')) === node &&
    isAround(at('config'), config) &&
    isAround(at('project'), project) &&
    (nodeTime === undefined || isAround(at('node'), nodeTime)) &&
    areNoted(folder, libraries)
  if (isThere) return
  // Not believed until all of it is there: this file comes last.
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of [answer, `prefix.${prefix}`]) fs.writeFileSync(at(name), '', NEW)
  for (const [index, library] of libraries.entries()) noteLibrary(at(`library.${index}`), library)
  if (node !== undefined) fs.symlinkSync(node, at('node'))
  if (nodeTime !== undefined) putAround(at('node'), nodeTime)
  putAround(at('project'), project)
  putAround(at('config'), config)
}

/** The modification time in nanoseconds; undefined where it is too young to tell a later change, or there is no file. */
function timeOf(file: string): bigint | undefined {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat?.isFile() && Math.abs(Date.now() - Number(stat.mtimeMs)) > TICK_MS ? stat.mtimeNs : undefined
}

function putAround(base: string, time: bigint): void {
  const us = time / 1_000n
  put(`${base}.to`, us + AROUND_US)
  put(`${base}.from`, us - AROUND_US)
  if (!isLongAgo(time)) return
  const second = us - (us % SECOND_US)
  put(`${base}.after`, second + SECOND_US)
  put(`${base}.before`, second - SECOND_US)
}

function put(file: string, us: bigint): void {
  fs.writeFileSync(file, '', NEW)
  fs.utimesSync(file, Number(us) / 1e6, Number(us) / 1e6)
}

/** Whatever changes the file from now on gives it a time that is more than a second later. */
function isLongAgo(time: bigint): boolean {
  return Date.now() - Number(time / 1_000_000n) > LONG_AGO_MS
}

function isAround(base: string, time: bigint): boolean {
  const [from, to] = ['from', 'to'].map((end) => fs.statSync(`${base}.${end}`, { bigint: true, throwIfNoEntry: false })?.mtimeNs)
  const isExact = from !== undefined && to !== undefined && from < time && time < to && to - from < 100_000n
  return isExact && (isFile(`${base}.after`) || !isLongAgo(time))
}

/** The project's folder as the system names it, and as the shell does where the person came by a link. */
function rootsOf({ env, cwd }: World, { root }: FoundProject): string[] {
  const tail = cwd.slice(root === path.parse(root).root ? root.length - 1 : root.length)
  const shown = env.PWD?.endsWith(tail) ? env.PWD.slice(0, env.PWD.length - tail.length) : undefined
  const isSame = shown !== undefined && path.isAbsolute(shown) && fs.realpathSync(shown) === fs.realpathSync(root)
  return [...new Set(isSame ? [root, shown] : [root])].filter((name) => !/[\n\\]/u.test(name))
}

/** Folders of the libraries that this Node has loaded, as the system names them: an upgrade that takes one away changes them. */
function libraryFolders(): string[] {
  return [...new Set(loadedLibraries().map((file) => path.dirname(file)))].toSorted()
}

/** proc(5), maps; elsewhere Node tells, at greater length. */
function loadedLibraries(): string[] {
  try {
    const maps = fs.readFileSync('/proc/self/maps', 'utf8')
    const files = maps.split('\n').map((line) => line.slice(line.indexOf(' /') + 1))
    return files.filter((file) => file.startsWith('/') && /\.so[.\d]*$/u.test(file))
  } catch {
    // It would look up the names of those whom we are connected to.
    Object.assign(process.report, { excludeNetwork: true })
    const { sharedObjects = [] } = (process.report.getReport() ?? {}) as { sharedObjects?: string[] }
    return sharedObjects.filter((file) => path.isAbsolute(file) && fs.existsSync(file))
  }
}

function noteLibrary(note: string, folder: string): void {
  fs.symlinkSync(folder, note)
  const time = fs.statSync(folder, { bigint: true }).mtimeNs
  putAround(note, time)
}

function areNoted(notes: string, folders: readonly string[]): boolean {
  return folders.every((folder, index) => {
    const note = path.join(notes, `library.${index}`)
    return linkAt(note) === folder && isAround(note, fs.statSync(folder, { bigint: true }).mtimeNs)
  })
}

/** The first Node on PATH, as the shell finds it, if it is the one that runs, and not a script or program that starts it. */
function nodeOnPath({ env, nodePath }: World): string | undefined {
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    const file = `${folder || '.'}/node`
    if (isProgram(file))
      return !file.includes('\n') && fs.realpathSync(file) === fs.realpathSync(nodePath) ? fs.realpathSync(file) : undefined
  }
  return undefined
}

function isFile(name: string): boolean {
  return fs.lstatSync(name, { throwIfNoEntry: false })?.isFile() === true
}

function linkAt(name: string): string | undefined {
  return fs.lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink() ? fs.readlinkSync(name) : undefined
}
