import * as fs from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { expect } from '@jest/globals'
import { readTree } from '../structure/source-tree.ts'

/** A fenced block of a page. */
export interface Block {
  readonly page: string
  /** The heading that it is under, as it is written. */
  readonly section: string
  /** Of its fence, from 1. */
  readonly line: number
  /** What follows the fence: `sh`, `json`, `make`; empty for what a terminal shows. */
  readonly language: string
  readonly text: string
  /** The page and the block's first line, by which a table names it. */
  readonly name: string
}

/** Every fenced block of README and of the pages in docs/, but for its decisions, in order. */
export function docBlocks(): Block[] {
  const pages = { 'README.md': fs.readFileSync('README.md', 'utf8'), ...readTree('docs', ['.md']) }
  return Object.entries(pages)
    .filter(([page]) => !page.startsWith('docs/decisions/'))
    .flatMap(([page, text]) => blocksOf(page, text))
}

function blocksOf(page: string, text: string): Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let section = ''
  for (let at = 0; at < lines.length; at++) {
    section = /^#+ (.*)/u.exec(lines[at] ?? '')?.[1] ?? section
    const fence = /^```(.*)/u.exec(lines[at] ?? '')
    if (fence === null) continue
    const end = lines.indexOf('```', at + 1)
    if (end < 0) throw new Error(`${page}:${at + 1}: the block does not end`)
    const inside = lines.slice(at + 1, end)
    const language = fence[1] ?? ''
    blocks.push({ page, section, line: at + 1, language, text: `${inside.join('\n')}\n`, name: `${page}: ${inside[0]}` })
    at = end
  }
  return blocks
}

/** A command after a `$`, and what the page says that it prints. */
export interface Shown {
  readonly command: string
  readonly lines: readonly string[]
}

/** What is typed in a block that shows a terminal; nothing for any other block. */
export function shownIn({ text }: Block): Shown[] {
  if (!text.startsWith('$ ')) return []
  return text
    .slice(2)
    .split(/^\$ /mu)
    .map((part) => {
      const [command = '', ...lines] = part.trimEnd().split('\n')
      return { command, lines }
    })
}

/**
 * Expects the lines of a page, in their order, among those that were printed; others may be between them. `…` stands for any
 * text.
 */
export function expectPrinted(lines: readonly string[], printed: string): void {
  const plain = stripVTControlCharacters(printed).replaceAll('\r', '').split('\n')
  let at = 0
  for (const line of lines) {
    const pattern = new RegExp(`^${line.split('…').map(escaped).join('.*')}$`, 'u')
    const found = plain.slice(at).findIndex((other) => pattern.test(other.trimEnd()))
    if (found < 0) expect(plain.slice(at).join('\n')).toBe(lines.slice(lines.indexOf(line)).join('\n'))
    at += found + 1
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')

/** The text with its IDs, figures, and the blanks and bars beside them made alike: for what another machine prints otherwise. */
export const shapeOf = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll(/\b[\da-f]{16}\b/gu, 'ID')
    .replaceAll(/\d[\d.,:]*/gu, '0')
    .replaceAll(/\b0 (?:ms|s|min|h|m 0s)\b/gu, '0 s')
    .replaceAll(/(?<=\S)[ ▁-▕]+/gu, ' ')
    .replaceAll(/ +$/gmu, '')
