import { printableJson } from '../messages.ts'
import type { Exit, Output, World } from '../world.ts'

/** An error as `--json` has it, for every command alike. */
interface JsonError {
  readonly error: {
    /** What is said on stderr, too; several messages in lines. */
    readonly message: string
    /** The command that says more. */
    readonly help?: string
    readonly exitCode: number
  }
}

/**
 * A World for a command that was asked for JSON: what it says of an error on stderr becomes an object on stdout, unless the command
 * printed there itself. So no command can forget an error.
 */
export class JsonAnswer {
  readonly world: World
  private answered = false
  private said = ''

  constructor(world: World) {
    const { stdout, stderr } = world
    const onStdout = () => {
      this.answered = true
    }
    const onStderr = (text: string) => {
      this.said += text
    }
    this.world = changed(world, { stdout: watched(stdout, onStdout), stderr: watched(stderr, onStderr) })
  }

  /** Prints the error of a command that ended so, if it was one. */
  finish(exit: Exit): void {
    if (this.answered || 'signal' in exit || exit.code === 0) return
    const lines = this.said.split('\n')
    const messages = lines.filter((line) => line.startsWith(PREFIX)).map((line) => line.slice(PREFIX.length))
    const help = lines.map((line) => SEE_HELP.exec(line)?.[1]).find((command) => command !== undefined)
    const message = messages.join('\n') || this.said.trim()
    const answer: JsonError = { error: { message, ...(help === undefined ? {} : { help }), exitCode: exit.code } }
    this.world.stdout.write(`${printableJson(answer)}\n`)
  }
}

const PREFIX = 'send-metrics: '
/** As `say.seeHelp` has it. */
const SEE_HELP = /^\(see (.+)\)$/u

function watched(output: Output, saw: (text: string) => void): Output {
  const write = (text: string) => {
    saw(text)
    output.write(text)
  }
  return changed(output, { write })
}

/** A copy with some other parts; what is looked up late, such as the working directory, still is. */
function changed<T extends object>(whole: T, parts: Partial<T>): T {
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(whole), ...Object.getOwnPropertyDescriptors(parts) }) as T
}
