import type { ChildProcess, SpawnOptions } from 'node:child_process'
import type { Socket } from 'node:net'

/** Environment variables as the process received them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One of the three standard streams, as far as this tool writes to it or asks about it. */
export interface Output {
  /** Whether a person's terminal is at the other end. */
  readonly isTTY: boolean
  /** Width in columns; 80 where it cannot be known. */
  readonly columns: number
  /** Writes everything before it returns. A closed or failing stream is ignored. */
  write(text: string): void
}

/** Files in PEM form, in place of what Node trusts and of no certificate of one's own. */
export interface Certificates {
  /** Whom to trust. */
  readonly authorities?: string | undefined
  readonly client?: string | undefined
  readonly clientKey?: string | undefined
}

/** Where a socket should go. */
export interface ConnectTarget {
  readonly host: string
  readonly port: number
  /** Speak TLS at once, checking the certificate for `host`. */
  readonly tls: boolean
  /** Speak it over this socket, which a proxy has connected to `host`. */
  readonly over?: Socket
  readonly certificates?: Certificates | undefined
}

/**
 * Everything this program touches outside its own memory and the file system.
 * `main.ts` builds the real one; tests build others.
 */
export interface World {
  readonly env: Environment
  /** Working directory, absolute. Throws the system's own error when it was deleted. */
  readonly cwd: string
  /** The user's home, absolute, or undefined when the system knows none. */
  readonly home: string | undefined
  readonly platform: NodeJS.Platform
  /** Where an administrator may lower consent for everybody on this machine. */
  readonly policyFile: string
  readonly pid: number
  /** The process that started this one. */
  readonly ppid: number
  /** The numeric ID of the user that this runs as; undefined on Windows. */
  readonly uid: number | undefined
  readonly nodeVersion: string
  /** The program that runs this one, absolute. */
  readonly nodePath: string
  /** What a person types to start this tool where they are. */
  readonly tool: string
  /** Whether bin/send-metrics.js found all that src/consent/door-notes.ts has to say about this run. */
  readonly notesAreFresh: boolean
  /** Wall clock, milliseconds since 1970. It may jump. */
  now(): number
  /** Monotonic clock, milliseconds since this process started. */
  monotonic(): number
  readonly stdinIsTTY: boolean
  /** Whether this process has a terminal that signals come from, wherever its streams go. */
  hasTerminal(): boolean
  readonly stdout: Output
  readonly stderr: Output
  /** The real streams, for the one library that draws a prompt on them. */
  terminal(): { input: NodeJS.ReadStream; output: NodeJS.WriteStream }
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess
  /** Sends a signal to a process; one that is gone by now is no error. */
  kill(pid: number, signal: NodeJS.Signals): void
  /** Opens a TCP or TLS connection; errors come as the socket's `error` event. */
  connect(target: ConnectTarget): Promise<Socket>
  /** Calls `handler` for an error that nothing else catches, in place of dying of it. */
  onFault(handler: (error: unknown) => void): void
  /** Calls `handler` for each arrival of `signal`, in place of dying; returns how to undo that. */
  onSignal(signal: NodeJS.Signals, handler: () => void): () => void
  /** Stops the job that this process is part of, as a terminal does at Ctrl-Z; returns when it goes on. */
  stopJob(): void
}

/** How this process ends: with an exit code, or by dying of a signal as its child did. */
export type Exit = { readonly code: number } | { readonly signal: NodeJS.Signals }
