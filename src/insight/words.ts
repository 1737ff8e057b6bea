import { printable } from '../messages.ts'
import type { Machine, PersonSummary, Summary, TargetSummary } from './model.ts'

/** A duration as short as it can be said: `420 ms`, `5.2 s`, `52 s`, `2m 05s`, `12 min`, `3.4 h`, `131 h`. */
export function shortTime(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 59.5) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`
  if (whole < 3570) return `${Math.round(seconds / 60)} min`
  const hours = seconds / 3600
  return hours < 9.95 ? `${hours.toFixed(1)} h` : `${grouped(Math.round(hours))} h`
}

/** A whole number with a comma between thousands. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** A share as whole percents; `<1%` where it is not quite none. */
export function percent(share: number): string {
  return share > 0 && share < 0.005 ? '<1%' : `${Math.round(share * 100)}%`
}

/** A signed change, `+29%`. */
export function change(by: number): string {
  return `${by < 0 ? '-' : '+'}${Math.abs(by) < 0.5 ? Math.abs(by).toFixed(1) : Math.round(Math.abs(by))}%`
}

/** `darwin, 8 processors, 32 GB`; empty where nothing is known. */
export function machineWords(machine: Machine | undefined): string {
  const { os, cpus, memoryGb } = machine ?? {}
  const parts = [
    os === undefined ? '' : printable(os, 20),
    cpus === undefined ? '' : `${cpus} processors`,
    memoryGb ? `${memoryGb} GB` : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** Names are cut at so many characters in a sentence. */
const LONGEST_NAME = 50

/** A failure rate of which even the lower end is above this is worth a sentence. */
const OFTEN = 0.1

/** What stands out, a sentence each, what matters most first; empty where nothing does. */
export function outstanding(summary: Summary): string[] {
  const { targets } = summary
  const trends = targets
    .filter(({ trend }) => trend?.significant)
    .sort((one, other) => (other.trend?.percent ?? 0) - (one.trend?.percent ?? 0))
  return [
    ...trends.map(trendSentence),
    ...targets.filter(({ flaky }) => flaky).map(flakySentence),
    ...targets.filter(({ failure }) => (failure?.low ?? 0) > OFTEN).map(failureSentence),
    ...summary.machines.filter(({ outlier }) => outlier).map(outlierSentence),
  ]
}

const whole = (share: number) => Math.round(share * 100)
const name = (target: string) => printable(target, LONGEST_NAME)

function trendSentence({ target, trend }: TargetSummary): string {
  const { percent: by = 0, weeks = 0 } = trend ?? {}
  const [last, first] = weeks === 1 ? ['last week', 'first'] : [`last ${weeks} weeks`, `first ${weeks}`]
  return `${name(target)} got ${Math.round(Math.abs(by)) || '<1'}% ${by > 0 ? 'slower' : 'faster'} (the ${last} against the ${first})`
}

function flakySentence({ target, mixed }: TargetSummary): string {
  return `${name(target)} is flaky: of ${grouped(mixed?.of ?? 0)} commits that it ran on more than once, ${grouped(mixed?.count ?? 0)} saw it both fail and pass`
}

function failureSentence({ target, failure }: TargetSummary): string {
  const { share = 0, low = 0, high = 0 } = failure ?? {}
  return `${name(target)} fails in ${whole(share)}% of its runs (${whole(low)} to ${whole(high)}%)`
}

function outlierSentence({ code, you, machine, ratio }: PersonSummary): string {
  const what = machineWords(machine)
  return `${you ? `your machine, ${code}` : code}${what === '' ? '' : ` (${what})`} takes ${ratio.toFixed(1)} times as long as everybody else`
}
