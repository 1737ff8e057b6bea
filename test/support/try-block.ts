import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect } from '@jest/globals'
import { readProject } from '../../src/project/read.ts'
import { type Ended, run } from './cli.ts'
import { type Block, expectPrinted, type Shown, shownIn } from './doc-blocks.ts'

/** Where the blocks of a page are tried, one after the other. */
export interface Place {
  /** Holds everything below. */
  readonly folder: string
  /** Where the reader is. */
  cwd: string
  /** Who the reader is. */
  env: Record<string, string>
}

export type Try = (block: Block, place: Place) => Promise<void>

const shell = (text: string, { cwd, env }: Place): Promise<Ended> => run('sh', ['-ec', text], { cwd, env })

/** What is typed in the block ends well. */
export const typed: Try = async ({ text }, place) => {
  const { code, stdout, stderr } = await shell(text, place)
  if (code !== 0) throw new Error(`exited ${code}: ${stdout}${stderr}`)
}

/** Lines of which a reader takes one: each is typed where nobody typed any other. */
export const oneOfThese =
  (setUp: () => Place, change = (line: string) => line): Try =>
  async ({ text, ...block }) => {
    for (const line of text.trimEnd().split('\n')) await typed({ ...block, text: change(line) }, setUp())
  }

/** What is typed after each `$` prints what the page shows; where it shows nothing, it ends well. */
export const shown =
  (prints: (lines: readonly string[], printed: string, place: Place) => void = expectPrinted): Try =>
  async (block, place) => {
    for (const { command, lines } of shownIn(block)) await showOne({ command, lines }, place, prints)
  }

async function showOne({ command, lines }: Shown, place: Place, prints: Parameters<typeof shown>[0]): Promise<void> {
  const { code, stdout } = await shell(`{ ${command}\n} 2>&1`, place)
  if (lines.length === 0) expect([command, stdout, code]).toEqual([command, expect.any(String), 0])
  else prints?.(lines, stdout, place)
}

/** A project file, or a destination of one, has no mistake. */
export const checked: Try = async ({ text }) => {
  const value = JSON.parse(text) as { type?: unknown }
  const content = 'type' in value ? { project: 'Shop', destinations: [value] } : value
  const read = readProject({ file: '/r/send-metrics.json', root: '/r', content, problem: undefined })
  if ('problem' in read) throw new Error(read.problem.what)
}

/** Make reads it. */
export const readByMake: Try = async ({ text }, { folder, env }) => {
  const file = path.join(folder, 'block.mk')
  fs.writeFileSync(file, text)
  const { code, stderr } = await run('make', ['--eval=nothing-at-all: ;', '-f', file, 'nothing-at-all'], { cwd: folder, env })
  expect([code, stderr]).toEqual([0, ''])
}

/** Keeps the block as a file of the reader's, and then tries it. */
export const keptAs =
  (name: string, tried: Try): Try =>
  async (block, place) => {
    fs.writeFileSync(path.join(place.cwd, name), block.text)
    await tried(block, place)
  }

/** Tries the block with another text in place of one that is the page's own. */
export const withChanged =
  (from: string, to: string, tried: Try): Try =>
  (block, place) =>
    tried({ ...block, text: block.text.replaceAll(from, to) }, place)

/** How a block is tried unless a table says otherwise. */
export function usualTry(block: Block): Try | undefined {
  if (block.text.startsWith('$ ')) return shown()
  return { sh: typed, json: checked, make: readByMake }[block.language]
}
