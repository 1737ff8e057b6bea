import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { linkStatOf } from '../disk/stat.ts'
import { version } from '../version.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { isNewer } from './newer-version.ts'
import { linkOnTheWay } from './own-ground.ts'
import { Refusal } from './refusal.ts'
import { words } from './words.ts'

/** The folder of the tool's copy in a repository. */
export const VENDOR_FOLDER = '.send-metrics'
/** The JSON Schema of the project file in it. */
export const VENDORED_SCHEMA = `${VENDOR_FOLDER}/schema/send-metrics.schema.json`

/** The checksums in it, by which it is known to be one. */
export const SUMS = 'SHA256SUMS'
const FOLDERS = ['bin', 'dist', 'schema', 'tilt', 'tracer']
const FILES = ['LICENSE', 'THIRD-PARTY-NOTICES.txt']
const ENTRY = 'bin/send-metrics.js'
/** What a person types; makefiles call the entry, which costs one program less. */
const COMMAND = 'bin/send-metrics'
const EXECUTABLE: readonly string[] = [ENTRY, COMMAND]

const README = `# send-metrics ${version}

This folder is a copy of send-metrics, which times what \`make\` runs here and records it for people who agreed.
\`send-metrics init --vendor\` made it. It is plain files, and needs Node and nothing else.

- Use it: call \`make\` as before. \`${VENDOR_FOLDER}/${COMMAND} consent\` shows what you agreed to, and \`consent off\` ends it.
- Check it: \`${VENDOR_FOLDER}/${COMMAND} doctor\`.
- Update it, in the folder around this one: \`npx send-metrics@latest init --vendor\`.
- Remove it, there too: \`${VENDOR_FOLDER}/${COMMAND} init --undo\`.
- Read more: https://github.com/send-metrics/send-metrics
`

/** Whether a file, relative to the folder around a copy, is in that copy. */
export function isInCopy(name: string): boolean {
  return name.startsWith(VENDOR_FOLDER + path.sep)
}

/** Whether such a file is one of those that are copied as they are. */
export function isCopied(name: string): boolean {
  return isInCopy(name) && OWN[path.relative(VENDOR_FOLDER, name).split(path.sep).join('/')] === undefined
}

/** Whether such a file is as the checksums of the copy say, which another person may have brought up to date. */
export function isAsListed(folder: string, name: string): boolean {
  const [target, inCopy] = [path.join(folder, VENDOR_FOLDER), path.relative(VENDOR_FOLDER, name).split(path.sep).join('/')]
  const content = contentOf(path.join(folder, name))
  return inCopy === SUMS || (content !== undefined && readSums(path.join(target, SUMS)).get(inCopy) === hashOf(content))
}

/** Files that are written, not copied. */
const OWN: Readonly<Record<string, string>> = {
  [COMMAND]: `#!/bin/sh\nexec "\${0%/*}/send-metrics.js" "$@"\n`,
  'README.md': README,
  // A repository that ignores dist/ or *.js would commit half of it.
  '.gitignore': '!**\n',
  // One that has git change line ends (`* text=auto`) would not check out the bytes that the checksums are of.
  '.gitattributes': '* -text linguist-vendored\n',
  // A repository of ES modules says so in its package.json, and would say it of these files as well.
  'package.json': `${JSON.stringify({ name: 'send-metrics', version, private: true, license: 'Apache-2.0', type: 'commonjs' }, undefined, 2)}\n`,
}

/**
 * The changes that put this very tool into a repository, as plain files with their checksums, or bring a copy there up to
 * date. Throws Refusal when that is newer than this tool, and when files of the copy were changed by somebody, with their names.
 */
export function vendoring(folder: string): FileChange[] {
  const target = path.join(folder, VENDOR_FOLDER)
  const source = toolFolder()
  if (fs.existsSync(target) && fs.realpathSync(source) === fs.realpathSync(target)) throw new Refusal(words.isTheCopy(VENDOR_FOLDER))
  const there = versionIn(path.join(target, 'package.json'))
  if (there !== undefined && isNewer(there, version))
    throw new Refusal([words.copyIsNewer(VENDOR_FOLDER, there, version), words.nothingChanged()])
  const listed = readSums(path.join(target, SUMS))
  refuseLinks(target, listed)
  const files = new Map([...copied(source), ...Object.entries(OWN).map(([name, text]) => [name, Buffer.from(text)] as const)])
  refuseLinks(target, files)
  refuseModified(target, listed, files)
  const sums = Buffer.from(
    [...files]
      .map(([name, content]) => `${hashOf(content)}  ${name}\n`)
      .sort(byName)
      .join(''),
  )
  const gone = [...listed.keys()].filter((name) => !files.has(name)).flatMap((name) => changeOf(path.join(target, name), undefined))
  const put = [...files].flatMap(([name, content]) =>
    changeOf(path.join(target, name), content, EXECUTABLE.includes(name) ? 0o777 : undefined),
  )
  return [...put, ...gone, ...changeOf(path.join(target, SUMS), sums)]
}

/** How the copy in a folder compares with its own checksums; names are relative to the copy. */
export interface CopyState {
  /** How many files are listed. */
  readonly count: number
  readonly missing: readonly string[]
  /** Closed to this person, a folder, a link that leads nowhere. */
  readonly unreadable: readonly string[]
  readonly changed: readonly string[]
  /** What its package.json says; undefined where that cannot be read. */
  readonly version: string | undefined
}

/** Compares each file of a copy with its checksum. Throws Refusal when the checksums cannot be read. */
export function stateOfCopy(folder: string): CopyState {
  const target = path.join(folder, VENDOR_FOLDER)
  const listed = readSums(path.join(target, SUMS))
  const hashes = [...listed].map(([name, hash]) => ({ name, hash, now: hashNow(path.join(target, name)) }))
  const named = (files: typeof hashes) => files.map(({ name }) => name)
  return {
    count: listed.size,
    missing: named(hashes.filter(({ now }) => now === 'missing')),
    unreadable: named(hashes.filter(({ now }) => now === 'unreadable')),
    changed: named(hashes.filter(({ now, hash }) => !['missing', 'unreadable', hash].includes(now))),
    version: versionIn(path.join(target, 'package.json')),
  }
}

function hashNow(file: string): string {
  try {
    return hashOf(fs.readFileSync(file))
  } catch (error) {
    const isThere = !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') || linkStatOf(file) !== undefined
    return isThere ? 'unreadable' : 'missing'
  }
}

function versionIn(manifest: string): string | undefined {
  try {
    return /"version": "([^"]+)"/u.exec(fs.readFileSync(manifest, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

/** The changes that remove a copy, if nobody changed it. */
export function unchangedCopy(folder: string): FileChange[] {
  const target = path.join(folder, VENDOR_FOLDER)
  const { changed, unreadable } = stateOfCopy(folder)
  if (changed.length > 0 || unreadable.length > 0) return []
  const listed = readSums(path.join(target, SUMS))
  refuseLinks(target, listed)
  return [...listed.keys(), SUMS].flatMap((name) => changeOf(path.join(target, name), undefined))
}

const byName = (one: string, other: string) => (one.slice(66) < other.slice(66) ? -1 : 1)

/** The folder that this code was installed in. Throws Refusal where that is not whole. */
export function toolFolder(): string {
  for (let at = path.dirname(fileURLToPath(import.meta.url)); ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, ENTRY))) return at
    if (path.dirname(at) === at) throw new Refusal(words.noToolFolder())
  }
}

function copied(source: string): [string, Buffer][] {
  const names = FOLDERS.flatMap((folder) => fs.readdirSync(path.join(source, folder)).map((name) => `${folder}/${name}`))
  const single = FILES.filter((name) => fs.existsSync(path.join(source, name)))
  return [...names, ...single].map((name) => [name, fs.readFileSync(path.join(source, name))])
}

/** Format: sha256sum(1), a hash, two blanks and a name a line. */
function readSums(file: string): Map<string, string> {
  const lines = (contentOf(file)?.toString() ?? '').split('\n').map((line) => /^([0-9a-f]{64}) [ *](.+)$/u.exec(line))
  // Only names within the folder: the list is a file that anybody could have written.
  const sound = lines.filter((match) => match !== null && !match[2]?.split('/').includes('..') && !path.isAbsolute(match[2] ?? ''))
  return new Map(sound.map((match) => [match?.[2] ?? '', match?.[1] ?? '']))
}

/** What lies behind a link is no copy of ours, and may be anywhere. */
function refuseLinks(target: string, files: ReadonlyMap<string, unknown>): void {
  for (const name of [...files.keys(), SUMS]) {
    const link = linkOnTheWay(target, path.join(target, name))
    if (link !== undefined) throw new Refusal([words.copyIsLinked(path.relative(path.dirname(target), link)), words.nothingChanged()])
  }
}

/** A file that is neither what the list says nor what would be written is somebody's own work. */
function refuseModified(target: string, listed: ReadonlyMap<string, string>, files: ReadonlyMap<string, Buffer>): void {
  const modified = [...new Set([...listed.keys(), ...files.keys()])].filter((name) => {
    const now = contentOf(path.join(target, name))
    return now !== undefined && hashOf(now) !== listed.get(name) && !files.get(name)?.equals(now)
  })
  if (modified.length > 0)
    throw new Refusal([...modified.map((name) => words.vendoredModified(`${VENDOR_FOLDER}/${name}`)), words.nothingChanged()])
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
