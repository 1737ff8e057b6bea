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
    [HTTP, { http_proxy: 'http://p' }, 'p:80'],
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

  test.each(['socks5://p:1', '::::'])('%s is an error that is told', (address) => {
    expect(() => proxyFor(new URL(HTTP), { http_proxy: address })).toThrow(/not supported|Invalid URL/u)
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
    [HTTP, '*.example.org', true],
    [HTTP, 'ample.org', false],
    [HTTP, 'example.org.evil', false],
    [HTTP, 'localhost, example.org', true],
    [HTTP, 'localhost example.org', true],
    [HTTP, 'example.org:80', true],
    [HTTP, 'example.org:81', false],
    [HTTPS, 'example.org:443', true],
    ['http://127.0.0.1:9', '127.0.0.1', true],
    ['http://127.0.0.1:9', '127.0.0.1:9', true],
    ['http://[::1]:9/', '[::1]', true],
    ['http://[::1]:9/', '[::1]:9', true],
  ])('%s with %j', (url, list, exempt) => {
    const env = { http_proxy: 'http://p:1', https_proxy: 'http://p:1' }
    expect(proxyFor(new URL(url), { ...env, NO_PROXY: list }) === undefined).toBe(exempt)
    expect(proxyFor(new URL(url), { ...env, no_proxy: list }) === undefined).toBe(exempt)
  })
})

test('a host without the brackets of IPv6', () => {
  expect([bareHost(new URL('http://[::1]:9')), bareHost(new URL('http://a.b'))]).toEqual(['::1', 'a.b'])
})
