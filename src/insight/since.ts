const DAY_MS = 86_400_000
const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, w: 7 * DAY_MS, y: 365 * DAY_MS }

const DAY_FORM = /^(\d{4})-(\d\d)-(\d\d)$/u

/** The forms of `--since`, for its help and for whoever mistypes it. */
export const SINCE_FORMS = 'days, weeks or years back (10d, 4w, 1y), a day (2026-10-01), or all'

/** How far back a period begins, in ms from `now`; Infinity for `all`, undefined for what is none of the forms or not in the past. */
export function sinceOf(text: string, now: number): number | undefined {
  if (text === 'all') return Number.POSITIVE_INFINITY
  const [, count = '', unit = ''] = /^(\d{1,4})([dwy])$/u.exec(text) ?? []
  if (unit !== '') return Number(count) > 0 ? Number(count) * (UNITS[unit] as number) : undefined
  const [, year, month, day] = DAY_FORM.exec(text) ?? []
  // Midnight where the person is.
  const date = new Date(Number(year), Number(month) - 1, Number(day))
  const isThere = date.getMonth() === Number(month) - 1 && date.getDate() === Number(day)
  return isThere && date.getTime() < now ? now - date.getTime() : undefined
}

/** Whether it is the form of a day, with which a period begins there, even where it ends long ago. */
export function isDay(text: string): boolean {
  return DAY_FORM.test(text)
}
