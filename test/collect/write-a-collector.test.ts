import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import type { Collector } from '../../src/collect/collector.ts'
import { testdir } from '../support/testdir.ts'

test('the collector of docs/write-a-collector.md works as it stands there', async () => {
  const [, contents = ''] = /```ts\n([\s\S]*?)```/u.exec(fs.readFileSync('docs/write-a-collector.md', 'utf8')) ?? []
  const outfile = path.join(testdir(), 'disk.mjs')
  buildSync({
    stdin: { contents, resolveDir: path.resolve('src/collect/disk'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  })
  const { DiskCollector } = (await import(outfile)) as { DiskCollector: new (world: { cwd: string; now: () => number }) => Collector }
  const there = new DiskCollector({ cwd: testdir(), now: () => 0 })
  const { reached, observations } = await there.look(new AbortController().signal)
  expect([reached, observations.length, observations[0]?.at]).toEqual([true, 1, '1970-01-01T00:00:00.000Z'])
  expect(observations[0]?.facts.free_gb).toEqual(expect.any(Number))
  const gone = new DiskCollector({ cwd: '/nonexistent', now: () => 0 })
  expect(await gone.look(new AbortController().signal)).toMatchObject({ reached: false, observations: [] })
})
