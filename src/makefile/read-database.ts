import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { execa } from 'execa'
import { say } from '../messages.ts'
import type { Environment, World } from '../world.ts'
import { type ByteText, bytesOf } from './byte-text.ts'
import { withLaterPrerequisites } from './list-uses.ts'
import { type Database, parseDatabase } from './parse-database.ts'
import { Refusal, UnreadMakefile } from './refusal.ts'
import { words } from './words.ts'

/** A makefile that starts programs while it is read may take a while, ms. */
const LIMIT_MS = 30_000
/** For what a killed make leaves running, and which still holds our pipe, ms. */
const GRACE_MS = 500

/** Said by our own makefile, behind all others: it tells that make has read them all, and ends it there. */
const READ_ALL = 'send-metrics has read it all'

const ASKED = 'send_metrics_asked_'
const ANSWER = new RegExp(`^${ASKED}(\\d+)\\|((?:(?!^${ASKED})[^])*?)\\|${ASKED}$`, 'gmu')

/** What an outer make or our own wrap left, and what would say things in another language. */
export const OF_ANOTHER_MAKE: readonly string[] = ['MAKEFLAGS', 'MFLAGS', 'GNUMAKEFLAGS', 'MAKELEVEL', 'MAKEFILES', 'LANGUAGE']

/**
 * Asks make what it knows after reading a makefile, as every completion does. No recipe runs: make would
 * otherwise remake the makefiles that it includes, even under -n, so an error of ours ends it before that; `-p`
 * prints all the same. A `$(shell …)` does run, as with every start of make.
 * `expressions` are expanded as well: only such as `isAskable` allows. Throws Refusal: no make, a mistake in the makefile, too slow, called off by `signal`.
 */
export async function readDatabase(
  world: World,
  folder: string,
  makefile: string,
  { signal, expressions = [] }: { signal?: AbortSignal | undefined; expressions?: readonly ByteText[] } = {},
): Promise<Database> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-'))
  try {
    const last = path.join(scratch, 'last.mk')
    fs.writeFileSync(last, bytesOf(`${expressions.map(question).join('')}$(error ${READ_ALL})\n`))
    const { stdout, stderr } = await askMake(world, folder, makefile, { last, signal })
    if (!stderr.includes(READ_ALL))
      throw new UnreadMakefile(words.makefileBroken(makefile, firstComplaint(stderr)), words.makefileMend(makefile))
    const database = parseDatabase(stdout)
    const makefiles = database.makefiles.filter((name) => name !== last)
    if (expressions.length === 0) return { ...database, makefiles }
    return withLaterPrerequisites({ ...database, makefiles, asked: answers(stdout, expressions) })
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
}

/** A `#` in an expression would begin a comment anywhere but in a `define`. */
function question(expression: ByteText, at: number): ByteText {
  return `define ${ASKED}${at}\n${expression}\nendef\n$(info ${ASKED}${at}|$(${ASKED}${at})|${ASKED})\n`
}

function answers(stdout: ByteText, expressions: readonly ByteText[]): Map<ByteText, ByteText> {
  const said = [...stdout.matchAll(ANSWER)].map(([, at, value = '']) => [expressions[Number(at)] ?? '', value] as const)
  return new Map(said)
}

async function askMake(
  world: World,
  folder: string,
  makefile: string,
  { last, signal }: { last: string; signal: AbortSignal | undefined },
): Promise<{ stdout: string; stderr: string }> {
  const make = world.env.MAKE || 'make'
  const asked = execa(make, ['-pqr', '-f', makefile, '-f', last], {
    cwd: folder,
    reject: false,
    timeout: LIMIT_MS,
    env: environment(world.env) as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
    encoding: 'latin1',
    stripFinalNewline: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LIMIT_MS + GRACE_MS)
    signal?.addEventListener('abort', () => setTimeout(() => resolve(undefined), GRACE_MS))
  })
  const ended = await Promise.race([asked, late])
  clearTimeout(timer)
  if (ended === undefined || ended.timedOut || ended.isCanceled)
    throw new UnreadMakefile(words.makefileSlow(makefile, LIMIT_MS / 1000), words.makefileHasten())
  if (ended.exitCode === undefined && ended.code === 'ENOENT') throw new Refusal(say.makeMissing(make))
  if (ended.exitCode === undefined) throw new Refusal(say.makeUnusable(make, ended.shortMessage ?? String(ended.signal)))
  return { stdout: ended.stdout, stderr: ended.stderr }
}

function environment(env: Environment): Environment {
  const seen = Object.fromEntries(Object.entries(env).filter(([name]) => !OF_ANOTHER_MAKE.includes(name)))
  return { ...seen, LC_ALL: 'C', SEND_METRICS: 'off' }
}

/** What make ended of; what `$(warning)` and programs said before is not it. */
function firstComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => line.includes('***')) ?? lines.at(-1) ?? 'make said nothing'
}
