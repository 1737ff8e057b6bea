import * as fs from 'node:fs'
import * as path from 'node:path'
import { standingFor } from '../consent/standing.ts'
import { entryId } from '../consent/store.ts'
import { cacheFolder, stateFolder } from '../disk/places.ts'
import { Ledger } from '../journal/ledger.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { projectState } from '../journal/state.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'
import { type Trouble, troubleWith, whatMends } from './trouble.ts'

/** An outbox holds a thousand; more than so many files are not looked at one by one. */
const MOST_FILES = 5_000
const MOST_NAMED = 10

/** Each file and folder of records, and of the cache, that is there and cannot be used; and lines that are passed over. */
export function checkFiles(world: World, project: Project): Finding[] {
  const folders = foldersOf(world, project)
  const cache = cacheFolder(world)
  const troubles = [...folders.flatMap((folder) => troublesIn(world, folder)), ...(cache ? [troubleWith(world, cache, 'folder')] : [])]
  const found = troubles.filter((trouble) => trouble !== undefined)
  const named = found.slice(0, MOST_NAMED).map(({ text, todo }): Finding => ({ about: 'files', state: 'problem', text, todo }))
  const more: Finding = { about: 'files', state: 'note', text: `${found.length - named.length} more files are like these` }
  return [...named, ...(found.length > named.length ? [more] : []), ...folders.flatMap((folder) => checkLines(world, folder, found))]
}

/** None without a home; that, and a folder that cannot be used, is what the check of the records names. */
function foldersOf(world: World, project: Project): string[] {
  if (stateFolder(world) === undefined) return []
  const { entry, identity } = standingFor(world, project)
  const ids = new Set([entry?.id ?? entryId(identity), entryId(identity)])
  return [...ids].map((id) => projectState(world, id))
}

function checkLines(world: World, folder: string, troubles: readonly Trouble[]): Finding[] {
  const passedOver = new PassedOver()
  for (const _line of new Ledger(folder).lines(['runs', 'attempts', 'spans'], passedOver));
  const unnamed = passedOver.all.filter(({ file }) => file !== folder && !troubles.some(({ place }) => place === file))
  return unnamed.map(({ file, lines, reason }): Finding => {
    const text = `${lines} ${lines === 1 ? 'line' : 'lines'} of ${file} ${lines === 1 ? 'is' : 'are'} passed over: the first ${reason}`
    if (lines > 0) return { about: 'files', state: 'note', text }
    return { about: 'files', state: 'problem', text: `${file} cannot be read: ${reason}`, todo: whatMends(world, file) }
  })
}

function troublesIn(world: World, root: string): Trouble[] {
  const found: Trouble[] = []
  const waiting = [root]
  let count = 0
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of namesIn(folder)) {
      if (count++ >= MOST_FILES) return found
      const place = path.join(folder, name)
      const wanted = wantedAt(path.relative(root, place).split(path.sep))
      if (wanted === undefined) continue
      const trouble = troubleWith(world, place, wanted)
      if (trouble !== undefined) found.push(trouble)
      else if (wanted === 'folder') waiting.push(place)
    }
  }
  return found
}

/** Folders whose entries are folders again, one for each destination, and those whose entries are files. */
const BY_DESTINATION = ['outbox', 'breakers']
const OF_FILES = ['totals', 'forms', 'running', 'collect']

/** Undefined for what this version knows nothing of. */
function wantedAt([first = '', ...rest]: readonly string[]): 'file' | 'folder' | undefined {
  if (rest.length > 0) return rest.length === 1 && BY_DESTINATION.includes(first) ? 'folder' : 'file'
  if ([...BY_DESTINATION, ...OF_FILES].includes(first)) return 'folder'
  return /\.jsonl?$/u.test(first) ? 'file' : undefined
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}
