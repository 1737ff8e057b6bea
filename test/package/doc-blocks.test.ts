import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Block, docBlocks } from '../support/doc-blocks.ts'
import { type Receiver, receiver } from '../support/receiver.ts'
import { usualTry } from '../support/try-block.ts'
import { type Page, pages } from './doc-pages.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const PAGES = pages(() => there)

/** Whose row a block is in: that of its section, else that of its page. */
function rowOf(block: Block): Page | undefined {
  const ofPage = PAGES.filter(({ page }) => page === block.page)
  return ofPage.find(({ section }) => section === block.section) ?? ofPage.find(({ section }) => section === undefined)
}

const TRIED = docBlocks().filter((block) => rowOf(block) !== undefined)

test.each(PAGES.map((row) => [row.page, row.section ?? 'the page', row] as const))('%s: %s', async (_page, _section, row) => {
  const place = await row.setUp()
  const blocks = TRIED.filter((block) => rowOf(block) === row)
  expect(blocks).not.toEqual([])
  for (const block of blocks) {
    const tried = row.tries?.[block.text.split('\n')[0] ?? ''] ?? usualTry(block)
    try {
      if (tried === undefined) throw new Error('nothing says how this block is tried')
      await tried(block, place)
    } catch (error) {
      throw new Error(`${block.page}:${block.line}: ${(error as Error).message}`, { cause: error })
    }
  }
})
