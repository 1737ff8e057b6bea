import { beforeAll, describe, expect, test } from '@jest/globals'
import { gnumakefile } from '../../src/makefile/gnumakefile.ts'
import { withTheirLines } from '../../src/makefile/own-lines.ts'
import { takenOut, type Written } from '../../src/makefile/taken-out.ts'
import { SHAPES } from '../e2e/init/shapes.ts'
import { type InitProject, initProject } from '../support/init-project.ts'

const WAYS = ['--explicit', '--include'] as const
const linesOf = (text: string) => text.match(/[^\n]*\n|[^\n]+$/gu) ?? []
const bareLines = (text: string) => linesOf(text).map((line) => line.replace(/^\u00EF\u00BB\u00BF|\r?\n?$/gu, ''))
const bytes = (at: InitProject, name: string) => Buffer.from(at.read(name), 'utf8').toString('latin1')
const isText = (content: string | Buffer | undefined): content is string => typeof content === 'string'
const shapes = SHAPES.filter(({ files, links, explicit }) => isText(files.Makefile) && !links && explicit && explicit.length > 0)

describe('a GNUmakefile of ours', () => {
  const ours = gnumakefile({ makefile: 'Makefile', above: [] })
  const fresh = gnumakefile({ makefile: 'makefile', above: ['..'] })
  const changes = (change: (line: string) => string) =>
    linesOf(ours).map((line, at, lines) => [...lines.slice(0, at), change(line), ...lines.slice(at + 1)].join(''))
  const left = (now: string) => {
    const taken = takenOut(Buffer.from(now), { name: 'GNUmakefile', before: undefined, after: ours, makefile: 'Makefile' })
    return 'content' in taken ? taken.content?.toString() : 'unclear'
  }

  test('without a line of ours is still ours', () => {
    expect(new Set(changes(() => '').map(left))).toEqual(new Set([undefined]))
    for (const now of changes(() => '')) expect(withTheirLines(ours, now, ours)).toEqual({ text: ours })
  })

  test('has a line of a person wherever it does not go on in ours, and the next one has it in the same place', () => {
    const found = changes((line) => `# mine\n${line}`).map(
      (now) => [left(now), withTheirLines(ours, now, ours), withTheirLines(ours, now, fresh), now] as const,
    )
    expect(new Set(found.map(([text]) => text))).toEqual(new Set(['# mine\ninclude Makefile\n', 'include Makefile\n# mine\n', 'unclear']))
    for (const [text, same, merged, now] of found) {
      if (text === 'unclear') expect([same, merged]).toEqual([{ unclear: [expect.any(Number)] }, { unclear: [expect.any(Number)] }])
      else {
        expect(same).toEqual({ text: now })
        expect('text' in merged && merged.text.replace('# mine\n', '')).toBe(fresh)
      }
    }
  })

  test('with a line that was changed is neither', () => {
    expect(new Set(changes((line) => `x${line}`).map(left))).toEqual(new Set(['unclear']))
  })
})

describe.each(shapes.map((shape) => [shape.name, shape] as const))('%s', (_name, { files, explicit = [] }) => {
  describe.each(WAYS)('%s', (way) => {
    let [before, after] = ['', '']

    /** What is left of this text; undefined where that cannot be told. */
    const left = (now: string) => {
      const written: Written = { name: 'Makefile', before, after, makefile: undefined }
      const taken = takenOut(Buffer.from(now, 'latin1'), written)
      return 'content' in taken ? taken.content?.toString('latin1') : undefined
    }
    /** The text with each of its lines changed in turn. */
    const changes = (change: (line: string) => string) =>
      linesOf(after).map((line, at, lines) => [...lines.slice(0, at), change(line), ...lines.slice(at + 1)].join(''))

    beforeAll(async () => {
      const at = initProject(files)
      before = bytes(at, 'Makefile')
      if (way === '--explicit') expect(await at.init('--yes', '--explicit', explicit.join(','))).toMatchObject({ code: 0 })
      else expect(await at.init('--yes', '--include')).toMatchObject({ code: 0 })
      after = bytes(at, 'Makefile')
      expect(after).not.toBe(before)
    })

    test('nothing but ours', () => expect(left(after)).toBe(before))

    test('a line more stays, wherever it is, and the rest is as it was', () => {
      const found = changes((line) => line.replace(/^(?:\u00EF\u00BB\u00BF)?/u, (mark) => `${mark}# mine\n`)).map(left)
      expect(found.filter((text) => text !== undefined).length).toBeGreaterThanOrEqual(linesOf(before).length)
      for (const text of found.filter((one) => one !== undefined)) {
        expect(bareLines(text).filter((line) => line.endsWith('# mine'))).toHaveLength(1)
        // An empty line that keeps it from being part of the one above is no harm.
        const [now, was] = [text.replace(/# mine(?:\n|$)/u, ''), before].map((one) => bareLines(one).join('\n').trimEnd())
        expect(now).toBe(was)
      }
    })

    test('a line less is a line less, or one of ours that is gone already', () => {
      const lines = bareLines(before)
      const shorter = [before, ...lines.map((_line, at) => [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n'))]
      for (const text of changes(() => '').map(left))
        if (text !== undefined) expect(shorter.map((one) => bareLines(one).join('\n'))).toContain(bareLines(text).join('\n'))
    })

    test('a line that is another stays so, and nothing else is', () => {
      const lines = bareLines(before)
      for (const text of changes((line) => line.replace(/\r?\n?$/u, (end) => `x${end}`)).map(left)) {
        if (text === undefined) continue
        const now = bareLines(text)
        const at = now.findIndex((line, index) => line !== lines[index])
        const sameBelow = lines.length - (now.length - at - 1)
        expect([now.slice(0, at), now.slice(at + 1)]).toEqual([lines.slice(0, at), lines.slice(sameBelow)])
        expect([at, at + 1]).toContain(sameBelow)
      }
    })
  })
})
