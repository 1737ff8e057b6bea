import type { StoreReading } from '../consent/read-store.ts'
import { ciProvider } from '../context/ci.ts'
import { DockerLimits, type DockerMemory } from '../context/docker.ts'
import { AskedGit, GIT_LIMIT_MS, type Memory } from '../context/git.ts'
import type { AskedStatus } from '../context/git-status.ts'
import { machineFacts } from '../context/machine.ts'
import { type OwnFields, ownFields } from '../context/own-fields.ts'
import { beginTrace, type Trace } from '../context/trace.ts'
import { agreedWords, testWord, wordsFor } from '../event/agreed-words.ts'
import { type PlaceFacts, runFacts } from '../event/build.ts'
import { type FieldGroup, SPAN_FIELD } from '../event/fields.ts'
import { type Facts, serialize } from '../event/serialize.ts'
import { type SpanOutcome, type Spans, slowestTargets } from '../event/span.ts'
import { agreeableKeys, fieldTable, isOverdue } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import type { LoadStore } from './anonymous-id.ts'
import { NO_PSEUDONYM, PSEUDONYM } from './commit-pseudonym.ts'

/** A run that began. */
export interface RunStart {
  /** What was run, as make names it; none for the default goal. */
  readonly goals: readonly string[]
  /** Wall clock, ms. */
  readonly startedAt: number
  readonly trace: Trace | undefined
  readonly nested: boolean
  /** The person agreed a moment ago, to a question that showed this run. */
  readonly justAgreed: boolean
  /** Where the target may have written values for the project's own fields. */
  readonly fieldsFile: string | undefined
  /** What the person has decided, if that has just been read. */
  readonly store: StoreReading | undefined
  readonly note: (text: string) => void
  /** Starts a `git status`, or has done so by now. */
  readonly askStatus: () => AskedStatus
  readonly loadStore: LoadStore
  readonly loadCommit: () => Promise<typeof import('../context/commit.ts')>
}

/** How the run ended. */
export interface RunOutcome {
  /** Monotonic, ms. */
  readonly durationMs: number
  readonly exitStatus: number
  readonly outcome: SpanOutcome
  /** What ran inside, if that was asked for. */
  readonly spans?: Spans | undefined
}

/** How the run ended, to those who record it. */
export interface RunEnd extends RunOutcome {
  /** Notes in the timeline that a phase was reached. */
  readonly mark: (name: string) => void
  /** Settled when somebody asks us to stop: then what is known is written, and nothing is waited for. */
  readonly hurry: Promise<void>
}

/** For whom facts are put into words, and how long git is waited for. */
export interface FactsWanted {
  /** Keys of what a decision covers. */
  readonly agreed: readonly string[]
  readonly ms: number
  /** Settled when nobody may be kept waiting. */
  readonly hurry: Promise<void>
}

/** Everything that is known about one run, gathered once, so that what a person is shown is what is sent. */
export class GatheredRun {
  readonly world: World
  readonly project: Project
  readonly start: RunStart
  private readonly trace: Trace
  private git: AskedGit | undefined
  private docker: DockerLimits | undefined
  private place: Omit<PlaceFacts, 'git' | 'test'> | undefined
  private own: OwnFields | undefined

  constructor(world: World, project: Project, start: RunStart) {
    this.world = world
    this.project = project
    this.start = start
    this.trace = start.trace ?? beginTrace(world.env)
  }

  /** Asks git, which is only done for people who agreed or who want to see the event. */
  begin(memory?: Memory): void {
    const { world, project, start } = this
    const { defaultBranch, budgetMs = 0 } = project
    const limitMs = Math.max(GIT_LIMIT_MS, budgetMs)
    this.git ??= new AskedGit(world, start.askStatus(), { defaultBranch, memory, limitMs, loadCommit: start.loadCommit })
    this.readPlace()
  }

  /** Starts to ask Docker for its limits, if the project wants them. What it has not said when the run ends is left out. */
  async askDocker(memory?: DockerMemory): Promise<void> {
    if (!this.project.dockerLimits) return
    this.docker ??= new DockerLimits(this.world, memory)
    await this.docker.facts()
  }

  /** Nobody waits for git and Docker any longer, so none is left running. */
  stop(): void {
    this.git?.stop()
    this.docker?.stop()
  }

  /** All facts, with git's if it has said them within `ms` and nobody is in a hurry, in words that `agreed` covers. */
  async facts(end: RunOutcome, { agreed, ms, hurry }: FactsWanted): Promise<Facts> {
    this.begin()
    const git = await soon(this.git?.facts, ms, hurry)
    this.git?.stop()
    const { world, project, start, trace } = this
    const { names, inside, tests } = wordsFor(project, agreedWords(agreed))
    const place: PlaceFacts = { ...this.readPlace(), git, test: testWord(world.env.SEND_METRICS_TEST, ...tests) }
    const facts = runFacts({ ...start, ...end, ...trace }, place, names)
    const slowest = end.spans && slowestTargets(end.spans, { inside, prefix: project.prefix }, SPAN_FIELD.most ?? 0)
    return { ...facts, [SPAN_FIELD.name]: slowest, ...this.docker?.now(), ...this.readOwn().facts }
  }

  /** The ID of this run, which is the parent of its spans. */
  get id(): string {
    return this.trace.runId
  }

  /** The commit that is checked out; undefined where git has not said it. */
  get head(): string | undefined {
    return this.git?.head
  }

  /** Names of the project's own fields whose value was not of the declared form. */
  dropped(): readonly string[] {
    return this.readOwn().dropped
  }

  /** The event as it would be sent after a yes to everything, for a person to read. */
  async describe(end: RunEnd): Promise<string> {
    const table = fieldTable(this.project, this.world.now())
    await Promise.race([this.askDocker(), end.hurry])
    const agreed = agreeableKeys(this.project, this.world.now())
    const facts = await this.facts(end, { agreed, ms: DETAILS_MS, hurry: end.hurry })
    const pseudonym = this.head === undefined ? undefined : NO_PSEUDONYM
    const event = JSON.stringify(serialize('run', { ...facts, [PSEUDONYM]: pseudonym }, agreed, table), undefined, 2)
    const listed = (title: string, words: readonly string[]) => (words.length > 0 ? `\n\n${title}:\n${words.join('\n')}` : '')
    const of = (wanted: FieldGroup) =>
      table.filter(({ group }) => group === wanted).map(({ words, source }) => `${words}${source === undefined ? '' : `, ${source}`}`)
    const { targets, tests } = this.project
    return [
      event,
      listed('Of Tilt, while you let its collector run', of('tilt')),
      listed("The team's own fields", of('team')),
      listed("Names of targets that are reported, with % for a part; any other is 'other'", targets ? [targets.join(', ')] : []),
      listed('Words for a test', tests.length > 0 ? [tests.join(', ')] : []),
    ].join('')
  }

  private readPlace(): Omit<PlaceFacts, 'git' | 'test'> {
    this.place ??= { machine: machineFacts(), ci: ciProvider(this.world.env), toolVersion: version }
    return this.place
  }

  private readOwn(): OwnFields {
    const { world, project, start } = this
    const current = project.fields.filter((field) => !isOverdue(field, world.now()))
    this.own ??= ownFields(current, world.env, start.fieldsFile)
    return this.own
  }
}

/** Somebody who waits for the details waits this long for git, ms. */
const DETAILS_MS = 2_000

async function soon(git: Promise<Facts> | undefined, ms: number, hurry: Promise<void>): Promise<Facts> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  const otherwise = Promise.race([late, hurry]).then((): Facts => ({}))
  return Promise.race([git ?? {}, otherwise]).finally(() => clearTimeout(timer))
}
