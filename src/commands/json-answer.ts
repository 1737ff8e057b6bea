import { jsonError } from '../json-error.ts'
import type { Exit, Output, World } from '../world.ts'

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
    const onStdout = (text: string) => {
      // A list of nothing is no answer.
      this.answered ||= text !== ''
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
    this.world.stdout.write(jsonError({ message: messages.join('\n') || this.said.trim(), help, exitCode: exit.code }))
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
