import { printable } from '../../messages.ts'

/** Text that may stand in a page as it is. Only `html` makes it from data. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may be put into a piece of markup: text is escaped, lists are joined, nothing leaves nothing. */
export type Part = Markup | string | number | undefined | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Markup in which every text that is put in is escaped, for elements and for attributes in quotes alike. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.map((text, at) => text + written(parts[at])).join(''))
}

function written(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(written).join('')
  // A page may be printed at a terminal, which obeys some that nobody sees.
  return String(part).replace(/[&<>"']|\p{Cf}/gu, (character) => ENTITIES[character] ?? `&#${character.codePointAt(0)};`)
}

/** A target is cut to 50 characters before it is recorded; whatever is longer came another way. */
const LONGEST_NAME = 60

/** A name from the data, cut, and with what would change the order of the text around it as escapes; it keeps its own direction. */
export function name(text: string): Markup {
  return html`<bdi>${printable(text, LONGEST_NAME)}</bdi>`
}

/** The same where there can be no element: in a title, or in a label that is read out. */
export function plainName(text: string): string {
  return `\u2068${printable(text, LONGEST_NAME)}\u2069`
}
