import type { Summary } from './model.ts'
import { outstanding } from './words.ts'

/** The summary as JSON has it: without the runs that only a chart needs, and with what stands out in words. */
export function forScripts({ targets, ...summary }: Summary): object {
  return { ...summary, outstanding: outstanding({ ...summary, targets }), targets: targets.map(({ sample: _sample, ...target }) => target) }
}
