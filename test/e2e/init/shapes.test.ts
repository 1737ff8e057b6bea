import { describe, expect, test } from '@jest/globals'
import type { Ended } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'
import { SHAPES, type Shape } from './shapes.ts'

const project = ({ files, links }: Shape) => initProject(files, links ? { links } : {})

/** Several goals are a make each in the explicit way, so what they share is made for each of them. */
const one = (goal: readonly string[]) => goal.filter((word) => !/=|^[-.]/u.test(word)).length < 2

/** What is seen of each goal. Makes nothing that outlives it. */
async function outcomes(at: InitProject, { goals }: Shape, chosen = (_goal: readonly string[]) => true): Promise<Ended[]> {
  const seen: Ended[] = []
  for (const goal of goals.filter(chosen)) seen.push(await at.make(...goal))
  at.git('clean', '--quiet', '--force', '--', 'out.txt', 'gen.mk', 'remade')
  return seen
}

describe.each(SHAPES.map((shape) => [shape.name, shape] as const))('%s', (_name, shape) => {
  test('init finds its targets, changes nothing that make does, has nothing to do twice, and is undone byte for byte', async () => {
    const at = project(shape)
    const native = await outcomes(at, shape)
    expect(native.every(({ code }) => code === 0)).toBe(true)
    const before = at.tree()
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(at.read('send-metrics.json'))).toEqual({ project: 'shop', targets: shape.targets })
    const { GNUmakefile: ours, 'send-metrics.json': listed, ...rest } = at.tree()
    expect(rest).toEqual(before)
    expect([ours, listed].every((file) => file !== undefined)).toBe(true)
    expect(await outcomes(at, shape)).toEqual(native)
    const after = at.tree()
    expect(await at.init('--yes')).toMatchObject({ code: 0, stdout: '', stderr: 'send-metrics: nothing to do\n' })
    expect(at.tree()).toEqual(after)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('--explicit touches the rules of its targets alone, and is undone byte for byte', async () => {
    const at = project(shape)
    const native = await outcomes(at, shape, one)
    const before = at.tree()
    const explicit = shape.explicit ?? []
    expect(await at.init('--explicit', explicit.join(','), '--yes')).toMatchObject({ code: 0, stderr: '' })
    const changed = Object.entries(at.tree()).filter(([name, text]) => before[name] !== text)
    expect(changed.map(([name]) => name)).toEqual(expect.arrayContaining(['send-metrics.json']))
    expect(changed).toHaveLength(2)
    for (const [name, text] of changed) if (name !== 'send-metrics.json') expect(inItsMode(text, withoutOurs)).toBe(before[name])
    expect(await outcomes(at, shape, one)).toEqual(native)
    const after = at.tree()
    expect(await at.init('--explicit', explicit.join(','), '--yes')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'send-metrics: nothing to do\n',
    })
    expect(at.tree()).toEqual(after)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('--include puts its lines around all there is, and is undone byte for byte', async () => {
    const at = project(shape)
    const native = await outcomes(at, shape)
    const before = at.tree()
    expect(await at.init('--include', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(await outcomes(at, shape)).toEqual(native)
    const after = at.tree()
    expect(await at.init('--include', '--yes')).toMatchObject({ code: 0, stdout: '', stderr: 'send-metrics: nothing to do\n' })
    expect(at.tree()).toEqual(after)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })
})

const inItsMode = (text: string, change: (text: string) => string) =>
  text.replace(/^(\d+ )([\s\S]*)$/u, (_all, mode: string, rest: string) => mode + change(rest))

/** The text with the rules that people call taken out, and the others under their own names again. */
function withoutOurs(text: string): string {
  const ours =
    /(?:\.PHONY: impl-[^\n]*\n)?[^\n]*?:( ## [^\n\r]*)?\r?\n[\t>]\+@[^\n]*unset MAKELEVEL[^\n]*\n(?:[^\n]*\n){5,12}?\r?\n([^\r\n]*)/gu
  return text.replace(ours, (_all, help: string | undefined, rule: string) => `${rule}${help ?? ''}`).replaceAll('impl-', '')
}
