import type { Run, Summary, SummaryOptions } from './model.ts'

/** Everything that stats prints and the report draws, from runs in any order. */
export async function summarize(_runs: Iterable<Run> | AsyncIterable<Run>, _options: SummaryOptions): Promise<Summary> {
  throw new Error('not yet')
}
