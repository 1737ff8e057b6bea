import { describe, expect, test } from '@jest/globals'
import { bareHost, proxyFor } from '../../src/destinations/proxy.ts'
import type { Environment } from '../../src/world.ts'

const HTTP = 'http://api.example.org/v1'
const HTTPS = 'https://api.example.org/v1'

describe('which proxy', () => {
  test.each<[string, Environment, string | undefined]>([
    [HTTPS, {}, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:3128' }, 'p:3128'],
    [HTTPS, { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:2' }, 'low:1'],
    [HTTPS, { http_proxy: 'http://p:1' }, undefined],
    [HTTPS, { ALL_PROXY: 'http://p:1' }, 'p:1'],
    [HTTPS, { HTTPS_PROXY: '', ALL_PROXY: 'p:1' }, 'p:1'],
    [HTTP, { http_proxy: 'p:8080' }, 'p:8080'],
    // Anybody who asks a CGI server can set HTTP_PROXY.
    [HTTP, { HTTP_PROXY: 'http://p:1' }, undefined],
    [HTTP, { http_proxy: 'http://p' }, 'p:1080'],
    [HTTP, { http_proxy: 'http://p:80/' }, 'p:80'],
    [HTTP, { http_proxy: 'HTTP://p:' }, 'p:1080'],
    [HTTP, { http_proxy: 'https://p' }, 'p:443 tls'],
    [HTTP, { http_proxy: 'http://[::1]:3128' }, '::1:3128'],
  ])('%s %j', (url, env, expected) => {
    const proxy = proxyFor(new URL(url), env)
    expect(proxy && `${proxy.host}:${proxy.port}${proxy.tls ? ' tls' : ''}`).toBe(expected)
  })

  test('a name and a password are handed over, with their escapes undone', () => {
    const { authorization } = proxyFor(new URL(HTTP), { http_proxy: 'http://me:p%40ss@p:1' }) ?? {}
    expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    expect(proxyFor(new URL(HTTP), { http_proxy: 'http://p:1' })).toMatchObject({ authorization: undefined })
  })

  test.each<[string, string]>([
    ['me:100%', 'me:100%'],
    ['me:%zz%41', 'me:%zzA'],
    ['DOM\\user:pw', 'DOM\\user:pw'],
    [':pw', ':pw'],
    ['', ':'],
    ['me', 'me:'],
    ['me:', 'me:'],
    ['me:p:w', 'me:p:w'],
    ['me;opt:pw', 'me;opt:pw'],
    ['m%C3%A9:é', 'mé:é'],
    ['me:%2B+', 'me:++'],
  ])('of %j, all is taken as curl takes it', (login, expected) => {
    const { authorization } = proxyFor(new URL(HTTP), { http_proxy: `http://${login}@p:1` }) ?? {}
    expect(Buffer.from(authorization?.slice(6) ?? '', 'base64').toString()).toBe(expected)
  })

  test.each([
    'socks5://p:1',
    '::::',
    'http://me:secret@a@p:1',
    'http://me:sec ret@p:1',
    'http://me:sec/ret@p:1',
    '//me:secret@p:1',
    'http://%0a:secret@p',
    'p:70000',
  ])('%j is an error that is told, without what is in it', (address) => {
    expect(() => proxyFor(new URL(HTTP), { http_proxy: address })).toThrow(
      /^(?!.*secret).*(?:not supported|cannot be read|control character)/u,
    )
  })
})

describe('NO_PROXY', () => {
  test.each<[string, string, boolean]>([
    [HTTP, '', false],
    [HTTP, '*', true],
    [HTTP, 'api.example.org', true],
    [HTTP, 'API.Example.org', true],
    [HTTP, 'example.org', true],
    [HTTP, '.example.org', true],
    [HTTP, '*.example.org', false],
    [HTTP, 'x,*', false],
    [HTTP, 'example.org.', true],
    [HTTP, 'ample.org', false],
    [HTTP, 'example.org.evil', false],
    [HTTP, 'localhost, example.org', true],
    [HTTP, 'localhost example.org', true],
    [HTTP, 'example.org:80', false],
    ['http://127.0.0.1:9', '127.0.0.1', true],
    ['http://127.0.0.1:9', '127.0.0.1:9', false],
    ['http://127.0.0.1:9', '.0.0.1', false],
    ['http://127.0.0.1:9', '127.0.0.0/8', true],
    ['http://127.0.0.1:9', '127.0.0.2/8', true],
    ['http://127.0.0.1:9', '10.0.0.0/8', false],
    ['http://127.0.0.1:9', '127.0.0.0/40', false],
    ['http://[::1]:9/', '::/64', true],
    ['http://[::1]:9/', '127.0.0.0/8', false],
    ['http://[::1]:9/', '[::1]', true],
    ['http://[::1]:9/', '::1', true],
  ])('%s with %j', (url, list, exempt) => {
    const env = { http_proxy: 'http://p:1', https_proxy: 'http://p:1' }
    expect(proxyFor(new URL(url), { ...env, NO_PROXY: list }) === undefined).toBe(exempt)
    expect(proxyFor(new URL(url), { ...env, no_proxy: list }) === undefined).toBe(exempt)
  })
})

test('a host without the brackets of IPv6', () => {
  expect([bareHost(new URL('http://[::1]:9')), bareHost(new URL('http://a.b'))]).toEqual(['::1', 'a.b'])
})
