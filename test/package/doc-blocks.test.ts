import * as fs from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Block, docBlocks } from '../support/doc-blocks.ts'
import { type Receiver, receiver } from '../support/receiver.ts'
import { type Try, usualTry } from '../support/try-block.ts'
import { NOT_HERE, type Page, pages } from './doc-pages.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const PAGES = pages(() => there)

/** Whose row a block is in: that of its section, else that of its page. */
function rowOf(block: Block): Page | undefined {
  const ofPage = PAGES.filter(({ page }) => page === block.page)
  return ofPage.find(({ sections }) => sections?.includes(block.section)) ?? ofPage.find(({ sections }) => sections === undefined)
}

/** How it is tried: as its row says of the text that it begins with, the longest first, or as usual. */
function tryOf(block: Block): Try | undefined {
  const tries = Object.entries(rowOf(block)?.tries ?? {}).sort(([one], [other]) => other.length - one.length)
  return tries.find(([begins]) => block.text.startsWith(begins))?.[1] ?? usualTry(block)
}

const isOf = (block: Block) => (one: (typeof NOT_HERE)[number]) => one.page === block.page && block.text.startsWith(one.begins ?? '')

const BLOCKS = docBlocks()
const TRIED = BLOCKS.filter((block) => !NOT_HERE.some(isOf(block)))

test('there is a way for each block, or a reason why it is not tried here', () => {
  const without = TRIED.filter((block) => rowOf(block) === undefined || tryOf(block) === undefined)
  expect(without.map(({ page, line, text }) => `${page}:${line}: ${text.split('\n')[0]}`)).toEqual([])
})

test('no row is without a block, and what is held by another test is', () => {
  expect(NOT_HERE.filter((one) => !BLOCKS.some((block) => isOf(block)(one)))).toEqual([])
  expect(NOT_HERE.filter(({ test: file }) => file !== undefined && !fs.existsSync(file))).toEqual([])
  const unused = PAGES.flatMap((row) =>
    Object.keys(row.tries ?? {}).filter((begins) => !TRIED.some((block) => rowOf(block) === row && block.text.startsWith(begins))),
  )
  expect(unused).toEqual([])
})

test.each(PAGES.map((row) => [row.page, row.sections?.[0] ?? 'the page', row] as const))('%s: %s', async (_page, _section, row) => {
  const place = await row.setUp()
  const blocks = TRIED.filter((block) => rowOf(block) === row)
  expect(blocks).not.toEqual([])
  for (const block of blocks) {
    try {
      await tryOf(block)?.(block, place)
    } catch (error) {
      throw new Error(`${block.page}:${block.line}: ${(error as Error).message}`, { cause: error })
    }
  }
})
