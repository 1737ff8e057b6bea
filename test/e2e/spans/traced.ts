import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect } from '@jest/globals'
import type { Ended, Env } from '../../support/cli.ts'
import { needs } from '../../support/needs.ts'
import { hasPrograms } from '../../support/programs.ts'
import { type Scratch, type ScratchOptions, scratch } from '../../support/scratch.ts'

/** The two tracers; what holds for one holds for the other. */
export const TRACERS = ['sh', 'C'] as const
export type TracerKind = (typeof TRACERS)[number]

/** A span as `trace --json` has it. */
export interface TracedSpan {
  readonly id: string
  readonly parent_id: string
  readonly target: string
  readonly start: number
  readonly duration_ms: number
  readonly outcome: string
  readonly depth: number
}

/** A run as `trace --json` has it. */
export interface TracedRun {
  readonly run_id: string
  readonly at: string
  readonly outcome: string
  readonly left_out: number
  readonly spans: readonly TracedSpan[]
  readonly runs: readonly { readonly parent_run_id: string; readonly command: string; readonly spans: readonly TracedSpan[] }[]
}

/** The documented command; undefined without a compiler, where there is nothing to be tested. */
export function buildTracer(home: string): void {
  const folder = path.join(home, '.cache/send-metrics/tracer')
  fs.mkdirSync(folder, { recursive: true })
  execFileSync('cc', ['-O2', '-o', path.join(folder, `line-1-${process.platform}-${process.arch}`), path.resolve('tracer/line.c')])
}

/** Whether that tracer can be tried here. */
export function canTrace(kind: TracerKind): boolean {
  if (kind === 'sh') return needs('/proc/uptime', fs.existsSync('/proc/uptime'))
  return hasPrograms('cc')
}

/** A repository in which somebody chose this machine only, with a folder of its own for what is temporary. */
export async function traced(kind: TracerKind, options: ScratchOptions): Promise<Scratch & { readonly tmp: string }> {
  const at = scratch(options)
  const tmp = path.join(at.folder, 'tmp dir')
  fs.mkdirSync(tmp)
  if (kind === 'C') buildTracer(at.home)
  expect((await at.tool(['consent', 'local'])).code).toBe(0)
  const wrap: Scratch['wrap'] = (words, more: Env = {}) => at.wrap(['--spans', ...words], { TMPDIR: tmp, ...more })
  return { ...at, tmp, wrap }
}

/** The last run with its spans. */
export async function lastTrace(at: Scratch): Promise<TracedRun> {
  const { stdout, stderr } = await at.tool(['trace', '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout) as TracedRun
}

/** Of a run, targets with their outcome, sorted by name. */
export async function outcomes(at: Scratch): Promise<string[]> {
  return (await lastTrace(at)).spans.map(({ target, outcome }) => `${target} ${outcome}`).sort()
}

/** What a person sees of a run, and how it ended. */
export function seen({ code, signal, stdout, stderr }: Ended): object {
  return { code, signal, stdout, stderr }
}
