/** A signal's number on this system, or 0; node:os is loaded by the first who asks, which few runs do. */
export function signalNumber(name: NodeJS.Signals): number {
  return process.getBuiltinModule('node:os').constants.signals[name] ?? 0
}
