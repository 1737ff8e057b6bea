import { describe, expect, test } from '@jest/globals'
import type { Decision, Entry } from '../../src/consent/decision.ts'
import { entryFor, type Identity, identify } from '../../src/consent/identity.ts'
import { identityOf } from '../../src/consent/standing.ts'
import { entryId } from '../../src/consent/store.ts'
import type { FoundProject } from '../../src/project/find.ts'
import { readProject } from '../../src/project/read.ts'
import { decisionOn } from '../support/projects.ts'
import { testWorld } from '../support/world.ts'

const found = (content: Record<string, unknown> | undefined): FoundProject => ({ file: '/f', root: '/', content, problem: undefined })
const segment = { type: 'segment', writeKey: 'key' }
const WHERE = 'segment host="https://api.segment.io" writeKey="key"'

describe('whose yes a project file needs', () => {
  test.each<[string, Record<string, unknown> | undefined, Identity | undefined]>([
    ['nothing found', undefined, undefined],
    ['no name', { destinations: [] }, undefined],
    ['an empty name', { project: '' }, undefined],
    ['a name that is no text', { project: 7 }, undefined],
    ['destinations that are no list', { project: 'P', destinations: {} }, undefined],
    ['a destination that is none', { project: 'P', destinations: [null] }, undefined],
    ['a destination without a type', { project: 'P', destinations: [{ writeKey: 'x' }] }, undefined],
    ['no destinations', { project: 'P' }, { project: 'P', recipient: 'the people who maintain P', declared: [], where: [] }],
    [
      'all of it',
      { project: 'P', recipient: 'R', destinations: [segment] },
      { project: 'P', recipient: 'R', declared: [WHERE], where: [WHERE] },
    ],
  ])('%s', (_name, content, identity) => {
    expect(identify(content && found(content))).toEqual(identity)
  })

  test('the quick reading and the checked one agree', () => {
    const content = { project: 'P', recipient: 'R', destinations: [{ ...segment, host: 'https://eu.example' }, segment] }
    const read = readProject(found(content))
    expect('project' in read && identityOf(testWorld(), read.project)).toEqual(identify(found(content)))
  })

  test('the order of destinations does not matter, the host and the key do', () => {
    const other = { type: 'file', path: 'a.jsonl' }
    const where = (...destinations: object[]) => identify(found({ project: 'P', destinations }))?.where
    expect(where(segment, other)).toEqual(where(other, segment))
    expect(where(segment)).not.toEqual(where({ ...segment, writeKey: 'another' }))
    expect(where(segment)).not.toEqual(where({ ...segment, host: 'https://elsewhere.example' }))
    expect(where(segment)).toEqual(where({ ...segment, host: 'https://api.segment.io' }))
  })
})

describe('the entry that speaks for a project', () => {
  const identity: Identity = { project: 'P', recipient: 'R', declared: ['a', 'b'], where: ['a', 'b'] }
  const entry = (more: Partial<Entry>): Entry => ({ id: 'p', project: 'P', recipient: 'R', where: ['a', 'b'], anonymousId: null, ...more })
  const project = readProject(found({ project: 'P', recipient: 'R' }))
  const agreedTo = (...recipients: string[]) => ({
    decision: { ...decisionOn('project' in project ? project.project : (undefined as never), 'on'), recipients },
  })

  test.each<[string, Entry[], string | undefined]>([
    ['none stored', [], undefined],
    ['the same', [entry({ id: 'same' })], 'same'],
    ['another name', [entry({ project: 'Q' })], undefined],
    ['another recipient', [entry({ recipient: 'S' })], undefined],
    ['sends elsewhere', [entry({ where: ['c'] })], undefined],
    ['one place in common', [entry({ where: ['b', 'c'] })], 'p'],
    ['the place stands in its decision only', [entry({ where: ['c'], ...agreedTo('a') })], 'p'],
    ['most in common wins', [entry({ id: 'one', where: ['a'] }), entry({ id: 'two', where: ['a', 'b'] })], 'two'],
    ['most in common wins, whatever stands first', [entry({ id: 'two', where: ['a', 'b'] }), entry({ id: 'one', where: ['a'] })], 'two'],
    ['decided when nothing was sent anywhere, which says nothing about a sender', [entry({ where: [] })], undefined],
    ['a sender is nearer than one that sends nowhere', [entry({ id: 'no', where: [] }), entry({ id: 'a', where: ['a'] })], 'a'],
  ])('%s', (_name, entries, id) => {
    expect(entryFor(entries, identity)?.id).toBe(id)
  })

  test('a project that no longer sends anywhere finds no entry that sends', () => {
    expect(entryFor([entry({ id: 'sends' })], { ...identity, declared: [], where: [] })).toBeUndefined()
  })

  test('its name is readable, safe for a folder, and its own for each recipient and place', () => {
    const ids = [identity, { ...identity, recipient: 'S' }, { ...identity, declared: ['a'] }, { ...identity, project: 'P!' }].map(entryId)
    expect(new Set(ids).size).toBe(4)
    expect(entryId({ ...identity, project: `../../Ünï ${'x'.repeat(200)}` })).toMatch(/^uni_x{36}-[0-9a-f]{12}$/u)
  })

  const no = (decided: Partial<Decision>, where: string[]) =>
    entry({ where, decision: { ...agreedTo().decision, decision: 'off', ...decided } })

  test('a no stands where the project no longer sends anywhere', () => {
    expect(entryFor([no({ recipients: ['a'] }, ['a'])], { ...identity, where: [] })?.id).toBe('p')
  })

  test('a no that lost its places in a damaged file stands everywhere', () => {
    expect(entryFor([no({ method: 'salvaged' }, [])], identity)?.id).toBe('p')
  })
})
