import inquirer from 'inquirer'
import type { World } from '../world.ts'
import { watchCtrlZ } from './ctrl-z.ts'

/** A question that nobody answers is withdrawn after so long without a key. */
const PATIENCE_S = 60
/** Keys pressed before the question was on the screen are no answer to it. */
const TYPED_AHEAD_MS = 50

/** The person is typing something else; they were not asked, and nothing of what they typed is lost. */
export const BUSY = Symbol('busy')

/** What may be typed, and what it means. */
export type Answers<T> = Readonly<Record<string, T>>

/** A text to show, the line that asks, what to say to other answers, and what `d` shows. */
export interface Question<T> {
  readonly text: string
  readonly line: string
  readonly otherwise: string
  readonly answers: Answers<T>
  readonly details: () => Promise<string>
}

const DETAILS = ['d', 'details']

/**
 * Puts a question on stderr; undefined when it was left alone, interrupted, or the input ended; BUSY
 * when the person was typing something else and was not asked. No answer is
 * set before one is typed, and `d` shows the details and asks again.
 */
export async function putQuestion<T>(world: World, question: Question<T>): Promise<T | undefined | typeof BUSY> {
  const { input } = world.terminal()
  if (await typedAhead(world, input)) return BUSY
  world.stderr.write(`\n${question.text}\n\n`)
  const stop = new AbortController()
  const patience = watchPatience(world, input, stop)
  const ended = new Promise<undefined>((resolve) => stop.signal.addEventListener('abort', () => resolve(undefined)))
  const ask = async (): Promise<T | undefined> => {
    const answer = await putOnce(world, question, stop.signal)
    if (answer === undefined) {
      patience.restart()
      return ask()
    }
    if (!DETAILS.includes(answer)) return question.answers[answer]
    world.stderr.write(`\n${await question.details()}\n\n`)
    return ask()
  }
  const asked = ask()
  try {
    return await Promise.race([asked, ended])
  } catch {
    return undefined
  } finally {
    asked.catch(() => {})
    patience.release()
    input.pause()
  }
}

/** The answer to one question on the screen, one of those that are known; undefined when Ctrl-Z stopped the job, and it goes on. */
async function putOnce<T>(world: World, question: Question<T>, stop: AbortSignal): Promise<string | undefined> {
  const known = (answer: string) => DETAILS.includes(answer) || Object.hasOwn(question.answers, answer)
  const validate = (answer: string) => known(normal(answer)) || question.otherwise
  const ctrlZ = watchCtrlZ(world)
  const prompt = inquirer.createPromptModule({ ...world.terminal(), signal: AbortSignal.any([stop, ctrlZ.signal]) })
  try {
    const { answer } = await prompt([{ type: 'input', name: 'answer', message: question.line, validate }])
    ctrlZ.release()
    return normal(answer)
  } catch (error) {
    if (ctrlZ.signal.aborted) return ctrlZ.resumed
    ctrlZ.release()
    throw error
  }
}

function normal(answer: string): string {
  return answer.trim().toLowerCase()
}

/**
 * Whether keys were waiting before the question was shown: they are no answer to it. bash can look without
 * taking them, so that the shell gets what was typed for it; where there is no bash they are taken and let go.
 */
async function typedAhead(world: World, input: NodeJS.ReadStream): Promise<boolean> {
  input.setRawMode?.(true)
  const looked = await new Promise<number | null>((resolve) => {
    const look = world.spawn('bash', ['-c', 'read -t 0'], { stdio: ['inherit', 'ignore', 'ignore'] })
    look.once('error', () => resolve(null))
    look.once('exit', resolve)
  })
  const any = looked === null || looked > 1 ? await takeAhead(input) : looked === 0
  input.setRawMode?.(false)
  return any
}

function takeAhead(input: NodeJS.ReadStream): Promise<boolean> {
  return new Promise((resolve) => {
    let any = false
    const seen = () => {
      any = true
    }
    input.on('data', seen)
    setTimeout(() => {
      input.off('data', seen)
      input.pause()
      resolve(any)
    }, TYPED_AHEAD_MS)
  })
}

interface Patience {
  /** The person is back. */
  restart(): void
  release(): void
}

/** Withdraws the question after a minute without a key, at the end of the input, and on Ctrl-D. */
function watchPatience(world: World, input: NodeJS.ReadStream, stop: AbortController): Patience {
  const seconds = Number(world.env.SEND_METRICS_ASK_SECONDS) || PATIENCE_S
  const withdraw = () => stop.abort()
  let timer = setTimeout(withdraw, seconds * 1000)
  const restart = () => {
    clearTimeout(timer)
    timer = setTimeout(withdraw, seconds * 1000)
  }
  const touched = (keys: Buffer | string) => {
    restart()
    if (String(keys).includes('\u0004')) withdraw()
  }
  input.on('data', touched)
  for (const event of ['end', 'close', 'error']) input.once(event, withdraw)
  return {
    restart,
    release: () => {
      clearTimeout(timer)
      input.off('data', touched)
      for (const event of ['end', 'close']) input.off(event, withdraw)
    },
  }
}
