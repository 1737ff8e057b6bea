import { execFileSync } from 'node:child_process'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import vendors from 'ci-info/vendors.json' with { type: 'json' }
import { ciProvider } from '../../src/context/ci.ts'

type Env = Record<string, string>

// ci-info looks at the global process, so it is asked in another one, freshly loaded for each environment.
const ASK = `
  const name = require.resolve(process.argv[1])
  const answers = JSON.parse(require('fs').readFileSync(0, 'utf8')).map((env) => {
    process.env = env
    delete require.cache[name]
    const { isCI, name: vendor } = require(name)
    return isCI ? vendor ?? 'CI' : null
  })
  process.stdout.write(JSON.stringify(answers))
`

function ciInfo(environments: readonly Env[]): (string | null)[] {
  const words = ['-e', ASK, path.resolve('node_modules/ci-info/index.js')]
  return JSON.parse(execFileSync(process.execPath, words, { input: JSON.stringify(environments) }).toString())
}

/** Environments that a mark of the list asks for: one for a mark that must hold, one for each of `any`. */
function environmentsFor(mark: unknown): Env[] {
  if (typeof mark === 'string') return [{ [mark]: '1' }]
  const { any, env, includes, ...exact } = mark as Record<string, string> & { any?: string[] }
  if (any) return any.map((name) => ({ [name]: '1' }))
  return env === undefined ? [exact] : [{ [env]: `before ${includes} after` }]
}

function vendorEnvironments(): Env[] {
  return vendors.flatMap(({ env }) => {
    const marks: unknown[] = Array.isArray(env) ? env : [env]
    const all = marks.reduce<Env[]>((some, mark) => some.flatMap((one) => environmentsFor(mark).map((more) => ({ ...one, ...more }))), [{}])
    // With one mark missing, and with another value, it is not that vendor.
    const some = all.flatMap((one) => Object.keys(one).map((name) => ({ ...one, [name]: 'another' })))
    const less = all.flatMap((one) => Object.keys(one).map((name) => ({ ...one, [name]: '' })))
    return [...all, ...some, ...less]
  })
}

const GENERIC = [
  'CI',
  'BUILD_ID',
  'BUILD_NUMBER',
  'CI_APP_ID',
  'CI_BUILD_ID',
  'CI_BUILD_NUMBER',
  'CI_NAME',
  'CONTINUOUS_INTEGRATION',
  'RUN_ID',
]

describe('the same answer as ci-info', () => {
  let environments: Env[] = []
  let theirs: (string | null)[] = []
  beforeAll(() => {
    const alone = vendorEnvironments()
    const denied = alone.map((env) => ({ ...env, CI: 'false' }))
    const alsoGeneral = alone.map((env) => ({ ...env, CI: 'true' }))
    environments = [{}, ...GENERIC.flatMap((name) => [{ [name]: '1' }, { [name]: '' }]), ...alone, ...denied, ...alsoGeneral]
    theirs = ciInfo(environments)
  })

  test('for every vendor on its list, whole, in part, denied, and with CI=true', () => {
    expect(environments.filter((env, at) => (ciProvider(env) ?? null) !== theirs[at])).toEqual([])
  })

  test('the comparison covers every vendor', () => {
    expect(new Set(theirs)).toEqual(new Set([null, 'CI', ...vendors.map(({ name }) => name)]))
  })

  test('for two vendors at once', () => {
    const each = vendors.map(({ env }) => Object.assign({}, ...(Array.isArray(env) ? env : [env]).map((mark) => environmentsFor(mark)[0])))
    const pairs: Env[] = each.flatMap((one) => each.map((other) => ({ ...one, ...other })))
    const answers = ciInfo(pairs)
    expect(pairs.filter((env, at) => (ciProvider(env) ?? null) !== answers[at])).toEqual([])
    expect(pairs.length).toBe(vendors.length ** 2)
  })
})

test('CI=0 is one, as ci-info has it; only CI=false is none', () => {
  expect(ciProvider({ CI: '0' })).toBe('CI')
  expect(ciProvider({ CI: 'false', GITHUB_ACTIONS: 'true' })).toBeUndefined()
})
