import { acceptance } from './acceptance.ts'
import type { Destination, Request, Response, Settings, Verdict } from './destination.ts'
import { exposition } from './prometheus-text.ts'
import { count, readTotals } from './prometheus-totals.ts'
import { retryAfterMs } from './retry-after.ts'

/**
 * Prometheus, by a file for node-exporter or by a Pushgateway. Both get the running totals, never this run alone: a
 * gateway keeps what it was told last, so single runs would replace one another.
 */
export const prometheus: Destination = {
  async encode(messages, settings, known) {
    if (messages.length === 0) return { requests: [], refused: [] }
    const totals = readTotals(known)
    for (const { id, properties } of messages) count(totals, id, properties)
    const text = await exposition([{ project: String(settings.project), totals }])
    const request: Request = settings.absolute
      ? { replace: String(settings.absolute), mark: markOf(settings), body: `${markOf(settings)}\n${text}`, messages }
      : { url: groupOf(settings, messages[0]?.anonymousId ?? ''), method: 'PUT', headers: HEADERS, body: text, messages }
    return { requests: [request], refused: [], learned: JSON.stringify(totals) }
  },

  judge(request, response) {
    const verdict = judgeAnswer(response)
    return request.messages.map(() => verdict)
  },
}

const HEADERS = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }

/** A comment by which a file is known as this project's own, so that two projects never overwrite one another's. */
function markOf({ project }: Settings): string {
  return `# send-metrics, project ${JSON.stringify(project)}`
}

/** The group of this person's metrics (github.com/prometheus/pushgateway): a PUT replaces it whole. */
function groupOf({ pushgateway }: Settings, anonymousId: string): string {
  return `${String(pushgateway).replace(/(?<!\/)\/+$/u, '')}/metrics/job/send_metrics/instance/${encodeURIComponent(anonymousId)}`
}

function judgeAnswer(response: Response): Verdict {
  if ('failure' in response) return { result: 'retry', reason: response.failure }
  const { status, headers } = response
  if (status >= 200 && status < 300) return acceptance(response)
  if ([400, 413, 422].includes(status)) return { result: 'drop', reason: `refused with ${status}; trying again would not help` }
  if (status >= 300 && status < 400)
    return { result: 'retry', reason: `redirected (${status}), which is not acceptance; is there a captive portal?` }
  const reason = status === 429 ? 'asked to slow down (429)' : `answered ${status}`
  return { result: 'retry', reason, retryAfterMs: retryAfterMs(headers) }
}
