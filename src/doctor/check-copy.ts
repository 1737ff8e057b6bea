import * as fs from 'node:fs'
import * as path from 'node:path'
import { VENDORED_ENTRY } from '../makefile/gnumakefile.ts'
import { isNewer } from '../makefile/newer-version.ts'
import { isPassing } from '../makefile/package-manager.ts'
import { copyAbove } from '../makefile/tool-places.ts'
import { SUMS, stateOfCopy, toolFolder, VENDOR_FOLDER } from '../makefile/vendor.ts'
import { shellWord } from '../shell-word.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import { firstLine } from './check-programs.ts'
import type { Finding } from './checks.ts'
import { troubleWith } from './trouble.ts'
import { whatRestores } from './what-restores.ts'

const ABOUT = 'copy'
const MOST_NAMED = 5

/** The tool's copy that makefiles here call: whether each file is as it was made, and whether a newer tool is at hand. None: no finding. */
export async function checkCopy(world: World): Promise<Finding[]> {
  const folder = path.join(world.cwd, copyAbove(world.cwd) ?? '.')
  const copy = path.join(folder, VENDOR_FOLDER)
  if (!fs.existsSync(path.join(copy, SUMS)))
    return fs.existsSync(path.join(folder, VENDORED_ENTRY)) ? [withoutSums(world, copy, 'is missing')] : []
  const state = stateOfCopy(folder)
  if (state.count === 0) return [withoutSums(world, copy, 'lists no file')]
  const spoilt = [
    ...state.missing.map((name) => ({ name, what: 'is missing' })),
    ...state.unreadable.map((name) => ({ name, what: 'cannot be read' })),
    ...state.changed.map((name) => ({ name, what: `is not what ${SUMS} says` })),
  ].map((one) => ({ ...one, file: path.join(copy, one.name), trouble: troubleWith(world, path.join(copy, one.name), 'text') }))
  const wrong = [
    ...spoilt.flatMap(({ file, what, trouble }) => (trouble === undefined ? [] : [problem(`${file} ${what}`, trouble.todo)])),
    ...restorable(
      world,
      folder,
      spoilt.filter(({ trouble }) => trouble === undefined),
    ),
  ]
  const more: Finding = { about: ABOUT, state: 'note', text: `${wrong.length - MOST_NAMED} more files of ${copy} are like these` }
  const ok: Finding = { about: ABOUT, state: 'ok', text: `${copy}, version ${state.version}: ${state.count} files, each as ${SUMS} says` }
  const named = wrong.length === 0 ? [ok] : wrong.slice(0, MOST_NAMED)
  return [...named, ...(wrong.length > MOST_NAMED ? [more] : []), ...(await newerThan(world, folder, state.version))]
}

interface Spoilt {
  /** From the copy. */
  readonly name: string
  readonly what: string
  readonly file: string
}

/** What one command restores is one problem. */
function restorable(world: World, folder: string, spoilt: readonly Spoilt[]): Finding[] {
  const [first, ...others] = spoilt
  if (first === undefined) return []
  if (others.length === 0) return [problem(`${first.file} ${first.what}`, whatRestores(world, folder, first.name))]
  return [
    problem(
      `${spoilt.length} files are missing or not what ${SUMS} says, the first is ${first.file}`,
      whatRestores(world, folder, undefined),
    ),
  ]
}

function problem(text: string, todo: string): Finding {
  return { about: ABOUT, state: 'problem', text, todo }
}

function withoutSums(world: World, copy: string, what: string): Finding {
  const file = path.join(copy, SUMS)
  const text = `${file} ${what}, so nothing tells whether ${copy} is whole`
  return { about: ABOUT, state: 'problem', text, todo: whatRestores(world, path.dirname(copy), SUMS) }
}

/** A copy is as old as the day it was made; the tool on PATH, or the one that was called, may be newer. */
async function newerThan(world: World, folder: string, own: string | undefined): Promise<Finding[]> {
  if (own === undefined) return []
  const copy = path.join(folder, VENDOR_FOLDER)
  const onPath = toolOnPath(world, copy)
  const said = onPath && (await firstLine(world, onPath, ['--version']))
  const found = [
    { name: 'the send-metrics that you called', is: isWithin(copy, toolFolder()) ? undefined : version },
    { name: onPath, is: said },
  ].filter(({ is }) => is !== undefined && isNewer(is, own))
  const [newest] = found.sort((one, other) => (isNewer(one.is ?? '', other.is ?? '') ? -1 : 1))
  if (newest === undefined) return []
  const text = `${copy} is version ${own}, and ${newest.name} is ${newest.is}`
  return [
    {
      about: ABOUT,
      state: 'note',
      text,
      todo: `to bring it up to date: (cd ${shellWord(folder)} && ${newest.name === onPath ? shellWord(onPath ?? '') : world.tool} init --vendor)`,
    },
  ]
}

/** What a person's own PATH has, apart from the copy itself; of a package manager's there may be less tomorrow. */
function toolOnPath({ env, cwd }: World, copy: string): string | undefined {
  return (env.PATH ?? '')
    .split(path.delimiter)
    .filter((one) => one !== '' && !isPassing(env, one))
    .map((one) => path.resolve(cwd, one, 'send-metrics'))
    .find((file) => fs.existsSync(file) && !isWithin(copy, file))
}

function isWithin(folder: string, place: string): boolean {
  return !path.relative(fs.realpathSync(folder), fs.realpathSync(place)).startsWith('..')
}
