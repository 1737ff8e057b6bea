import { GROUPS } from './events-page.mjs'

const BEGIN = '<!-- fields: made from src/event/fields.ts by `make docs`; a change here is overwritten -->'
const END = '<!-- end of fields -->'

/** A page with its list of fields made anew; the rest of it is written by hand. */
export function withFieldList(page, name, { FIELDS }) {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`${name} has no place for its list of fields: ${BEGIN} … ${END}`)
  const groups = [...new Set(FIELDS.map(({ group }) => group))]
  const lines = groups.map((group) => `- ${GROUPS[group]}: ${named(FIELDS, group)}`)
  return `${before}${BEGIN}\n${lines.join('\n')}\n${END}${after}`
}

/** Each field of a group in the words of the question, with its name. */
function named(fields, group) {
  return fields
    .filter((field) => field.group === group)
    .map(({ words, name }) => `${words} (\`${name}\`)`)
    .join(', ')
}
