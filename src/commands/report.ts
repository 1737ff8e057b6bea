import type { Command } from 'commander'
import { forScripts } from '../insight/for-scripts.ts'
import { openFile } from '../insight/report/open-file.ts'
import { renderPage } from '../insight/report/page.ts'
import { objection, writeReport } from '../insight/report/report-file.ts'
import { printableJson, say } from '../messages.ts'
import { version } from '../version.ts'
import type { Exit, World } from '../world.ts'
import { examples } from './examples.ts'
import { sayPassedOver } from './passed-over.ts'
import { type SubjectOptions, subjectOf, subjectOptions, summaryOf } from './subject.ts'

interface ReportOptions extends SubjectOptions {
  readonly output: string
  readonly open?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** Runs of each target that are drawn; forty targets with so many are a fifth of a megabyte. */
const SAMPLE_SIZE = 400

/** `send-metrics report`: everything on one page that needs no network. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command.addHelpText(
    'before',
    examples(['send-metrics report --open', 'send-metrics report -o may.html --since 4w', 'send-metrics report --input team.jsonl --k 3']),
  )
  subjectOptions(command, world)
    .option('-o, --output <file>', 'where to write it; - for standard output', 'report.html')
    .option('--open', 'open it afterwards')
    .option('--force', 'replace a file that is no report, too')
    .option('--json', 'print what the page says as JSON, and write no page')
    .action(async (options: ReportOptions) => done(await report(world, options)))
}

async function report(world: World, options: ReportOptions): Promise<Exit> {
  const { output, json = false, open = false } = options
  const toFile = !json && output !== '-'
  if (open && !toFile) return fails(world, say.nothingToOpen(), 2)
  // Before anything is read, which may take its time.
  const reason = toFile ? objection(output, options.force === true) : undefined
  if (reason !== undefined) return fails(world, reason, 1)
  const subject = subjectOf(world, options)
  if (subject === undefined) return { code: 1 }
  const summary = await summaryOf(world, subject, options, { sampleSize: SAMPLE_SIZE })
  const isIncomplete = sayPassedOver(world, subject.passedOver)
  if (json) world.stdout.write(`${printableJson(forScripts(summary), 2)}\n`)
  if (json) return { code: 0 }
  if (summary.runs === 0 && isIncomplete) return { code: 1 }
  if (summary.runs === 0) return fails(world, subject.whenEmpty(), 0)
  const { title, leastPeople } = subject
  const page = renderPage(summary, { title: title || 'Runs', version, now: world.now(), leastPeople })
  if (!toFile) world.stdout.write(page)
  return toFile ? await toDisk(world, output, page, open) : { code: 0 }
}

async function toDisk(world: World, file: string, page: string, open: boolean): Promise<Exit> {
  const signal = await writeReport(world, file, page)
  if (signal !== undefined) return { signal }
  world.stderr.write(say.prefixed(say.reportWritten(file)))
  const reason = open ? await openFile(world, file) : undefined
  return reason === undefined ? { code: 0 } : fails(world, say.notOpened(reason), 1)
}

function fails(world: World, reason: string, code: number): Exit {
  world.stderr.write(say.prefixed(reason))
  return { code }
}
