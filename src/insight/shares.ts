import type { Share } from './model.ts'

const Z95 = 1.959964

/** A share with its Wilson 95% interval (Wilson 1927), which keeps within 0 and 1 and is honest about few runs. */
export function shareOf(count: number, of: number): Share {
  const share = count / of
  const z2 = Z95 ** 2
  const centre = (share + z2 / (2 * of)) / (1 + z2 / of)
  const half = (Z95 / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))
  return { count, of, share, low: count === 0 ? 0 : centre - half, high: count === of ? 1 : centre + half }
}
