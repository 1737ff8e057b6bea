import type { State } from './collector.ts'

const is =
  <Arguments extends unknown[]>(state: string, text: (...words: Arguments) => string) =>
  (...given: Arguments): State => ({ state, text: text(...given) })

/** Everything that a sidecar logs, each with the word by which a program knows it. */
export const words = {
  notAgreed: is('not-agreed', (tool: string, reason: string) => `nothing is collected: ${reason}; to agree: ${tool} consent on`),
  notAskedFor: is('not-asked-for', (name: string) => `nothing is collected: send-metrics.json does not have "collect": ["${name}"]`),
  notCovered: is(
    'not-covered',
    (tool: string, name: string) =>
      `nothing is collected: your yes does not cover ${name} yet; to see what is new and agree: ${tool} consent on`,
  ),
  noProject: is('no-project', (what: string) => `nothing is collected: ${what}`),
  agreed: is('agreed', () => 'you agreed; collecting'),
  local: is('local', () => 'collecting, on this machine only'),
  held: is('held', (pid: string) => `another collector does this already (process ${pid}); this one takes over when it ends`),
  alone: is('alone', () => 'the other collector has ended; this one goes on'),

  running: is(
    'running',
    (version: string, resources: number, images: number) =>
      `Tilt ${version} runs: ${count(resources, 'resource')}, ${count(images, 'image')}`,
  ),
  notRunning: is('not-running', () => 'Tilt does not run; waiting for it'),
  notInstalled: is('not-installed', () => "there is no program 'tilt' on PATH; install Tilt or start this where it is found"),
  slow: is('slow', () => 'Tilt did not answer in time; trying again'),
  unreadable: is('unreadable', () => "Tilt's answer is not whole; trying again"),
  broken: is('broken', () => "'tilt get' was ended by somebody; trying again"),
  refused: is('refused', (what: string) => `Tilt refused: ${what}`),
  following: is('following', () => 'builds are followed as they happen'),
  polling: is('polling', () => 'builds cannot be followed; some between two looks may be missed'),

  sends: is('sends', () => 'reports arrive'),
  waits: is('waits', (number: number, reason: string) => `${count(number, 'event')} wait: ${reason}`),
  notWritten: is('not-written', (reason: string) => `cannot be recorded: ${reason}; tried again with the next look`),
  written: is('written', () => 'recording again'),
  stopped: is('stopped', () => 'stopped; what was not sent goes with a later run'),
} as const

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
