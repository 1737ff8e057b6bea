import { afterAll } from '@jest/globals'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { PATIENCE_MS } from './patience.ts'

export interface TerminalOptions {
  readonly cwd: string
  readonly env: Record<string, string>
  readonly columns?: number
  readonly rows?: number
}

/** A program on a real pseudo-terminal, as a person would run it. */
export interface Terminal {
  readonly pid: number
  /** Types keys; `\x03` is Ctrl-C. */
  type(keys: string): void
  /** Changes the size of the window. */
  resize(columns: number, rows: number): void
  /** Closes the terminal, as closing its window does. */
  close(): void
  /** Everything written so far, with its escape sequences. */
  raw(): string
  /** The screen as a person sees it now, trailing blanks removed; `all` with what was scrolled away. */
  screen(options?: { readonly all: boolean }): Promise<string>
  /** Waits until the text was written; fails with what was there instead. */
  until(text: string | RegExp): Promise<void>
  /** How it ended: a code, or the number of the signal that killed it. */
  readonly ended: Promise<{ code: number; signal: number }>
}

/** Those whose program still runs: a test that failed half-way ends none, and Jest would wait for it. */
const running = new Set<IPty>()
afterAll(() => {
  for (const pty of running) {
    pty.kill('SIGKILL')
    ;(pty as unknown as { destroy(): void }).destroy()
  }
})

/** Starts a program on a pseudo-terminal of 80 by 24, unless said otherwise. */
export function terminal(command: string, words: readonly string[], options: TerminalOptions): Terminal {
  const { columns = 80, rows = 24 } = options
  const pty = spawn(command, [...words], { cols: columns, rows, cwd: options.cwd, env: options.env, name: 'xterm-256color' })
  running.add(pty)
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  let written = ''
  const waiting = new Set<() => void>()
  pty.onData((text) => {
    written += text
    screen.write(text)
    for (const check of waiting) check()
  })
  const ended = new Promise<{ code: number; signal: number }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      running.delete(pty)
      resolve({ code: exitCode, signal: signal ?? 0 })
    })
  })
  return {
    pid: pty.pid,
    type: (keys) => pty.write(keys),
    resize: (newColumns, newRows) => pty.resize(newColumns, newRows),
    close: () => (pty as unknown as { destroy(): void }).destroy(),
    raw: () => written,
    screen: ({ all } = { all: false }) => new Promise((resolve) => screen.write('', () => resolve(readScreen(screen, rows, all)))),
    until: (text) => untilWritten(text, () => written, waiting),
    ended,
  }
}

function readScreen(screen: InstanceType<typeof xterm.Terminal>, rows: number, all: boolean): string {
  const { active } = screen.buffer
  const lines: string[] = []
  for (let row = all ? 0 : active.viewportY; row < active.viewportY + rows; row++)
    lines.push(active.getLine(row)?.translateToString(true) ?? '')
  return lines.join('\n').trimEnd()
}

function untilWritten(text: string | RegExp, written: () => string, waiting: Set<() => void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const there = () => (typeof text === 'string' ? written().includes(text) : text.test(written()))
    const timer = setTimeout(() => {
      waiting.delete(check)
      reject(new Error(`waited in vain for ${String(text)}; the terminal shows:\n${written()}`))
    }, PATIENCE_MS)
    const check = () => {
      if (!there()) return
      clearTimeout(timer)
      waiting.delete(check)
      resolve()
    }
    waiting.add(check)
    check()
  })
}
