/** So long may it take without a second look, ms of processor: what grows with the square of the input takes longer at this size. */
const AT_ONCE_MS = 20
/** What takes so long is not measured again, ms. */
const NO_DOUBT_MS = 2_000
/** Twice the input may take so many times as long; four times would be the square. */
const MOST = 3
/** As often is measured before a ratio counts: anything but the work itself makes it longer, never shorter. */
const TRIES = 5

/**
 * Throws when work on twice the input takes more than some twice the time. `work` is given the number of characters to make an
 * input of, and returns what is measured. The processor's time of this process counts, not the clock's, so that it holds on a
 * busy machine.
 */
export function expectLinear(work: (characters: number) => () => unknown, characters = 100_000): void {
  const whole = work(characters)
  const half = work(characters / 2)
  let [all, some] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let left = TRIES; left > 0; left--) {
    all = Math.min(all, processorMs(whole))
    if (all < AT_ONCE_MS) return
    some = Math.min(some, processorMs(half))
    if (all < MOST * some) return
    if (all > NO_DOUBT_MS) break
  }
  throw new Error(`${characters} characters take ${all.toFixed(1)} ms, half of them ${some.toFixed(1)} ms`)
}

function processorMs(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
