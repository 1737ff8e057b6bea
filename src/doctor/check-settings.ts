import { readPolicy } from '../consent/policy.ts'
import { isFile, linkStatOf } from '../disk/stat.ts'
import { isOverdue } from '../project/field-table.ts'
import { locatedReason } from '../project/position.ts'
import type { Project } from '../project/read.ts'
import { settle } from '../project/settings.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'
import { troubleWith } from './trouble.ts'

/** Each setting that is not the default, with its origin; the number of the others, which are its details. */
export function checkSettings(world: World, declared: Readonly<Record<string, unknown>>): Finding[] {
  const settings = settle(world.env, declared)
  const changed = settings.filter(({ origin }) => origin !== 'default')
  const rest = settings.filter(({ origin }) => origin === 'default')
  return [
    ...changed.map(({ name, value, origin }): Finding => ({ about: 'setting', state: 'ok', text: `${name}: ${value} (${origin})` })),
    {
      about: 'defaults',
      state: 'ok',
      text: `${rest.length} settings, listed by ${world.tool} doctor --verbose`,
      details: rest.map(({ name, value }) => `${name}: ${value}`),
    },
  ]
}

/** What an administrator has set for this machine. */
export function checkPolicy(world: World): Finding[] {
  const about = 'policy'
  const { file, consent, problem } = readPolicy(world)
  if (problem) {
    const isClosed = troubleWith(world, file, 'text') !== undefined && isFile(file)
    const todo = isClosed ? `sudo chmod a+r ${shellWord(file)}` : 'mend it: { "consent": "off" } or "local"'
    const { file: where, what } = locatedReason(file, problem)
    return [{ about, state: 'problem', text: `${where} ${what}; everything is off until then`, todo }]
  }
  if (consent === undefined && linkStatOf(file)) {
    const text = `${file} is a link that leads nowhere, and lowers nothing`
    return [{ about, state: 'problem', text, todo: 'make it lead to a policy, or have it removed' }]
  }
  return consent === undefined ? [] : [{ about: 'policy', state: 'note', text: `${file} lowers every decision to ${consent}` }]
}

/** The project's own fields that are past their review, and values that were dropped. */
export function checkOwnFields(world: World, project: Project, dropped: Readonly<Record<string, number>>): Finding[] {
  const about = 'fields'
  const overdue = project.fields.filter((field) => isOverdue(field, world.now()))
  const counts = Object.entries(dropped).filter(([name]) => project.fields.some((field) => field.name === name))
  return [
    ...overdue.map(({ name, reviewBy }): Finding => {
      const todo = 'remove it from send-metrics.json, or decide that it is still needed and set a later reviewBy'
      return { about, state: 'problem', text: `${name} is no longer sent: its review was due by ${reviewBy}`, todo }
    }),
    ...counts.map(([name, count]): Finding => {
      const field = project.fields.find((one) => one.name === name)
      const range = field?.min === undefined ? '' : `, or not from ${field.min} to ${field.max}`
      const text = `${name}: ${count} ${count === 1 ? 'value was' : 'values were'} dropped, not of type ${field?.type}${range}`
      return { about, state: 'note', text }
    }),
  ]
}
