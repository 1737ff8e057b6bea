import type { Message } from '../event/message.ts'

/** IDs of an event as a span: those of its run, or, where they may not be sent, some made of the message's own. */
export function spanIds({ id, properties }: Message): { traceId: string; spanId: string; parentId: string | undefined } {
  const { trace_id, run_id, parent_run_id } = properties
  const digits = id.replaceAll('-', '')
  const parentId = typeof parent_run_id === 'string' ? parent_run_id : undefined
  return {
    traceId: typeof trace_id === 'string' ? trace_id : digits,
    spanId: typeof run_id === 'string' ? run_id : digits.slice(16),
    parentId,
  }
}

/** The name of an event as a span. */
export function titleOf({ event, properties }: Message): string {
  const { command, command_type, image_name, name } = properties
  if (command !== undefined) return `${command_type ?? 'make'} ${command}`
  if (image_name !== undefined) return `build ${image_name}`
  return name === undefined ? event : `update ${name}`
}

/** When an event began, RFC 3339. */
export function startOf({ properties, timestamp }: Message): string {
  return typeof properties.start_time === 'string' ? properties.start_time : timestamp
}

/** How long it took, ms; an event that is no run takes none. */
export function durationOf({ properties }: Message): number {
  return typeof properties.duration_ms === 'number' ? properties.duration_ms : 0
}
