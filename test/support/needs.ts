/**
 * Whether a component that a test needs is there. Without it the test passes with the reason printed, so
 * that anybody can run the suite; in CI, where it must be there, it fails.
 */
export function needs(what: string, isThere: boolean): boolean {
  if (isThere) return true
  if (process.env.CI === 'true') throw new Error(`this test needs ${what}`)
  return skipped(what)
}

/** Whether this is Linux, for what only its /proc, or only its kernel, can tell. */
export const onLinux = (): boolean => needs('Linux', process.platform === 'linux')

/**
 * Whether who runs the tests may do what a test has to. Without that right it passes with the reason printed, in CI too;
 * but root has all rights there.
 */
export function mayDo(what: string, may: boolean): boolean {
  return process.getuid?.() === 0 ? needs(what, may) : may || skipped(what)
}

function skipped(what: string): false {
  process.stderr.write(`not tested here: needs ${what}\n`)
  return false
}
