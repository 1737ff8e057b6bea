import type { Receiver } from '../support/receiver.ts'
import type { Place, Try } from '../support/try-block.ts'
import { readmeSections } from './readme-sections.ts'

/** Where the blocks of a page, or of one of its sections, are tried in order, and those that are not tried as usual. */
export interface Page {
  readonly page: string
  /** All of the page's other sections without it. */
  readonly section?: string
  readonly setUp: () => Place | Promise<Place>
  /** By the first line of the block. */
  readonly tries?: Readonly<Record<string, Try>>
}

/** Every page that has blocks to be tried. */
export function pages(there: () => Receiver): Page[] {
  return [...readmeSections(there)]
}
