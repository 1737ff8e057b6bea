import type { Response, RunRequest } from '../destinations/destination.ts'
import { printable } from '../messages.ts'
import type { World } from '../world.ts'

/** As much of what a program says is kept as its reason. */
const SAID_CHARACTERS = 200
/** What it said is waited for so long after its end, ms. */
const LAST_WORDS_MS = 100

/**
 * Runs a program with the events on its stdin, and nothing of it on the terminal: the exit code is the status, the last line
 * of its stderr the body. Whatever is left of it when time is up is killed. Never throws.
 */
export function runProgram(world: World, { run, folder, body }: RunRequest, deadline: number): Promise<Response> {
  return new Promise((resolve) => {
    const [program = '', ...words] = run
    const env = world.env as NodeJS.ProcessEnv
    const child = world.spawn(program, words, { cwd: folder, env, stdio: ['pipe', 'ignore', 'pipe'], detached: true })
    let said = ''
    let lingering: NodeJS.Timeout | undefined
    const finish = (response: Response) => {
      clearTimeout(timer)
      clearTimeout(lingering)
      child.stdin?.destroy()
      child.stderr?.destroy()
      resolve(response)
    }
    const late = () => {
      end(child.pid)
      finish({ failure: 'did not end in time' })
    }
    const timer = setTimeout(late, Math.max(0, deadline - world.monotonic()))
    child.on('error', (error) => finish({ failure: `cannot be started: ${error.message}` }))
    child.on('exit', (code, signal) => {
      end(child.pid)
      const judge = () =>
        finish(code === null ? { failure: `was ended by ${signal}` } : { status: code, headers: {}, body: lastLine(said) })
      // What it said last may still be on its way; one that left its process group may hold the pipe open for ever.
      child.on('close', judge)
      clearTimeout(timer)
      lingering = setTimeout(judge, LAST_WORDS_MS)
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4_096)
    })
    // It may end, and close its stdin, before it has read everything.
    child.stdin?.on('error', () => {}).end(body)
  })
}

function lastLine(text: string): string {
  return printable(text.trimEnd().split('\n').at(-1) ?? '', SAID_CHARACTERS)
}

/** Its whole process group; it was started with one of its own, so that Ctrl-C at the terminal does not reach it, either. */
function end(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
