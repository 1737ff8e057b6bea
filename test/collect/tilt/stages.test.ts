import { describe, expect, test } from '@jest/globals'
import { stageName, stagesOf } from '../../../src/collect/tilt/stages.ts'
import { recordedItems } from '../../support/tilt.ts'

describe('a stage is named by kind and number, never by its text', () => {
  test.each([
    ['[base 1/2] COPY busybox /bin/busybox', 'base 1/2 COPY'],
    ['[base 2/2] RUN ["/bin/busybox","sh","-c","echo secret > /app/a"]', 'base 2/2 RUN'],
    ['[1/2] COPY a /b', '1/2 COPY'],
    ['[stage-1 10/12] WORKDIR /home/anna', 'stage-1 10/12 WORKDIR'],
    ['[linux/arm64 build 2/7] RUN make', 'linux/arm64 build 2/7 RUN'],
    ['[linux/arm/v7 2/7] ADD https://example.com/x /', 'linux/arm/v7 2/7 ADD'],
    ['[linux/arm64->amd64 build 3/7] RUN make', 'linux/arm64->amd64 build 3/7 RUN'],
    // With ten or more of them, BuildKit puts a blank before the numbers of one digit.
    ['[ 2/12] RUN make', '2/12 RUN'],
    ['[build  3/13] COPY a b', 'build 3/13 COPY'],
    ['[linux/arm64 build  3/13] COPY a b', 'linux/arm64 build 3/13 COPY'],
    ['[build 1/3] FROM docker.io/library/node:20@sha256:0123', 'build 1/3 FROM'],
    ['[build 3/3] secretword', 'build 3/3 step'],
    ['[build 3/3] RUNNER=1 x', 'build 3/3 step'],
    ['[internal] load build definition from Dockerfile.secret', 'internal load build definition'],
    ['[internal] load .dockerignore', 'internal load .dockerignore'],
    ['[internal] load metadata for registry.example.com/secret:1', 'internal load metadata'],
    ['[auth] secret/node:pull token for registry.example.com', 'auth'],
    ['importing cache manifest from registry.example.com/secret', 'importing cache manifest'],
    ['exporting to image', 'exporting to image'],
    ['[/home/anna 1/2] COPY a b', 'other'],
    ['[x 1/2 COPY a b', 'other'],
    ['whatever /home/anna', 'other'],
    ['', 'other'],
  ])('%s', (text, name) => expect(stageName(text)).toBe(name))
})

test('the stages of a recorded build, with their times, and the one that failed', () => {
  const [bad, web] = recordedItems('dockerimages-completed-and-failed.json') as { status: unknown }[]
  expect(stagesOf(web?.status).map(({ name, durationMs, outcome, cached }) => [name, durationMs, outcome, cached])).toEqual([
    ['internal load build definition', 21, 'success', undefined],
    ['internal load .dockerignore', 52, 'success', undefined],
    ['internal load build context', 72, 'success', undefined],
    ['base 1/2 COPY', 0, 'success', true],
    ['base 2/2 RUN', 0, 'success', true],
    ['final 1/2 COPY', 0, 'success', true],
    ['final 2/2 RUN', 0, 'success', true],
    ['exporting to image', 1, 'success', undefined],
  ])
  expect(stagesOf(bad?.status).at(-1)).toEqual({
    name: '2/2 RUN',
    start: Date.parse('2026-11-21T09:35:59.648Z'),
    durationMs: 95,
    outcome: 'failure',
  })
})

test('a stage without its times is left out', () => {
  const stageStatuses = [
    { name: '[1/2] RUN a', startedAt: null, finishedAt: null },
    { name: '[2/2] RUN b', startedAt: '2026-11-21T09:36:00.000000Z', finishedAt: '2026-11-21T09:35:00.000000Z' },
  ]
  expect(stagesOf({ stageStatuses })).toEqual([])
})
