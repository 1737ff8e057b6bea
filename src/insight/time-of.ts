const ZERO = 0x30
const DAY_MS = 86_400_000

/** Milliseconds since 1970 of a time as RFC 3339 or a database writes it; without a zone it is UTC. NaN for anything else. */
export function timeOf(text: string): number {
  const [, day, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/iu.exec(text) ?? []
  if (day === undefined) return Number.NaN
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/u.exec(zone) ?? []
  return Date.parse(`${day}T${time?.slice(0, 12)}${sign}${hours}:${minutes}`)
}

/** The same from the bytes of `2026-11-21T09:35:59.783Z`, the form in which this tool writes it, milliseconds or not; NaN for any other. */
export function timeInBytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if ((length !== 24 && length !== 20) || bytes[start + 10] !== 0x54 || bytes[end - 1] !== 0x5a || bytes[start + 4] !== 0x2d)
    return Number.NaN
  const year = digits(bytes, start, 4)
  const month = digits(bytes, start + 5, 2)
  const day = digits(bytes, start + 8, 2)
  const [hour, minute, second] = [digits(bytes, start + 11, 2), digits(bytes, start + 14, 2), digits(bytes, start + 17, 2)]
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60)) return Number.NaN
  const seconds = (hour * 60 + minute) * 60 + second
  return daysSince1970(year, month, day) * DAY_MS + seconds * 1000 + (length === 24 ? digits(bytes, start + 20, 3) : 0)
}

/** A number of so many digits; NaN if one is none. */
export function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0
  for (let at = start; at < start + count; at++) {
    const digit = (bytes[at] as number) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** In the Gregorian calendar. (Hinnant, chrono-compatible low-level date algorithms: days_from_civil.) */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}
