/** The pause a receiver asks for, in ms: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(headers: Readonly<Record<string, string | undefined>>): number | undefined {
  const value = headers['retry-after']
  if (value === undefined) return undefined
  if (/^\d+$/u.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  const sent = Date.parse(headers.date ?? '')
  return Number.isNaN(date) || Number.isNaN(sent) ? undefined : Math.max(0, date - sent)
}
