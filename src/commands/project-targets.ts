import * as fs from 'node:fs'
import * as path from 'node:path'
import { listedNames, OTHER, reportedName } from '../event/allowlist.ts'
import { readable } from '../makefile/byte-text.ts'
import { findMakefiles } from '../makefile/find-makefile.ts'
import { scanRules } from '../makefile/scan-rules.ts'
import { findProject, targetPrefix } from '../project/find.ts'
import { readProject } from '../project/read.ts'
import type { World } from '../world.ts'

/** A makefile beyond this is made by a program, and nobody waits for it at a Tab, bytes. */
const MOST_BYTES = 1024 * 1024

/**
 * Names that a person may give `wrap` here, sorted: those of the project's list, and what the makefile's own text has for its
 * families (`dev.%`) and behind the prefix (`impl-build`). Neither make nor anything else is run, and nothing is thrown.
 */
export function targetNames(world: World): string[] {
  const found = findProject(world)
  const list = targetList(world) ?? []
  const prefix = targetPrefix(found)
  const written = writtenNames(world).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : onList(name, list)))
  return typeable([...list, ...written])
}

/** Names that runs here may be reported by, whichever way the makefile is measured. */
export function runNames(world: World): string[] {
  const names = listedNames(targetList(world))
  const prefix = targetPrefix(findProject(world))
  const written = writtenNames(world).filter((name) => !name.startsWith(prefix) && reportedName(name, names) === name)
  return typeable([...targetNames(world), ...written])
}

/** The same for make itself: the project's list, and every name that the makefile's own text has. */
export function goalNames(world: World): string[] {
  return typeable([...(targetList(world) ?? []), ...writtenNames(world)])
}

function typeable(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== '' && !name.includes('%')).sort()
}

/** Whether a person may mean a target by a word. */
export function isTarget(world: World, word: string): boolean {
  return onList(word, targetList(world) ?? []).length > 0 || targetNames(world).includes(word)
}

/** The list in the project file; undefined where there is none, or no project. */
export function targetList(world: World): readonly string[] | undefined {
  const found = findProject(world)
  const read = found && readProject(found)
  return read && 'project' in read ? read.project.targets : undefined
}

function onList(name: string, list: readonly string[]): string[] {
  return name !== OTHER && reportedName(name, listedNames(list)) === name ? [name] : []
}

function writtenNames({ cwd }: World): string[] {
  try {
    const file = path.join(cwd, findMakefiles(cwd).main)
    if (fs.statSync(file).size > MOST_BYTES) return []
    const rules = scanRules(fs.readFileSync(file, 'latin1'))
    return rules.flatMap(({ targets }) => targets.flatMap(({ word }) => (/^[^.$%][^$%]*$/u.test(word) ? (readable(word) ?? []) : [])))
  } catch {
    return []
  }
}
