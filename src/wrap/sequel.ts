import { isPlainlySound } from '../project/plainly-sound.ts'
import type { Aftermath, Circumstances } from './aftermath.ts'
import type { TargetRun } from './run-target.ts'

/** Whether anything of ours follows a target, and it, if so: loaded once the target runs. Neither part ever fails. */
export class Sequel {
  private readonly now: Circumstances
  private nothing: string | undefined
  private aftermath: Promise<Aftermath> | undefined

  constructor(now: Circumstances) {
    this.now = now
  }

  /** While the target runs. */
  readonly begin = ({ startedAt }: { startedAt: number }): void => {
    const { world, plan, timeline, later } = this.now
    timeline.mark('started')
    timeline.note(`plan: ${plan.kind}; ${plan.because}`)
    this.nothing = whyNothing(this.now)
    // Whoever has decided is spared the start of Node next time, or the proof that it starts.
    if (plan.store !== undefined && !world.notesAreFresh)
      void later.doorNotes().then(
        ({ noteForDoor }) => noteForDoor(world, false),
        () => {},
      )
    if (this.nothing !== undefined) return
    this.aftermath = later.aftermath().then(({ Aftermath }) => new Aftermath(this.now))
    this.aftermath.then((aftermath) => aftermath.begin(startedAt)).catch(() => {})
  }

  /** After the target; once `hurry` is settled, without waiting for anything. */
  async finish(run: TargetRun, hurry: Promise<void>): Promise<void> {
    const { world, request, goals, timeline, later } = this.now
    if (this.aftermath !== undefined) return this.finishAftermath(this.aftermath, run, hurry)
    timeline.note(`nothing follows: ${this.nothing}`)
    if (!request.verbose) return
    const { complain } = await later.complain()
    complain(world, (say) => say.ran(goals, run.durationMs, `not recorded: ${this.nothing}`))
  }

  private async finishAftermath(aftermath: Promise<Aftermath>, run: TargetRun, hurry: Promise<void>): Promise<void> {
    try {
      await (await aftermath).finish(run, hurry)
    } catch (error) {
      this.now.timeline.note(`fault: ${(error as Error).stack ?? String(error)}`)
    }
  }
}

/** Why nothing follows: by the plan, or because nobody has decided, nobody can be asked, and no mistake is to be told. */
function whyNothing({ world, plan }: Circumstances): string | undefined {
  if (plan.kind === 'pass') return plan.because
  const idle = plan.kind === 'ask' && plan.found !== undefined && !world.stderr.isTTY && isPlainlySound(plan.found)
  return idle ? 'nobody has decided, and stderr is not a terminal' : undefined
}
