import type { World } from '../world.ts'
import type { MakeRun } from './command-line.ts'

/** What the person asked `wrap` to run. */
export interface WrapRequest {
  /** The public name of a target; undefined where a whole command line of make stands behind `--`. */
  readonly target: string | undefined
  /** What the run is to be called, whatever was run. */
  readonly name: string | undefined
  /** We stand in for the very make that started us, as the generated GNUmakefile has it. */
  readonly forwarded: boolean
  /** Makefiles named with -f, in order; a sub-make does not inherit its parent's. */
  readonly files: readonly string[]
  readonly make: string | undefined
  readonly verbose: boolean
  /** Spans are wanted, whatever the project asks for. */
  readonly spans: boolean
  /** Words for make, untouched: all behind `--`, or all behind the make that a whole command line begins with. */
  readonly makeArguments: readonly string[]
}

/** A bare target, as nearly every Makefile calls `wrap`; anything else is read with more care (wrap-arguments.ts). */
export function plainRequest(typed: readonly string[]): WrapRequest | undefined {
  const [target] = typed
  if (typed.length !== 1 || target === undefined || target === '' || target.startsWith('-') || target.includes('=')) return undefined
  return { target, name: undefined, forwarded: false, files: [], make: undefined, verbose: false, spans: false, makeArguments: [] }
}

const NO_FLAGS = { dry: false, printDirectory: false, parallel: false, jobserver: undefined }

/** The same for make: a target, and not a word of options for it, nor from a make above it. */
export function plainRun(world: World, { target, name }: WrapRequest, words: readonly string[]): MakeRun | undefined {
  if (target === undefined || words.length > 0 || world.env.MAKEFLAGS || world.env.GNUMAKEFLAGS) return undefined
  return { flags: NO_FLAGS, goals: [name ?? target], there: world }
}
