/** Format: https://semver.org; of two versions before the same one, the later in the alphabet. */
export function isNewer(one: string, other: string): boolean {
  const parts = (text: string) => /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/u.exec(text)?.slice(1)
  const [left, right] = [parts(one), parts(other)]
  if (left === undefined || right === undefined) return false
  for (let at = 0; at < 3; at++) if (left[at] !== right[at]) return Number(left[at]) > Number(right[at])
  const [before, otherBefore] = [left[3], right[3]]
  if (before === undefined || otherBefore === undefined) return before === undefined && otherBefore !== undefined
  return before.localeCompare(otherBefore, 'en', { numeric: true }) > 0
}
