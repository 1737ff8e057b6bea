import * as fs from 'node:fs'
import { AskedStatus } from '../context/git-status.ts'
import { say } from '../messages.ts'
import { targetPrefix } from '../project/find.ts'
import type { Project } from '../project/read.ts'
import type { RunEnd } from '../record/gather-run.ts'
import type { ReadAgain } from '../record/project-memo.ts'
import type { Fate, GatheredRun, Recording } from '../record/record-run.ts'
import type { Tracer } from '../spans/tracer.ts'
import type { World } from '../world.ts'
import { exitStatus, outcomeOf } from './exit-status.ts'
import type { Plan } from './plan.ts'
import type { TargetRun } from './run-target.ts'
import type { Timeline } from './timeline.ts'
import type { WrapRequest } from './wrap-request.ts'

/** What loads while the target runs, and not before. */
export interface Later {
  readonly aftermath: () => Promise<typeof import('./aftermath.ts')>
  readonly complain: () => Promise<typeof import('./complain.ts')>
  readonly project: () => Promise<typeof import('../project/read.ts')>
  readonly position: () => Promise<typeof import('../project/position.ts')>
  readonly record: () => Promise<typeof import('../record/record-run.ts')>
  readonly store: () => Promise<typeof import('../consent/store.ts')>
  readonly commit: () => Promise<typeof import('../context/commit.ts')>
  readonly doorNotes: () => Promise<typeof import('../consent/door-notes.ts')>
  readonly spans: () => Promise<typeof import('../spans/tracer.ts')>
  readonly mayAsk: () => Promise<typeof import('../consent/may-ask.ts')>
  readonly ask: () => Promise<typeof import('../consent/ask.ts')>
  readonly hint: () => Promise<typeof import('../insight/hint.ts')>
  readonly fittedNotes: () => Promise<typeof import('../fitted-notes.ts')>
  readonly missingTarget: () => Promise<typeof import('../makefile/missing-target.ts')>
}

/** Nobody waits for less, ms. */
const WORTH_A_WORD_MS = 1_000

/** With this make ends where it finds no rule, and for other reasons. */
const MAKE_FAILED = 2

/** Whether make reads another makefile, or a makefile elsewhere, for this argument. */
const bringsRules = (word: string) => /^-(?:[^-]*[fCIE]|-(?:file|makefile|directory|include-dir|eval))/u.test(word)

/** What is known about a run when it starts. */
export interface Circumstances {
  readonly world: World
  readonly plan: Plan
  readonly request: WrapRequest
  /** What was run, as make names it; none for the default goal. */
  readonly goals: readonly string[]
  readonly parallel: boolean
  readonly tracer: Tracer | undefined
  readonly timeline: Timeline
  readonly later: Later
}

/** What follows a run that may be recorded or asked about: begun in the target's shadow, finished after it ended. Neither ever fails. */
export class Aftermath {
  private readonly now: Circumstances
  private project: Promise<ReadAgain | undefined> | undefined
  private recording: Promise<Recording | undefined> | undefined
  private status: AskedStatus | undefined

  constructor(now: Circumstances) {
    this.now = now
  }

  /** While the target runs: prepares a recording where the plan has a yes. */
  begin(startedAt: number): void {
    const { world, plan } = this.now
    // Nobody's git is started without a decision of theirs; SEND_METRICS=on may turn out to be none.
    if (plan.kind === 'record' && plan.store !== undefined) this.status = new AskedStatus(world)
    const project = this.readProject()
    this.recording = project.then((read) =>
      plan.kind === 'record' && read && 'project' in read
        ? this.gather(read.project, startedAt, false).then((run) => this.start(run))
        : undefined,
    )
    // A fault is looked at when the target has ended; until then it must not bring this process down.
    this.recording.catch(() => {})
  }

  /** After the target: records or asks, as the plan has it; once `hurry` is settled, without waiting for anything. */
  async finish(run: TargetRun, hurry: Promise<void>): Promise<void> {
    const { world, plan, timeline, request, later } = this.now
    try {
      const read = await this.readProject()
      if (read === undefined) return
      if ('problem' in read) await this.note(say.projectProblem((await later.position()).located(read.problem)))
      else await this.settle(read.project, run, hurry)
    } catch (error) {
      timeline.note(`fault: ${(error as Error).stack ?? String(error)}`)
      if (request.verbose || (await this.isForPipeline())) await this.note(say.fault(world.tool, (error as Error).message))
    } finally {
      this.status?.stop()
      if (plan.fieldsFile !== undefined) fs.rmSync(plan.fieldsFile, { force: true })
    }
  }

  /** Whoever owns a pipeline has nobody at a terminal who could ask `doctor`. */
  private async isForPipeline(): Promise<boolean> {
    const { world, plan, later } = this.now
    return plan.kind === 'record' && !plan.nested && (await later.record()).isOwnersYes(world.env)
  }

  /** At a terminal that is narrower than a note, that is broken between words. */
  private async note(text: string): Promise<void> {
    const { world, later } = this.now
    const line = say.prefixed(text)
    const isWide = world.stderr.isTTY && line.length > world.stderr.columns
    // Where that file is damaged, the note is what tells of it.
    const fitted = isWide ? await later.fittedNotes().catch(() => undefined) : undefined
    const { stderr } = fitted?.withFittedNotes(world) ?? world
    stderr.write(line)
  }

  private readProject(): Promise<ReadAgain | undefined> {
    const { world, plan, later } = this.now
    const { found } = plan
    if (found === undefined) return Promise.resolve(undefined)
    this.project ??=
      plan.kind === 'record'
        ? later.record().then(({ readProjectAgain }) => readProjectAgain(world, found, { store: plan.store, load: later.project }))
        : later.project().then(({ readProject }) => readProject(found))
    return this.project
  }

  private async gather(project: Project, startedAt: number, justAgreed: boolean): Promise<GatheredRun> {
    const { world, plan, goals, timeline, later } = this.now
    const { GatheredRun } = await later.record()
    const { trace, nested, fieldsFile, store } = plan
    const note = (text: string) => timeline.note(text)
    return new GatheredRun(world, project, {
      goals,
      startedAt,
      trace,
      nested,
      justAgreed,
      fieldsFile,
      store: justAgreed ? undefined : store,
      note,
      // What a person is shown after the target is asked anew.
      askStatus: () => (justAgreed ? undefined : this.status) ?? new AskedStatus(world),
      loadStore: later.store,
      loadCommit: later.commit,
    })
  }

  private async start(run: GatheredRun): Promise<Recording | undefined> {
    const { startRecording } = await this.now.later.record()
    const recording = await startRecording(run)
    this.now.timeline.mark('prepared')
    return recording
  }

  private async settle(project: Project, run: TargetRun, hurry: Promise<void>): Promise<void> {
    const { world, request, goals, timeline } = this.now
    const mark = (name: string) => timeline.mark(name)
    const { durationMs } = run
    const outcome = outcomeOf(run.end)
    const spans = this.now.tracer?.collect({ ...run, outcome })
    const end = { durationMs, exitStatus: exitStatus(run.end), outcome, spans, mark, hurry }
    let fate = await (await this.recording)?.finish(end)
    ;(await this.project)?.keep?.()
    // Without a terminal there is nobody to ask, and nothing of it is loaded.
    if (world.stderr.isTTY) fate = (await this.ask(project, run.startedAt, end)) ?? fate
    else timeline.note('question: nothing; stderr is not a terminal')
    const lost = fate?.lost && say.lostEvent(fate.lost.why, fate.lost.unkept)
    if (request.verbose) await this.note(say.ran(goals, run.durationMs, lost ?? fate?.words ?? 'not recorded'))
    // Of what was lost inside, the outermost run speaks, which fares no better.
    else if (lost !== undefined && !this.now.plan.nested) await this.note(lost)
    await this.hint(project, run)
    await this.hintAtMissing(run)
  }

  /** For whoever typed a target that is not there: what may have been meant. Below a make, and for a program that reads it, make's own words are all. */
  private async hintAtMissing({ end }: TargetRun): Promise<void> {
    const { world, plan, request, later } = this.now
    const { target, files, makeArguments } = request
    const isTyped = world.stderr.isTTY && !plan.inner && world.env.MAKELEVEL === undefined
    if (target === undefined || exitStatus(end) !== MAKE_FAILED || !isTyped) return
    const readsMore = files.length > 0 || world.env.MAKEFILES || /eval/u.test(world.env.MAKEFLAGS ?? '') || makeArguments.some(bringsRules)
    if (readsMore) return
    const prefix = targetPrefix(plan.found)
    const missing = (await later.missingTarget()).missingTarget(world.cwd, prefix, target)
    if (missing === undefined) return
    const { makefile, near, isPlain } = missing
    const behind = `${prefix}${target}`
    const line = isPlain
      ? say.plainTarget(world.tool, target, { behind, makefile, near })
      : say.missingTarget(target, behind, makefile, near)
    await this.note(line)
  }

  /** For whoever wants to know: that the run took unusually long. An inner run keeps out of the output of the outer one. */
  private async hint(project: Project, run: TargetRun): Promise<void> {
    const { world, plan, goals, later } = this.now
    const wanted = plan.store?.progress === true && !plan.inner && outcomeOf(run.end) === 'success' && world.stderr.isTTY
    if (!wanted || plan.store === undefined || run.durationMs < WORTH_A_WORD_MS) return
    const { slowHint } = await later.hint()
    const line = slowHint(world, project, plan.store, { ...run, goals })
    if (line !== undefined) await this.note(line)
  }

  /** Asks if this is the moment; after a yes, records the very run that the question showed. */
  private async ask(project: Project, startedAt: number, end: RunEnd): Promise<Fate | undefined> {
    const { world, plan, parallel, timeline, later } = this.now
    const { standingFor, mayAsk } = await later.mayAsk()
    const circumstances = { project, nested: plan.inner, parallel, outcome: end.outcome }
    const verdict = mayAsk(world, standingFor(world, project), circumstances)
    timeline.note(`question: ${verdict.do}; ${verdict.because}`)
    if (verdict.do === 'nothing') return undefined
    let shown: Promise<GatheredRun> | undefined
    const gathered = () => (shown ??= this.gather(project, startedAt, true))
    const { askAfterRun } = await later.ask()
    const details = async () => (await gathered()).describe(end)
    const agreed = await askAfterRun(world, project, { verdict, startedAt, details, hurry: end.hurry })
    return agreed ? (await this.start(await gathered()))?.finish(end) : undefined
  }
}
