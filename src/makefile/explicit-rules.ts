import { type ByteText, bytesOf } from './byte-text.ts'
import { whyNot } from './explicit-doubts.ts'
import type { Database } from './parse-database.ts'
import { callsWrap } from './present-way.ts'
import { Refusal } from './refusal.ts'
import { type PlacedWord, scanRules, type WrittenRule } from './scan-rules.ts'
import { words } from './words.ts'

/** How the recipe of a public rule asks whether to call the tool, in lines of sh, and how it then calls it. */
export interface RecipeTool {
  readonly asks: readonly string[]
  readonly call: string
}

/** A makefile whose rules are to be rewritten, and what make knows of it. */
export interface Rewriting {
  readonly text: ByteText
  /** Its name, as make was told it. */
  readonly makefile: string
  readonly folder: string
  readonly database: Database
  /** The text of all makefiles that make read. */
  readonly all: ByteText
  /** What stands before the name of the rule that does the work, such as `impl-`. */
  readonly prefix: string
  readonly tool: RecipeTool
}

/**
 * The makefile with the rules of these targets named `impl-…`, and before each one the rule by which people call it.
 * Nothing else changes by a byte. A target that was rewritten before is left as it is. Throws Refusal with a line
 * for each target that cannot be rewritten without changing what it does.
 */
export function withExplicitRules(rewriting: Rewriting, names: readonly ByteText[]): ByteText {
  const rules = scanRules(rewriting.text)
  const wanted = [...new Set(names)].filter((name) => !isWrapped(rewriting.database, name))
  const doubts = wanted.map((name) => [name, whyNot(rewriting, rules, wanted, name)] as const)
  const refused = doubts.filter(([, why]) => why !== undefined)
  if (refused.length > 0)
    throw new Refusal([...refused.map(([name, why]) => words.notRewritten(bytesOf(name).toString(), why ?? '')), words.nothingChanged()])
  return edit(rewriting, rules, wanted)
}

/** Those of these targets that can be rewritten together, at most so many. */
export function rewritable(rewriting: Rewriting, names: readonly ByteText[], most: number): ByteText[] {
  const rules = scanRules(rewriting.text)
  const without = (wanted: readonly ByteText[]): readonly ByteText[] => {
    const left = wanted.filter((name) => whyNot(rewriting, rules, wanted, name) === undefined)
    return left.length === wanted.length ? left : without(left)
  }
  // Fewer of them may leave out the one that shares a rule with another.
  return [...without(without(names).slice(0, most))]
}

function isWrapped(database: Database, name: ByteText): boolean {
  const rule = [...database.targets, ...database.patterns].find((one) => one.name === name)
  return rule !== undefined && callsWrap(rule, database)
}

/** A place in the text, what is put there, and how many characters behind it go. */
interface Edit {
  readonly at: number
  readonly text: ByteText
  readonly less?: number
}

function edit(rewriting: Rewriting, rules: readonly WrittenRule[], wanted: readonly ByteText[]): ByteText {
  const edits: Edit[] = []
  const introduced = new Set<string>()
  for (const rule of rules) {
    if (!rule.targets.some(({ word }) => wanted.includes(word))) continue
    const named = rule.kind === 'variable' ? rule.targets : [...rule.targets, ...rule.prerequisites]
    for (const { word, at } of named) if (wanted.includes(word)) edits.push({ at, text: rewriting.prefix })
    const fresh = rule.targets.filter(({ word }) => wanted.includes(word) && !introduced.has(`${word} ${rule.branch}`))
    if (rule.kind === 'variable' || fresh.length === 0) continue
    for (const { word } of fresh) introduced.add(`${word} ${rule.branch}`)
    edits.push({ at: rule.at, text: publicRule(rewriting, rule, fresh) })
    // What `make help` says belongs to the rule that people call.
    if (rule.help) edits.push({ at: rule.help.at, text: '', less: rule.help.word.length })
  }
  // The rule that people call comes before the name that it takes from the one behind it.
  edits.sort((one, other) => one.at - other.at || other.text.length - one.text.length)
  let [text, done] = ['', 0]
  for (const { at, text: more, less = 0 } of edits) {
    text += rewriting.text.slice(done, at) + more
    done = at + less
  }
  return text + rewriting.text.slice(done)
}

/** In the first line of each recipe of ours, of this version and of earlier ones: by it they are known. */
export const CALLED_BY_PEOPLE = '$(if $(filter-out 0,$(MAKELEVEL)),,unset MAKELEVEL;'

/**
 * Lets the make that runs the target be the one that was typed, where this one was: it is silent about its directory, and
 * makes below it announce theirs as ever. An option that silences it would silence those as well. So the `w` goes, which
 * this make has obeyed (-w, -C), except where makes below would be silent without it (-s), where output that is kept
 * together is announced again each time (-O), or where a letter may have its value behind it (3.81).
 */
const AS_TYPED = [
  `l=; ${CALLED_BY_PEOPLE} l=$\${MAKEFLAGS-};) \\`,
  'case $$l in *" -O"[lt]*) l=;; esac; case $${l%% *} in \\',
  '*[!BdeikLnpqrRStw]*) ;; *w*) MAKEFLAGS=$${l%%w*}$${l#*w};; esac; \\',
]

/** The line that gets everything right, and what makes the target run where the tool or Node is missing, damaged, or has nothing to do. */
function publicRule({ database, prefix, tool }: Rewriting, rule: WrittenRule, targets: readonly PlacedWord[]): ByteText {
  const names = targets.map(({ word }) => word)
  const phony = names.filter((name) => database.special.get('.PHONY')?.includes(name)).map((name) => `${prefix}${name}`)
  const lines = [
    ...(phony.length > 0 ? [`.PHONY: ${phony.join(' ')}`] : []),
    `${names.join(' ')}:${rule.help?.word ?? ''}`,
    ...AS_TYPED.map((line, at) => `${rule.prefix}${at === 0 ? '+@' : ''}${line}`),
    ...tool.asks.map((line) => `${rule.prefix}${line} \\`),
    `${rule.prefix}go) exec ${tool.call} wrap --make "$(MAKE)" \\`,
    `${rule.prefix}  -f "$(firstword $(MAKEFILE_LIST))" "$@";; esac; \\`,
    `${rule.prefix}exec $(MAKE) -f "$(firstword $(MAKEFILE_LIST))" "${prefix}$@"`,
    '',
  ]
  return lines.map((line) => `${line}${rule.eol}`).join('')
}
