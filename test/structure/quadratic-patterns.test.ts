import { describe, expect, test } from '@jest/globals'
import { check } from 'recheck'
import { expectLinear } from '../support/growth.ts'
import { type Pattern, patternsOf } from '../support/patterns.ts'
import { readTree, type Tree } from './source-tree.ts'

/** Still to be mended: it looks for `$@` behind each program that a line of a recipe names. */
const KNOWN = 'src/makefile/find-targets.ts: /(?:>{1,2}[|]?'

const SOURCE = { ...readTree('src', ['.ts']), ...readTree('bin', ['.js']) }

/** Patterns that some text keeps busy for the square of its length or longer, each with that text as recheck has it. */
async function slowPatterns(tree: Tree): Promise<string[]> {
  const slow: string[] = []
  for (const { file, source, flags } of each(patternsOf(tree))) {
    const found = await check(source, flags, { timeout: Number.POSITIVE_INFINITY })
    if (found.status === 'vulnerable') slow.push(`${file}: /${source}/${flags} is slow for ${found.attack.pattern}`)
    if (found.status === 'unknown') slow.push(`${file}: /${source}/${flags} cannot be judged: ${found.error.kind}`)
  }
  return slow
}

function each(patterns: readonly Pattern[]): Pattern[] {
  return [...new Map(patterns.map((one) => [`${one.source}/${one.flags}`, one])).values()]
}

describe('no pattern takes quadratic time', () => {
  test('as recheck judges them', async () => {
    expect((await slowPatterns(SOURCE)).filter((one) => !one.startsWith(KNOWN))).toEqual([])
  })

  test('on 100 kB of each character that it speaks of, at the start and behind its own text', () => {
    for (const { file, source, flags } of each(patternsOf(SOURCE))) {
      if (`${file}: /${source}`.startsWith(KNOWN)) continue
      const pattern = new RegExp(source, flags.includes('g') ? flags : `${flags}g`)
      const written = source.replace(/\\[a-z]|[\\^$()[\]{}|?*+]/giu, '')
      for (const character of new Set([...written, ...' \t\\"/.0a\n', written]))
        for (const start of ['', written])
          expectLinear((characters) => {
            const text = `${start}${character.repeat(Math.ceil(characters / (character.length || 1)))}\0`
            return () => text.replace(pattern, '')
          })
    }
  })

  test.each([
    ['a literal', String.raw`export const a = (text: string) => text.replace(/\s+$/u, '')`],
    [
      'one that is put together',
      String.raw`const B = '[ \\t]+'; export const a = (name: string) => new RegExp(${'`${B}["]?${B}${name}`'}, 'u')`,
    ],
  ])('a slow one that is planted is found: %s', async (_name, text) => {
    expect(await slowPatterns({ 'src/planted.ts': text })).toHaveLength(1)
  })

  test('work that is planted is found by its time', () => {
    const text = (characters: number) => `${' '.repeat(characters)}x`
    expect(() => expectLinear((characters) => () => text(characters).replace(/\s+$/u, ''), 20_000)).toThrow('half of them')
    expect(() => expectLinear((characters) => () => text(characters).trimEnd())).not.toThrow()
  })
})
