import type { World } from '../world.ts'
import { AGAIN, putLine } from './put-line.ts'
import { watchWithdrawal } from './withdraw.ts'

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
 * Puts a question on stderr; undefined when it was left alone, interrupted, or withdrawn, as at the end of `hurry`; BUSY
 * when the person was typing something else and was not asked. No answer is
 * set before one is typed, and `d` shows the details and asks again.
 */
export async function putQuestion<T>(world: World, question: Question<T>, hurry: Promise<void>): Promise<T | undefined | typeof BUSY> {
  const { input } = world.terminal()
  if (await typedAhead(world, input)) return BUSY
  const withdrawal = watchWithdrawal(world, input)
  void hurry.then(withdrawal.withdraw)
  const patience = watchPatience(world, input, withdrawal.withdraw)
  world.stderr.write(`\n${question.text}\n\n`)
  try {
    for (;;) {
      const answer = await putLine<string>(world, withdrawal.signal, (prompt) => prompt([lineOf(question)]))
      if (answer === undefined) return undefined
      if (answer === AGAIN) patience.restart()
      else if (!DETAILS.includes(normal(answer))) return question.answers[normal(answer)]
      else world.stderr.write(`\n${await question.details()}\n\n`)
    }
  } finally {
    patience.release()
    withdrawal.release()
  }
}

/** The line that asks, which takes the answers that are known; one that is refused does not stay in it, before the next. */
function lineOf<T>({ line, answers, otherwise }: Question<T>) {
  const known = (answer: string) => DETAILS.includes(answer) || Object.hasOwn(answers, answer)
  const validate = (answer: string) => known(normal(answer)) || otherwise
  return { type: 'input', name: 'answer', message: line, validate, theme: { validationFailureMode: 'clear' } } as const
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

/** Withdraws the question after a minute without a key. */
function watchPatience(world: World, input: NodeJS.ReadStream, withdraw: () => void): Patience {
  const seconds = Number(world.env.SEND_METRICS_ASK_SECONDS) || PATIENCE_S
  let timer = setTimeout(withdraw, seconds * 1000)
  const restart = () => {
    clearTimeout(timer)
    timer = setTimeout(withdraw, seconds * 1000)
  }
  input.on('data', restart)
  return {
    restart,
    release: () => {
      clearTimeout(timer)
      input.off('data', restart)
    },
  }
}
