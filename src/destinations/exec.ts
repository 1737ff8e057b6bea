import type { Destination, Verdict } from './destination.ts'
import { plainEvent } from './plain-event.ts'

/** sysexits.h: the data were wrong, so that trying again would not help. */
const EX_DATAERR = 65

/** A program of the project's own: the events as a JSON list on its stdin, judged by its exit code. */
export const exec: Destination = {
  async encode(messages, settings) {
    if (messages.length === 0) return { requests: [], refused: [] }
    const { command, folder } = settings
    const body = `${JSON.stringify(messages.map(plainEvent))}\n`
    return { requests: [{ run: command as string[], folder: String(folder), body, messages }], refused: [] }
  },

  judge(request, response) {
    const verdict =
      'failure' in response ? ({ result: 'retry', reason: response.failure } as const) : judgeCode(response.status, response.body)
    return request.messages.map(() => verdict)
  },
}

function judgeCode(code: number, said: string): Verdict {
  if (code === 0) return { result: 'delivered', reason: 'exited 0' }
  const why = said === '' ? '' : `: ${said}`
  if (code === EX_DATAERR) return { result: 'drop', reason: `exited ${code}, which says that trying again would not help${why}` }
  return { result: 'retry', reason: `exited ${code}${why}` }
}
