import { say } from '../messages.ts'
import type { Project, ReadProject } from '../project/read.ts'
import type { Recording } from '../record/record-run.ts'
import type { World } from '../world.ts'
import { exitStatus, outcomeOf } from './exit-status.ts'
import type { Plan } from './plan.ts'
import type { TargetRun } from './run-target.ts'
import type { Timeline } from './timeline.ts'
import type { Later } from './wrap.ts'
import type { WrapRequest } from './wrap-arguments.ts'

/** What follows a run: begun in the target's shadow, finished after it ended. Neither ever fails. */
export interface Aftermath {
  begin(run: { startedAt: number }): void
  finish(run: TargetRun): Promise<void>
}

interface Circumstances {
  readonly request: WrapRequest
  readonly parallel: boolean
  readonly timeline: Timeline
  readonly later: Later
}

/** Prepares what the plan allows: recording for a yes, the question for nobody's decision, nothing for a no. */
export function planRecording(world: World, plan: Plan, circumstances: Circumstances): Aftermath {
  if (plan.kind === 'pass' || plan.found === undefined) return { begin: () => {}, finish: async () => {} }
  const { found } = plan
  const { timeline, later } = circumstances
  let project: Promise<ReadProject> | undefined
  let recording: Promise<Recording | undefined> | undefined
  const read = () => {
    project ??= later.project().then((module) => module.readProject(found))
    return project
  }
  return {
    begin: (run) => {
      timeline.mark('started')
      recording = read().then((it) => (plan.kind === 'record' && 'project' in it ? start(world, plan, circumstances, it.project, run.startedAt) : undefined))
      // A fault is looked at when the target has ended; until then it must not bring this process down.
      recording.catch(() => {})
    },
    finish: async (run) => {
      try {
        const it = await read()
        if ('problem' in it) return world.stderr.write(say.prefixed(say.projectProblem(it.problem)))
        await settle(world, plan, circumstances, it.project, run, recording)
      } catch (error) {
        timeline.note(`fault: ${(error as Error).stack ?? String(error)}`)
        if (circumstances.request.verbose) world.stderr.write(say.prefixed(say.fault((error as Error).message)))
      }
    },
  }
}

async function start(world: World, plan: Plan, circumstances: Circumstances, project: Project, startedAt: number): Promise<Recording | undefined> {
  const { startRecording } = await circumstances.later.record()
  const { request, timeline } = circumstances
  const recording = await startRecording(world, project, { target: request.target, startedAt, trace: plan.trace, nested: plan.nested, note: (text) => timeline.note(text) })
  timeline.mark('prepared')
  return recording
}

async function settle(world: World, plan: Plan, circumstances: Circumstances, project: Project, run: TargetRun, recording: Promise<Recording | undefined> | undefined): Promise<void> {
  const { request, timeline } = circumstances
  let going = await recording
  if (plan.kind === 'ask') {
    const { askAfterRun } = await circumstances.later.ask()
    const outcome = outcomeOf(run.end)
    const decided = await askAfterRun(world, project, { nested: plan.nested, parallel: circumstances.parallel, outcome, note: (text) => timeline.note(text) })
    if (decided) going = await start(world, plan, circumstances, project, run.startedAt)
  }
  const fate = await going?.finish({
    durationMs: run.durationMs,
    exitStatus: exitStatus(run.end),
    outcome: outcomeOf(run.end),
    mark: (name) => timeline.mark(name),
  })
  if (request.verbose) world.stderr.write(say.prefixed(say.ran(request.target, run.durationMs, fate ?? 'not recorded')))
}
