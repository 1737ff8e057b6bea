import type { Machine, Run } from '../model.ts'
import { runOf } from '../run-of.ts'
import type { Facts } from './columns.ts'
import type { Value } from './connect.ts'

/** The facts of a row, in the order in which `runInRow` reads them. */
export function selectRows(facts: Facts): string {
  const { id, person, at, target, duration, outcome, test, commit, runId, parentRunId, os, arch, cpus, memoryGb } = facts
  return [id, person, at, target, duration, outcome, test, commit, runId, parentRunId, os, arch, cpus, memoryGb].join(', ')
}
