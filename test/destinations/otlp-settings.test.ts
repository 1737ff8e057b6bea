import { describe, expect, test } from '@jest/globals'
import { otlpMissing, otlpSettings } from '../../src/destinations/otlp-settings.ts'
import type { Environment } from '../../src/world.ts'

const read = (declared: object, env: Environment = {}) => otlpSettings({ type: 'otlp', ...declared }, env)

describe('the address', () => {
  test.each<[string, object, Environment, string]>([
    ['of a collector gets the path of traces', { endpoint: 'http://c:4318' }, {}, 'http://c:4318/v1/traces'],
    ['with a slash, too', { endpoint: 'http://c:4318/' }, {}, 'http://c:4318/v1/traces'],
    ['with a query has the path before it', { endpoint: 'http://c:4318?tenant=a/b' }, {}, 'http://c:4318/v1/traces?tenant=a/b'],
    ['of all signals with a query, too', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e/otel/?t=1' }, 'http://e/otel/v1/traces?t=1'],
    ['with a path stays', { endpoint: 'https://otlp.nr-data.net/v1/traces' }, {}, 'https://otlp.nr-data.net/v1/traces'],
    ['from the environment', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e:4318/' }, 'http://e:4318/v1/traces'],
    ['below a path of the environment', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e/otel' }, 'http://e/otel/v1/traces'],
    [
      'for traces alone, as it is',
      {},
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' },
      'http://t/x',
    ],
    ['of the project, which people agreed to', { endpoint: 'http://c' }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e' }, 'http://c/v1/traces'],
    ["of the tool's own variable", { endpoint: 'http://c' }, { SEND_METRICS_OTLP_ENDPOINT: 'http://m' }, 'http://m/v1/traces'],
  ])('%s', (_name, declared, env, url) => expect(read(declared, env)).toMatchObject({ url }))
})

describe('headers', () => {
  const from = { endpoint: 'https://c', headersFrom: 'env' }
  test('only when the project asks for them', () => {
    expect(read({ endpoint: 'https://c' }, { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k' })).toMatchObject({ headers: {} })
  })

  test.each<[string, Environment, object]>([
    ['of all signals', { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k, x-b = two%20words' }, { 'api-key': 'k', 'x-b': 'two words' }],
    ['of traces before those', { OTEL_EXPORTER_OTLP_HEADERS: 'a=1', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=2' }, { b: '2' }],
    ['with an = in the value', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic eA==' }, { authorization: 'Basic eA==' }],
    ['that would break out of their line are left out', { OTEL_EXPORTER_OTLP_HEADERS: 'a=1%0d%0ab: 2,two words=3,=4' }, {}],
    ['that are no percent-encoding stay', { OTEL_EXPORTER_OTLP_HEADERS: 'a=100%' }, { a: '100%' }],
  ])('%s', (_name, env, headers) => expect(read(from, env)).toMatchObject({ headers }))

  test('that belong to another address go to no other', () => {
    const theirs = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://elsewhere', OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret' }
    expect(read(from, theirs)).toMatchObject({ headers: {} })
    expect(read({ ...from, endpoint: 'https://elsewhere/v1/traces' }, theirs)).toMatchObject({ headers: { 'api-key': 'secret' } })
    expect(read(from, { ...theirs, SEND_METRICS_OTLP_HEADERS: 'api-key=mine' })).toMatchObject({ headers: { 'api-key': 'mine' } })
  })
})

test('certificates and a time limit come from the standard variables; certificates are for their own address only', () => {
  const theirs = {
    OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
    OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: 'k.pem',
    OTEL_EXPORTER_OTLP_TIMEOUT: '250',
  }
  expect(read({ endpoint: 'https://c' }, theirs)).toMatchObject({
    certificates: { authorities: 'ca.pem', client: undefined, clientKey: 'k.pem' },
    timeoutMs: 250,
  })
  expect(read({ endpoint: 'https://c' }, { ...theirs, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://e' })).toMatchObject({ certificates: {} })
  expect(read({}, { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' })).toMatchObject({ timeoutMs: undefined })
})

describe('what is missing', () => {
  test.each<[string, object, Environment, RegExp | undefined]>([
    ['an address', {}, {}, /no address; put "endpoint"/u],
    ['an address that is one', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, /its address is/u],
    ['a password elsewhere than in the address', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://u:secret@e' }, /^its address holds [^:]*$/u],
    ['a protocol that is spoken', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /only http\/json/u],
    ['nothing', { endpoint: 'http://c' }, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, undefined],
  ])('%s', (_name, declared, env, problem) => {
    const missing = otlpMissing(read(declared, env))
    if (problem) expect(missing).toMatch(problem)
    else expect(missing).toBeUndefined()
  })
})
