import * as fs from 'node:fs'

/** In the order in which GNU make looks for them. */
export const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'] as const

/** The one that make reads in a folder, by its name as it is on disk; undefined where there is none. */
export function makefileIn(folder: string): string | undefined {
  const there = fs.readdirSync(folder)
  return MAKEFILES.find((name) => there.includes(name))
}

/** The one that make would read there without a GNUmakefile. */
export function makefileBeside(folder: string): string | undefined {
  const there = fs.readdirSync(folder)
  return MAKEFILES.slice(1).find((name) => there.includes(name))
}
