import { isWithin, listedNames, type Names } from './allowlist.ts'

/** Lists of a project file whose words may leave this machine. */
export interface WordLists {
  readonly targets?: readonly string[] | undefined
  /** Words that `is_test` may be beside yes and no. */
  readonly tests: readonly string[]
  readonly spans: boolean
}

/*
 * A decision covers such a list word by word: `command: dev.up.%`. A word that is listed later is then asked for, while those that were
 * agreed to go on, and a list that became shorter asks nothing. No pattern has a blank in it.
 */
const COMMAND = 'command: '
const INSIDE = 'slowest_targets: '
const TEST = 'is_test: '
const ANY_PLAIN = 'any plain name'
const NONE = 'no name'

/** What a decision names to cover the words that a project file lists. */
export function wordKeys({ targets, tests, spans }: WordLists): string[] {
  const names = targets === undefined ? [ANY_PLAIN] : targets
  return [
    ...(names.length === 0 ? [NONE] : names).map((name) => COMMAND + name),
    // Without a list, what ran inside has no name.
    ...(spans ? (targets ?? []).map((name) => INSIDE + name) : []),
    ...tests.map((word) => TEST + word),
  ]
}

/** Whether a key covers a word of a list, and no field. */
export function isWordKey(key: string): boolean {
  return [COMMAND, INSIDE, TEST].some((start) => key.startsWith(start))
}

/** The words of a list that were agreed to. */
export interface AgreedWords {
  readonly names: Names
  /** Of targets that ran inside a run. */
  readonly inside: Names
  readonly tests: readonly string[]
}

/** What the keys of a decision cover. */
export function agreedWords(keys: readonly string[]): AgreedWords {
  const names = behind(COMMAND, keys)
  const patterns = names.filter((name) => name !== ANY_PLAIN && name !== NONE)
  return {
    names: { isPlainEnough: names.includes(ANY_PLAIN), patterns },
    inside: { isPlainEnough: false, patterns: behind(INSIDE, keys) },
    tests: behind(TEST, keys),
  }
}

function behind(start: string, keys: readonly string[]): string[] {
  return keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length))
}

/** Those of some keys that a decision with the keys `agreed` does not cover. */
export function uncoveredKeys(keys: readonly string[], agreed: readonly string[]): string[] {
  const known = new Set(agreed)
  const fresh = keys.filter((key) => !known.has(key))
  if (fresh.length === 0) return fresh
  const { names, inside } = agreedWords(agreed)
  return fresh.filter((key) => {
    if (key === COMMAND + NONE) return false
    if (key === COMMAND + ANY_PLAIN) return true
    if (key.startsWith(COMMAND)) return !isWithin(key.slice(COMMAND.length), names)
    return !(key.startsWith(INSIDE) && isWithin(key.slice(INSIDE.length), inside))
  })
}

/**
 * The keys of a decision; one from before lists were part of it is valid for the list of `today`, since it does not tell of any. Whoever
 * records a run stores that (record/keep-words.ts), so that it does not become valid for every later one.
 */
export function withListOfThen(fieldSet: readonly string[], today: readonly string[]): readonly string[] {
  if (!isFromBefore(fieldSet)) return fieldSet
  const isOfThen = (key: string) => key.startsWith(COMMAND) || (key.startsWith(INSIDE) && fieldSet.includes('slowest_targets'))
  return [...fieldSet, ...today.filter(isOfThen)]
}

/** Whether a decision does not tell which names of targets it covers. */
export function isFromBefore(fieldSet: readonly string[]): boolean {
  return fieldSet.includes('command') && !fieldSet.some((key) => key.startsWith(COMMAND))
}

/** What words of lists are asked for in a question about more, by field. */
export function askedWords(keys: readonly string[]): { command: readonly string[]; is_test: readonly string[] } {
  const named = [...new Set([...behind(COMMAND, keys), ...behind(INSIDE, keys)])]
  return { command: named.map((name) => (name === ANY_PLAIN ? 'any plain one' : name)), is_test: behind(TEST, keys) }
}

/** `is_test` of a run: `no`, `yes`, or a word of the project's list that was agreed to. */
export function testWord(text: string | undefined, ...lists: readonly (readonly string[])[]): string {
  const word = text?.trim() ?? ''
  if (['', 'no', '0', 'false'].includes(word.toLowerCase())) return 'no'
  return lists.every((list) => list.includes(word)) ? word : 'yes'
}

/** The project's lists and what was agreed to of them, as far as both go. */
export function wordsFor({ targets, tests }: Pick<WordLists, 'targets' | 'tests'>, agreed: AgreedWords) {
  const listed = listedNames(targets)
  return {
    names: [listed, agreed.names],
    inside: [{ ...listed, isPlainEnough: false }, agreed.inside],
    tests: [tests, agreed.tests],
  }
}
