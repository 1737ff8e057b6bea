import { printableJson } from './messages.ts'

/** An error as `--json` has it, for every command alike. */
interface JsonError {
  /** What is said on stderr, too; several messages in lines. */
  readonly message: string
  /** The command that says more. */
  readonly help?: string | undefined
  readonly exitCode: number
}

/** Whether words of the command line, before `--`, ask for JSON. */
export function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--')
  return words.slice(0, end === -1 ? undefined : end).includes('--json')
}

/** The line that stands for the answer where there is none. */
export function jsonError({ message, help, exitCode }: JsonError): string {
  return `${printableJson({ error: { message, ...(help === undefined ? {} : { help }), exitCode } })}\n`
}
