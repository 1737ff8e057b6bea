import fc from 'fast-check'

/** How many cases each fuzzer tries: fixed ones with every change, others and more of them by `make fuzz`. */
const { FUZZ_CASES, FUZZ_SEED } = process.env
export const FUZZ = { numRuns: Number(FUZZ_CASES ?? 2_000), seed: Number(FUZZ_SEED ?? 16), endOnFailure: false }

/** For cases that hang, ms: how many there are and how busy the machine is says nothing about the code. */
export const FUZZ_PATIENCE_MS = 7_200_000

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type Path = readonly string[]

/** Texts that have hurt a program before: each may be written to a terminal, taken for a path, or for a name that every object has. */
const TEXTS = [
  '',
  'off',
  '\u001b]0;pwned\u0007\u009b31m',
  '\u202eabc\u2066',
  '\r\n  at Object.<anonymous> (x.js:1:1)',
  'constructor',
  '__proto__',
  'toString',
  '../../../../nonexistent/passwd',
  '/dev/zero',
  'env:constructor',
  'http://127.0.0.1:1',
  'https://user:secret@[::1]:99999/%zz',
  '2026-13-45T99:99:99Z',
  '9'.repeat(400),
  'a'.repeat(5_000),
  `${'-'.repeat(300)}@`,
  '\ud800',
]
const NUMBERS = [0, -1, 1e21, 1.5, Number.MAX_SAFE_INTEGER, -1e308, 8.64e15 + 1]
const wrong: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, [], {}, [null, {}, 5], { toString: 5 }, { length: -1 }, [[[]]]),
  fc.constantFrom<Json>(...TEXTS),
  fc.constantFrom<Json>(...NUMBERS),
  fc.string({ unit: 'binary', maxLength: 12 }),
)

/** A change to a value: where (of all places in it), and to what. */
type Change = readonly [at: number, act: 'put' | 'drop' | 'rename' | 'nest' | 'double', value: Json]
const change: fc.Arbitrary<Change> = fc.tuple(
  fc.nat(),
  fc.constantFrom<Change[1]>('put', 'put', 'put', 'drop', 'rename', 'nest', 'double'),
  wrong,
)

/** Damage to a text: from where, how much of it, and what stands there then. */
type Damage = readonly [from: number, length: number, act: 'cut' | 'replace' | 'double' | 'end', text: string]
const damage: fc.Arbitrary<Damage> = fc.tuple(
  fc.nat(),
  fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 200 })),
  fc.constantFrom<Damage[2]>('cut', 'replace', 'replace', 'double', 'end'),
  fc.oneof(fc.constantFrom('\u0000', '\ufeff', '"', '{', '}', '\n', ',', '\\', '\u001b[2J'), fc.string({ unit: 'binary', maxLength: 6 })),
)

/** What becomes of a document: wrong values in it, a text that is damaged, or both. */
export interface Harm {
  readonly changes: readonly Change[]
  readonly damages: readonly Damage[]
}
export const harm: fc.Arbitrary<Harm> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 4 }), damages: fc.constant([]) }) },
  { weight: 2, arbitrary: fc.record({ changes: fc.constant([]), damages: fc.array(damage, { minLength: 1, maxLength: 3 }) }) },
  fc.record({ changes: fc.array(change, { maxLength: 2 }), damages: fc.array(damage, { maxLength: 2 }) }),
)

/** The document with that harm, as text. */
export function harmed(value: Json, { changes, damages }: Harm): string {
  return damaged(JSON.stringify(changes.reduce(changed, value)), damages)
}

/** The text with that damage. */
export function damaged(text: string, damages: readonly Damage[]): string {
  return damages.reduce((before, [from, length, act, put]) => {
    const at = from % (before.length + 1)
    const part = before.slice(at, at + length)
    if (act === 'end') return before.slice(0, at)
    const middle = act === 'cut' ? '' : act === 'double' ? part + part : put
    return before.slice(0, at) + middle + before.slice(at + length)
  }, text)
}

/** The value with that change. */
export function changed(value: Json, [at, act, part]: Change): Json {
  const paths = pathsOf(value)
  const path = paths[at % paths.length] ?? []
  const before = path.reduce<Json>((holder, name) => (holder as Record<string, Json>)[name] ?? null, value)
  if (path.length === 0) return act === 'put' ? part : value
  if (act === 'put') return put(value, path, part)
  if (act === 'nest') return put(value, path, [before, { [nameOf(part)]: before }])
  if (act === 'double') return put(value, path, Array.isArray(before) ? [...before, ...before] : [before, before])
  return act === 'rename' ? put(value, path, before, nameOf(part)) : put(value, path, undefined)
}

const nameOf = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 30)

/** Where every value stands. */
function pathsOf(value: Json, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...at, name]))]
}

/** With another value in a place; without one where it is undefined, and under another name where one is given. */
function put(value: Json, [name = '', ...rest]: Path, part: Json | undefined, renamed?: string): Json {
  if (Array.isArray(value)) {
    const index = Number(name)
    const items = rest.length > 0 ? [put(value[index] ?? null, rest, part, renamed)] : part === undefined ? [] : [part]
    return value.toSpliced(index, 1, ...items)
  }
  const entries = Object.entries(value as Record<string, Json>).flatMap(([key, item]): [string, Json][] => {
    if (key !== name) return [[key, item]]
    if (rest.length > 0) return [[key, put(item, rest, part, renamed)]]
    return part === undefined ? [] : [[renamed ?? key, part]]
  })
  return Object.fromEntries(entries)
}

/** One of several, by the turn. */
export function oneOf<T>(turn: number, all: readonly [T, ...T[]]): T {
  return all[Math.floor(turn / 16) % all.length] ?? all[0]
}

/** In a sixteenth of all turns: for what takes long. */
export function rarely<T>(turn: number, all: readonly [T, ...T[]]): T | undefined {
  return turn % 16 === 0 ? oneOf(turn, all) : undefined
}
