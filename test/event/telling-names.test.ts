import { describe, expect, test } from '@jest/globals'
import { looksLikeHost, looksLikeToken } from '../../src/event/telling-names.ts'

/** Names of targets as projects have them. */
const TARGETS = [
  'build',
  'test.unit',
  'dev.up.lms+cms',
  'dev.provision.large-and-slow',
  'docker-compose.up',
  'lint-js',
  'fmt.rs',
  'test.py',
  'e2e',
  'x86_64-linux',
  'sha256sum',
  'build-2026-11-29',
  'release-v1.2.3',
  'py39-py310-py311',
  'buildAndTestTheWholeThingForAll',
  'npm_install',
  'pypi-upload',
  'i18n.up',
  'node20',
  'a'.repeat(60),
]

test.each(TARGETS)('%s tells nothing', (name) => {
  expect([looksLikeToken(name), looksLikeHost(name)]).toEqual([false, false])
})

describe('a token', () => {
  test.each([
    'ghp_abc',
    'deploy-ghp_0123456789abcdefABCDEF0123456789abcd',
    'github_pat_11ABC',
    'glpat-abcdef',
    'xoxb-1',
    'sk_live_x',
    'sk-proj-x',
    'npm_abcdefghijklmnop',
    'AKIAIOSFODNN7EXAMPLE',
    'eyJhbGciOi',
    '550e8400-e29b-41d4-a716-446655440000',
    'deploy-dbe093e',
    '9c1185a5c5e9fc54612808977ee8f548b2258d31',
    '123456789012',
    'JBSWY3DPEHPK3PXP234',
    'wJalrXUtnFEMI7K7MDENG',
    'a1b2c3d4e5f6g7',
  ])('%s', (name) => expect(looksLikeToken(name)).toBe(true))
})

describe('an address or a host', () => {
  test.each([
    '10.1.2.3',
    'deploy-192.168.0.1',
    'ip-10-0-0-1',
    'aa-bb-cc-dd-ee-ff',
    'ssh-host1.corp.example.com',
    'db01.prod.internal',
    'alices-mac.local',
    'laptop.lan',
    'example.co.uk',
    'ssh_web-1.example.org',
    'a.b.dev',
    'EXAMPLE.COM',
    'example.com.',
  ])('%s', (name) => expect(looksLikeHost(name)).toBe(true))
})
