import { faultFile, keptFault } from '../disk/fault.ts'
import { printable } from '../messages.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'

/** Whether this tool failed before a target was started, which then ran without it. */
export function checkFault(world: World): Finding[] {
  const about = 'fault'
  const fault = keptFault(world)
  if (fault === undefined) return []
  const [first = ''] = fault.message.split('\n')
  const text = `on ${printable(fault.at, 30)} a target was run without this tool, which failed: ${printable(first, 300)}`
  const todo = `report it with the text in ${faultFile(world)}, then rm ${shellWord(faultFile(world) ?? '')}`
  return [{ about, state: 'problem', text, todo }]
}
