import type { Response, Verdict } from './destination.ts'

/**
 * What a 2xx means, whatever else its body says, for receivers that need not say more: acceptance, but for a web page, which
 * somebody between here and there has put in the answer's place, and for an answer that says in JSON that it failed.
 */
export function acceptance({ status, headers, body }: Extract<Response, { status: number }>): Verdict {
  if (isPage(headers['content-type'] ?? '', body))
    return { result: 'retry', reason: `answered ${status} with a web page, which is not acceptance; is there a captive portal?` }
  if (saysItFailed(body)) return { result: 'retry', reason: `answered ${status}, but with "success": false` }
  return { result: 'delivered', reason: 'accepted' }
}

function isPage(type: string, body: string): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/iu.test(type) || /^\s*<(?:!doctype|html|head|body)\b/iu.test(body)
}

function saysItFailed(body: string): boolean {
  try {
    const said: unknown = JSON.parse(body)
    return typeof said === 'object' && said !== null && 'success' in said && said.success === false
  } catch {
    return false
  }
}
