/**
 * Whether a component that a test needs is there. Without it the test passes with the reason printed, so
 * that anybody can run the suite; in CI, where it must be there, it fails.
 */
export function needs(what: string, isThere: boolean): boolean {
  if (isThere) return true
  if (process.env.CI === 'true') throw new Error(`this test needs ${what}`)
  process.stderr.write(`not tested here: needs ${what}\n`)
  return false
}
