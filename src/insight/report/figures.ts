import { grouped } from '../words.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A duration as it is said where there is room, unlike in a terminal: 350 ms, 6.6 s, 44 s, 1 min 4 s, 57 min, 5.1 h, 131 h. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}\u00a0ms`
  if (ms < 9.95 * SECOND) return `${short(ms / SECOND)}\u00a0s`
  if (ms < 59.5 * SECOND) return `${Math.round(ms / SECOND)}\u00a0s`
  if (ms < 10 * MINUTE) return minutes(Math.round(ms / SECOND))
  if (ms < 59.5 * MINUTE) return `${Math.round(ms / MINUTE)}\u00a0min`
  if (ms < 9.95 * HOUR) return `${short(ms / HOUR)}\u00a0h`
  return `${grouped(Math.round(ms / HOUR))}\u00a0h`
}

/** The same in one unit, for where there is little room: 1.9 min. */
export function shortDuration(ms: number): string {
  return ms >= 59.5 * SECOND && ms < 9.95 * MINUTE ? `${short(ms / MINUTE)}\u00a0min` : duration(ms)
}

function minutes(seconds: number): string {
  const rest = seconds % 60
  return `${Math.floor(seconds / 60)}\u00a0min${rest === 0 ? '' : `\u00a0${rest}\u00a0s`}`
}

function short(value: number): string {
  return value.toFixed(1).replace(/\.0$/u, '')
}

/** "1 run", "2 runs", "3 people". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`
}

/** How often a median goes into another: 1.97×. */
export function times(ratio: number): string {
  return ratio < 99.5 ? `${ratio.toFixed(2)}×` : `${grouped(Math.round(ratio))}×`
}

/** A day, UTC, as in 2025-11-21. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Some names, and how many more there are. */
export function some<T>(all: readonly T[], most: number): { shown: readonly T[]; more: number } {
  return all.length <= most ? { shown: all, more: 0 } : { shown: all.slice(0, most), more: all.length - most }
}
