import { execa } from 'execa'
import type { World } from '../../world.ts'

/** How a `tilt get` ended. */
export interface Got {
  /** Its exit code; undefined where it did not end by itself. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Why there is no exit code, if there is none. */
  readonly failure?: 'missing' | 'late' | 'broken'
}

/** What is asked of Tilt; the real one starts programs. */
export interface Tilt {
  /** `tilt get TYPES -o json`, within a deadline. Never throws. */
  get(types: readonly string[], signal: AbortSignal): Promise<Got>
  /** `tilt get --watch`: bytes as they come, until it ends; ends when `signal` aborts. Never throws. */
  watch(type: string, signal: AbortSignal, bytes: (part: Uint8Array) => void): Promise<void>
}

/** It takes 0.1 s; a machine that is busy building may take its time. */
const DEADLINE_MS = 15_000
const MOST_BYTES = 64 * 1024 * 1024

/**
 * A watch that has nothing to say would outlive a collector that was killed, for as long as Tilt runs. Our end of its stdin is
 * closed with us, however we end; then it is ended, too.
 */
const GUARD = `exec 3<&0
"$0" "$@" </dev/null 3<&- & watch=$!
{ read -r _ <&3; kill -9 "$watch"; } >/dev/null 2>&1 & guard=$!
exec 3<&- >/dev/null
wait "$watch"; code=$?
kill "$guard" 2>/dev/null
exit "$code"`

/** The `tilt` on PATH. `port` is Tilt's own, where it is not the usual one or TILT_PORT's; an answer gets `deadlineMs`. */
export function tiltProgram(world: Pick<World, 'env' | 'cwd' | 'platform'>, port: number | undefined, deadlineMs = DEADLINE_MS): Tilt {
  const own = port === undefined ? [] : ['--port', String(port)]
  const common = {
    env: world.env as NodeJS.ProcessEnv,
    extendEnv: false,
    cwd: world.cwd,
    stdin: 'ignore',
    reject: false,
    killSignal: 'SIGKILL',
  } as const
  return {
    get: async (types, cancelSignal) => {
      const limits = { timeout: deadlineMs, maxBuffer: MOST_BYTES, cancelSignal }
      return got(await execa('tilt', ['get', types.join(','), '-o', 'json', ...own], { ...common, ...limits }))
    },
    watch: async (type, cancelSignal, bytes) => {
      const words = ['get', '--watch', '-o', 'json', type, ...own]
      const [program, ...all] = world.platform === 'win32' ? ['tilt', ...words] : ['/bin/sh', '-c', GUARD, 'tilt', ...words]
      const child = execa(program, all, { ...common, stdin: 'pipe', stderr: 'ignore', buffer: false, encoding: 'buffer', cancelSignal })
      // It may end before us.
      child.stdin.on('error', () => {})
      child.stdout.on('data', bytes)
      await child
    },
  }
}

interface Result {
  readonly exitCode?: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  readonly code?: string | undefined
}

function got({ exitCode, stdout, stderr, timedOut, code }: Result): Got {
  const said = { code: exitCode, stdout: stdout ?? '', stderr: stderr ?? '' }
  if (exitCode !== undefined) return said
  if (timedOut) return { ...said, failure: 'late' }
  return { ...said, failure: code === 'ENOENT' ? 'missing' : 'broken' }
}
