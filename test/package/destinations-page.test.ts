import * as dgram from 'node:dgram'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DESTINATIONS } from '../../src/destinations/index.ts'
import { NODE } from '../support/cli.ts'
import { hasPrograms } from '../support/programs.ts'
import { nobody } from '../support/raw-server.ts'
import { honeycombAnswer, type Receiver, receiver, status } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

const PAGE = fs.readFileSync('docs/destinations.md', 'utf8')
const EXPORTER = '/var/lib/prometheus/node-exporter'

/** A destination as the page declares it, and the variables that stand before it. */
interface Example {
  readonly declared: Readonly<Record<string, unknown>> & { readonly type: string }
  readonly env: Readonly<Record<string, string>>
}

/** The blocks of a kind, in order. */
function blocks(kind: string): string[] {
  return [...PAGE.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'gu'))].map(([, text]) => text ?? '')
}

/** Every declaration of the page, with what the last shell block of its section exports. */
function examples(): Example[] {
  return PAGE.split(/^## /mu).flatMap((section) => {
    let env: Record<string, string> = {}
    return [...section.matchAll(/```(json|sh)\n([\s\S]*?)```/gu)].flatMap(([, kind, text = '']) => {
      if (kind === 'json') return [{ declared: JSON.parse(text.replace('YOUR_WRITE_KEY', 'aBcDeF0123456789')) as Example['declared'], env }]
      env = Object.fromEntries([...text.matchAll(/^export (\w+)=(\S+)$/gmu)].map(([, name, value]) => [name, value]))
      return []
    })
  })
}

/** A program of the page, by what stands in its first line. */
const program = (kind: string, first: string) => blocks(kind).find((text) => text.startsWith(first)) ?? ''

let there: Receiver
beforeEach(async () => {
  there = await receiver()
  there.answer = (request, response, socket) =>
    (request.url.startsWith('/1/batch/') ? honeycombAnswer() : status(200))(request, response, socket)
})
afterEach(() => there.close())

/** Where a destination goes that names no address; no test may leave this machine. */
const ADDRESS: Readonly<Record<string, string>> = { segment: 'host', honeycomb: 'apiHost' }

/** The example in a project of its own, with the receiver in place of each server and its own folder in place of the exporter's. */
function set({ declared, env }: Example, more: Readonly<Record<string, string>> = {}): Scratch {
  const here = (text: string) => text.replace(/https?:\/\/[^/"]+/gu, there.url)
  const at = scratch({ files: { report: more.report ?? '#!/bin/sh\ncat > got.json\n' } })
  const address = ADDRESS[declared.type]
  const whole = { ...(address && { [address]: there.url }), ...declared }
  const destination = JSON.parse(here(JSON.stringify(whole)).replace(EXPORTER, at.repo)) as object
  fs.writeFileSync(path.join(at.repo, 'send-metrics.json'), JSON.stringify({ project: 'Shop', destinations: [destination] }))
  Object.assign(at.env, Object.fromEntries(Object.entries(env).map(([name, value]) => [name, here(value)])))
  return at
}

describe('docs/destinations.md', () => {
  test('has a section and a row for each destination', () => {
    for (const { type } of DESTINATIONS) {
      expect(PAGE).toMatch(new RegExp(`^## ${type}$`, 'imu'))
      expect(PAGE).toContain(`| [${type}](#${type}) |`)
      expect(examples().map(({ declared }) => declared.type)).toContain(type)
    }
  })

  test.each(examples().map((example, at) => [at + 1, JSON.stringify(example.declared), example] as const))(
    'declaration %i delivers: %s',
    async (_number, _declared, example) => {
      const at = set(example)
      await at.tool(['consent', 'on'])
      const { code, stdout } = await at.tool(['doctor', '--send-test', '--json'])
      expect([code, JSON.parse(stdout)]).toEqual([0, [expect.objectContaining({ result: 'delivered' })]])
      const [key] = /YOUR_\w+/u.exec(Object.values(example.env).join(' ')) ?? []
      for (const { headers } of there.requests) expect(headers['x-honeycomb-team'] ?? headers['api-key']).toBe(key)
    },
  )

  test('shows what export prints', async () => {
    const at = scratch({ projectFile: '{ "project": "Shop" }' })
    await at.tool(['consent', 'local'])
    for (const _ of [1, 2]) await at.wrap(['build'])
    const { stdout } = await at.tool(['export', 'prometheus'])
    expect(PAGE).toContain(`${stdout.split('\n').slice(0, 3).join('\n')}\n`)
  })
})

describe('the program in sh', () => {
  test.each([
    [200, 'delivered', 'exited 0'],
    [422, 'drop', expect.stringMatching(/^exited 65.*: refused with 422$/u)],
    [500, 'retry', 'exited 1: answered 500'],
  ])('after a %i', async (code, result, reason) => {
    if (!hasPrograms('curl')) return
    const at = set({ declared: { type: 'exec', command: ['./report'] }, env: {} }, { report: program('sh', '#!') })
    at.env.BUILD_METRICS_URL = there.url
    there.answer = status(code)
    await at.tool(['consent', 'on'])
    expect((await at.log()).find(({ type }) => type === 'attempt')).toMatchObject({ result, reason })
    expect(JSON.parse(there.requests[0]?.body ?? '')).toEqual([expect.objectContaining({ event: 'shop.consent.change' })])
  })

  test('without an address, or with nobody there', async () => {
    if (!hasPrograms('curl')) return
    for (const [url, reason] of [
      [undefined, 'exited 1: BUILD_METRICS_URL is not set'],
      [await nobody(), expect.stringMatching(/^exited 1: curl: \(7\)/u)],
    ] as const) {
      const at = set({ declared: { type: 'exec', command: ['./report'] }, env: {} }, { report: program('sh', '#!') })
      if (url) at.env.BUILD_METRICS_URL = url
      await at.tool(['consent', 'on'])
      expect((await at.log()).find(({ type }) => type === 'attempt')).toMatchObject({ result: 'retry', reason })
    }
  })
})

test('the program in Node hands runs, and nothing else, to a StatsD agent', async () => {
  const got: string[] = []
  const agent = dgram.createSocket('udp4').on('message', (text) => got.push(text.toString()))
  await new Promise<void>((resolve) => agent.bind(0, '127.0.0.1', resolve))
  try {
    const report = program('js', '#!').replace(/^#!.*/u, `#!${NODE}`)
    const at = set({ declared: { type: 'exec', command: ['./report'] }, env: {} }, { report })
    at.env.STATSD_PORT = String(agent.address().port)
    await at.tool(['consent', 'on'])
    await at.tool(['doctor', '--send-test'])
    await at.wrap(['build'])
    expect((await at.log()).filter(({ type }) => type === 'attempt').map(({ result }) => result)).toEqual(Array(3).fill('delivered'))
    expect(got).toEqual([expect.stringMatching(/^build\.duration:\d+\|ms\|#target:build,outcome:success$/u)])
  } finally {
    agent.close()
  }
})
