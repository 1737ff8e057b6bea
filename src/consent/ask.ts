import inquirer from 'inquirer'
import { say } from '../messages.ts'
import type { Project } from '../project/read.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import { audienceOf } from './audience.ts'
import type { Choice } from './decision.ts'
import { type Circumstances, isDue, mayAsk } from './may-ask.ts'
import { type ProjectStanding, standingFor } from './standing.ts'
import { changeEntry } from './store.ts'
import { decide, statement } from './wording.ts'

/** A question that nobody answers is withdrawn after so long without a key. */
const PATIENCE_S = 60
const NOT_AGAIN_MS = 86_400_000
/** Keys pressed before the question was on the screen are no answer to it. */
const TYPED_AHEAD_MS = 50

/**
 * Asks for consent after a run, if this is the moment: on stderr, once. Returns whether there is now a
 * decision under which this run may be recorded. A decision that cannot be stored is none.
 */
export async function askAfterRun(world: World, project: Project, now: Circumstances & { note: (text: string) => void }): Promise<boolean> {
  const current = standingFor(world, project)
  const verdict = mayAsk(world, current, now)
  now.note(`question: ${verdict.do}; ${verdict.because}`)
  if (verdict.do === 'hint') hint(world, project, current)
  if (verdict.do !== 'ask') return false
  const text = statement(project, audienceOf(world, project), Math.min(world.stderr.columns, 100))
  const choice = await question(world, text)
  return settle(world, project, current, choice, text)
}

function hint(world: World, project: Project, { identity }: ProjectStanding): void {
  const at = new Date(world.now()).toISOString()
  try {
    // Jobs side by side all come here at once; the one that stores its time first says it.
    const stored = changeEntry(world, identity, (entry) => (isDue(entry.hintedAt, world.now()) ? { ...entry, hintedAt: at } : entry))
    if (stored.hintedAt !== at) return
  } catch {
    // Where nothing can be stored, a hint would come with every run.
    return
  }
  world.stderr.write(say.prefixed(say.hint(project.project)))
}

function settle(world: World, project: Project, { identity }: ProjectStanding, choice: Choice | undefined, text: string): boolean {
  try {
    if (choice === undefined) {
      const askAfter = new Date(world.now() + NOT_AGAIN_MS).toISOString()
      changeEntry(world, identity, (entry) => ({ ...entry, askAfter }))
      world.stderr.write(`${say.undecided()}\n`)
      return false
    }
    const decision = decide(choice, 'question', project, text, { now: world.now(), version })
    changeEntry(world, identity, (entry) => ({ ...entry, where: identity.where, decision, askAfter: undefined }))
    world.stderr.write(`${say.answered[choice]()}\n`)
    return choice !== 'off'
  } catch (error) {
    world.stderr.write(say.prefixed(say.notStored((error as Error).message)))
    return false
  }
}

const ANSWERS: Readonly<Record<string, Choice>> = { yes: 'on', y: 'on', local: 'local', l: 'local', no: 'off', n: 'off' }

/** Puts the question; undefined when it was left alone, interrupted or the input ended. */
async function question(world: World, text: string): Promise<Choice | undefined> {
  const { input, output } = world.terminal()
  if (await typedAhead(input)) return undefined
  world.stderr.write(`\n${text}\n\n`)
  const stop = new AbortController()
  const patience = watchPatience(world, input, stop)
  const ended = new Promise<undefined>((resolve) => stop.signal.addEventListener('abort', () => resolve(undefined)))
  const prompt = inquirer.createPromptModule({ input, output, signal: stop.signal })
  const asked = prompt([
    {
      type: 'input',
      name: 'answer',
      message: say.question(),
      validate: (answer: string) => normal(answer) !== undefined || say.pleaseAnswer(),
    },
  ])
  try {
    return await Promise.race([asked.then(({ answer }) => normal(answer)), ended])
  } catch {
    return undefined
  } finally {
    asked.catch(() => {})
    patience.release()
    input.pause()
  }
}

function normal(answer: string): Choice | undefined {
  return ANSWERS[answer.trim().toLowerCase()]
}

/** Whether keys were waiting before the question was shown; the person is busy, and they are no answer. */
function typedAhead(input: NodeJS.ReadStream): Promise<boolean> {
  return new Promise((resolve) => {
    let any = false
    const seen = () => {
      any = true
    }
    input.setRawMode?.(true)
    input.on('data', seen)
    setTimeout(() => {
      input.off('data', seen)
      input.pause()
      input.setRawMode?.(false)
      resolve(any)
    }, TYPED_AHEAD_MS)
  })
}

/** Withdraws the question after a minute without a key, at the end of the input, and on Ctrl-D. */
function watchPatience(world: World, input: NodeJS.ReadStream, stop: AbortController): { release: () => void } {
  const seconds = Number(world.env.SEND_METRICS_ASK_SECONDS) || PATIENCE_S
  const withdraw = () => stop.abort()
  let timer = setTimeout(withdraw, seconds * 1000)
  const touched = (keys: Buffer | string) => {
    clearTimeout(timer)
    timer = setTimeout(withdraw, seconds * 1000)
    if (String(keys).includes('\u0004')) withdraw()
  }
  input.on('data', touched)
  for (const event of ['end', 'close', 'error']) input.once(event, withdraw)
  return {
    release: () => {
      clearTimeout(timer)
      input.off('data', touched)
      for (const event of ['end', 'close']) input.off(event, withdraw)
    },
  }
}
