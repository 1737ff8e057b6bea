import * as fs from 'node:fs'
import { openOwned } from '../disk/plain-file.ts'
import type { Facts, FieldValue } from '../event/serialize.ts'
import type { Environment } from '../world.ts'

/** What a field of a project's own needs to be read. */
export interface OwnFieldSource {
  readonly name: string
  readonly type: 'integer' | 'number' | 'boolean' | 'enum'
  readonly values?: readonly string[] | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly from: string
}

/** Values that were found, and names of fields whose value was there but not of the declared form. */
export interface OwnFields {
  readonly facts: Facts
  readonly dropped: readonly string[]
}

/** No number, and no value of a list, is longer, in characters. */
const LONGEST = 100

/** A file of a few numbers; a larger one is not read. */
const MOST_BYTES = 64 * 1024

/**
 * Reads a project's own fields from the environment and from the file of `KEY=value` lines that the target
 * may have written (the last line of a key counts). Free text cannot pass: a number, a boolean, or one of the
 * declared values, within its range; anything else is dropped.
 */
export function ownFields(sources: readonly OwnFieldSource[], env: Environment, file: string | undefined): OwnFields {
  const written = readPairs(file)
  const facts: Record<string, FieldValue> = {}
  const dropped: string[] = []
  for (const source of sources) {
    const key = source.from.slice(source.from.indexOf(':') + 1)
    // Every object has a `constructor`.
    const set = Object.hasOwn(env, key) ? env[key] : undefined
    const text = source.from.startsWith('env:') ? set : written.get(key)
    if (text === undefined || text === '') continue
    const value = text.length > LONGEST ? undefined : parse(source, text.trim())
    if (value === undefined) dropped.push(source.name)
    else facts[source.name] = value
  }
  return { facts, dropped }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

function parse(source: OwnFieldSource, text: string): FieldValue | undefined {
  if (source.type === 'enum') return source.values?.includes(text) ? text : undefined
  if (source.type === 'boolean') return BOOLEANS.get(text)
  if (!/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu.test(text)) return undefined
  const number = Number(text)
  const whole = source.type === 'number' || Number.isSafeInteger(number)
  return Number.isFinite(number) && whole && isWithin(source, number) ? number : undefined
}

function isWithin({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: OwnFieldSource, number: number): boolean {
  return number >= min && number <= max
}

function readPairs(file: string | undefined): Map<string, string> {
  if (file === undefined) return new Map()
  try {
    const lines = textOf(file).split('\n')
    return new Map(
      lines.flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)]] : [])),
    )
  } catch {
    return new Map()
  }
}

function textOf(file: string): string {
  const descriptor = openOwned(file)
  try {
    return fs.fstatSync(descriptor).size > MOST_BYTES ? '' : fs.readFileSync(descriptor, 'utf8')
  } finally {
    fs.closeSync(descriptor)
  }
}
