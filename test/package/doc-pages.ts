import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect } from '@jest/globals'
import { run, sendMetrics } from '../support/cli.ts'
import { expectPrinted, shapeOf, shownIn } from '../support/doc-blocks.ts'
import { docProject } from '../support/doc-project.ts'
import { initProject } from '../support/init-project.ts'
import { hasPrograms } from '../support/programs.ts'
import type { Receiver } from '../support/receiver.ts'
import { terminal } from '../support/terminal.ts'
import { oneOfThese, type Place, shown, type Try, typed, withChanged } from '../support/try-block.ts'
import { readmeSections } from './readme-sections.ts'

/** Where the blocks of a page, or of one of its sections, are tried in order, and those that are not tried as usual. */
export interface Page {
  readonly page: string
  /** All of the page's other sections without it. */
  readonly sections?: readonly string[]
  readonly setUp: () => Place | Promise<Place>
  /** By the text that the block begins with. */
  readonly tries?: Readonly<Record<string, Try>>
}

/** Blocks that are not tried here, by their page and what they begin with: why not, and the test that holds them, if any does. */
export const NOT_HERE: readonly { readonly page: string; readonly begins?: string; readonly why: string; readonly test?: string }[] = [
  { page: 'docs/architecture.md', begins: 'main -> wrap', why: 'a drawing', test: 'test/structure/structure.test.ts' },
  { page: 'docs/dashboards/new-relic.md', why: 'queries for an account at New Relic', test: 'test/dashboards/names.test.ts' },
  { page: 'docs/destination-examples.md', why: 'written by `make docs`', test: 'test/structure/generated.test.ts' },
  { page: 'docs/destinations.md', begins: '#!', why: 'programs, which need a receiver', test: 'test/package/destinations-page.test.ts' },
  { page: 'docs/events.md', why: 'written by `make docs`', test: 'test/structure/generated.test.ts' },
  { page: 'docs/init.md', begins: '? Who gets', why: 'needs a terminal', test: 'test/e2e/init/conversation.test.ts' },
  { page: 'docs/init.md', begins: 'Project:', why: 'needs a terminal', test: 'test/e2e/init/conversation.test.ts' },
  { page: 'docs/init.md', begins: '$ npx', why: 'needs a package manager', test: 'test/e2e/init/package-managers.test.ts' },
  { page: 'docs/for-maintainers.md', begins: '{ "consent"', why: 'a file of the whole machine', test: 'test/consent/policy.test.ts' },
  { page: 'docs/performance.md', begins: 'node bench/', why: 'measures for minutes on a machine that does nothing else' },
  { page: 'docs/stats.md', begins: '$ send-metrics progress on', why: 'needs runs of a minute', test: 'test/e2e/progress.test.ts' },
  { page: 'docs/team-data.md', begins: 'send-metrics report --warehouse', why: 'needs a warehouse', test: 'test/e2e/team-data.test.ts' },
  { page: 'docs/team-data.md', begins: 'export PGPASSWORD', why: 'needs a warehouse', test: 'test/e2e/team-data.test.ts' },
  { page: 'docs/team-data.md', begins: 'COPY', why: 'for DuckDB, and for a Snowflake account' },
  { page: 'docs/team-data.md', begins: 'SELECT', why: 'for ClickHouse' },
  { page: 'docs/team-data.md', begins: 'EXPORT', why: 'for an account at BigQuery' },
  { page: 'docs/tilt.md', begins: '# Tiltfile', why: 'needs Tilt', test: 'test/package/tiltfile.test.ts' },
  { page: 'docs/tilt.md', begins: '$ send-metrics collect', why: 'needs Tilt', test: 'test/e2e/collect/sidecar.test.ts' },
  { page: 'docs/tilt.md', begins: 'send-metrics: nothing', why: 'needs Tilt', test: 'test/e2e/collect/asking.test.ts' },
  { page: 'docs/write-a-collector.md', why: 'a file of the source', test: 'test/collect/write-a-collector.test.ts' },
]

/** Of make's recipes only the text is looked at, in this repository. */
const rehearsed: Try = async ({ text }, { env }) => {
  await typed({ text } as Parameters<Try>[0], { folder: '', cwd: '.', env: { ...env, MAKEFLAGS: 'n' } })
}

/** As `init` finds a repository. */
function fresh(makefile: string, files: Readonly<Record<string, string>> = {}): Place {
  const { folder, repo, env } = initProject({ ...files, Makefile: makefile })
  return { folder, cwd: repo, env }
}

/** What `init` says of a makefile. */
const saidOf =
  (makefile: string, prints = expectPrinted): Try =>
  async ({ text }) => {
    const place = fresh(makefile)
    const { stderr } = await run('send-metrics', ['init', '--dry-run'], place)
    prints(text.trimEnd().split('\n'), stderr)
  }

const TWO = '.PHONY: build test\nbuild: ; @echo compiled\ntest: ; @echo passed\n'
const ANY = '.PHONY: help clean\nhelp: ; @echo make html, make dirhtml, make latexpdf\nclean: ; @echo\n%: ; @echo sphinx-build -M $@\n'

const initWays = oneOfThese(
  () => fresh(TWO),
  (line) => line.replace('send-metrics init', 'send-metrics init --yes').replace(/.*--undo/u, 'send-metrics init --yes\n$&'),
)

/** Prints what the page shows, but for figures, bars and the blanks beside them. */
const alike = (lines: readonly string[], printed: string) => expectPrinted(lines.map(shapeOf), shapeOf(printed))

const wordsOf = (text: string) => text.match(/\b(?!(?:ms|s|min|h)\b)[A-Za-z][\w.]*|~/gu) ?? []

/** Every word of the page is printed, but for its figures and their units. */
const words = (lines: readonly string[], printed: string) =>
  expect(wordsOf(printed)).toEqual(expect.arrayContaining(wordsOf(lines.join('\n'))))

/** Every page that has blocks to be tried. */
export function pages(there: () => Receiver): Page[] {
  return [
    { page: 'README.md', setUp: docProject, tries: { 'make demo': rehearsed } },
    ...readmeSections(there),
    {
      page: 'docs/destinations.md',
      setUp: () => docProject({ builds: 2 }),
      tries: { '$ send-metrics export prometheus --listen': listens },
    },
    { page: 'docs/for-maintainers.md', setUp: docProject },
    {
      page: 'docs/init.md',
      setUp: docProject,
      tries: {
        'send-metrics init ': initWays,
        'send-metrics: on the list': saidOf(
          'T := $(addprefix CLEAN--,$(shell seq 1 1200)) $(addsuffix -up,$(shell seq 1 30))\n.PHONY: all $(T)\nall $(T): ; @echo $@\n',
        ),
        'send-metrics: Makefile takes': saidOf(ANY, alike),
        'send-metrics: Makefile calls': saidOf('build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo built\nlint: ; @echo linted\n'),
        '$ send-metrics init\n': async (block) => {
          const makefile = `default: ; @echo default\nPARTS := $(filter-out Makefile,$(wildcard *))\n.PHONY: $(PARTS)\n$(PARTS): ; @$(MAKE) -C $@\n`
          await shown()(block, fresh(makefile, { 'api/Makefile': 'all: ; @echo api\n' }))
        },
        '$ send-metrics init --undo': async (block) => {
          const place = fresh('.PHONY: build\nbuild: ; @echo built\n')
          await sendMetrics(['init', '--explicit', 'build', '--yes'], place)
          const file = path.join(place.cwd, 'Makefile')
          fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(' wrap ', ' wrap --verbose '))
          await shown()(block, place)
        },
        '$ send-metrics init --explicit': async (block) => {
          await shown()(block, fresh('.PHONY: build image\nbuild: ; @echo\nimage: ; @echo $@\n'))
        },
      },
    },
    {
      page: 'docs/makefiles.md',
      setUp: () => docProject({ makefile: TWO }),
      tries: { 'send-metrics init ': initWays },
    },
    { page: 'docs/performance.md', setUp: docProject, tries: { 'make bench': rehearsed, '$ SEND_METRICS_DEBUG': shown(words) } },
    { page: 'docs/privacy.md', setUp: docProject },
    { page: 'docs/report.md', setUp: docProject },
    {
      page: 'docs/scripts.md',
      setUp: docProject,
      tries: {
        '$ send-metrics consent on --json': async (block, place) => {
          if (hasPrograms('jq')) await shown()(block, place)
        },
        '$ send-metrics log': async (block, place) => {
          fs.writeFileSync(path.join(place.cwd, 'send-metrics.json'), '{\n  "targets": ["build"],\n  "projcet": "Shop"\n}\n')
          await withChanged('/src/shop', place.cwd, shown())(block, place)
        },
      },
    },
    {
      page: 'docs/spans.md',
      setUp: () => docProject({ makefile: TRACED, builds: 0 }),
      tries: {
        '$ send-metrics wrap --spans': traced,
        'send-metrics trace 75e31c': async (block, place) => {
          const { stdout } = await run('send-metrics', ['trace'], place)
          await withChanged('75e31c', /run (\w{6})/u.exec(stdout)?.[1] ?? '', typed)(block, place)
        },
        'mkdir -p ~/.cache': async (block, place) => {
          if (hasPrograms('cc')) await typed(block, place)
        },
      },
    },
    {
      page: 'docs/stats.md',
      setUp: () => docProject({ weeks: true }),
      tries: {
        '$ send-metrics stats\n': shown(words),
        'send-metrics stats test build': async (block, place) => {
          const lines = block.text.split('\n')
          const follows = (line: string) => line.includes('--follow')
          await typed({ ...block, text: lines.filter((line) => !follows(line)).join('\n') }, place)
          await untilCtrlC(lines.find(follows) ?? '', 'Ctrl-C ends this', place)
        },
      },
    },
    { page: 'docs/team-data.md', setUp: docProject },
    { page: 'docs/tilt.md', setUp: docProject },
  ]
}

/** The makefile of the page about spans, in as far as it shows one. */
const DEEP = 'lib/a/very/long/path/that/nobody/reads/it.o'
const TRACED = `all: lib/a.o lib/b.o ${DEEP} test
lib/a.o: ; @sleep 0.57
lib/b.o: ; @sleep 0.24
${DEEP}: ; @sleep 0.3
test: lib/a.o lib/b.o ${DEEP}
	@$(MAKE) one two
	@$(MAKE) sub
	@sleep 0.5; exit 1
one two sub: ; @sleep 0.11
`

/** A run that fails, and what it is made of; of what starts together, either may be first. */
const traced: Try = async (block, place) => {
  const [ran, trace] = shownIn(block)
  expect((await run('sh', ['-c', ran?.command ?? ''], place)).code).toBe(2)
  const { stdout } = await run('sh', ['-c', trace?.command ?? ''], place)
  // The scale begins where the room for names and times ends.
  const linesOf = (text: string) =>
    shapeOf(text)
      .replaceAll(/^ {9,}/gmu, '')
      .split('\n')
  expect(linesOf(stdout)).toEqual(expect.arrayContaining(linesOf(trace?.lines.join('\n') ?? '')))
}

/** A command that goes on until Ctrl-C, on any free port in place of the page's. */
const listens: Try = async (block, place) => {
  const [{ command = '', lines = [] } = {}] = shownIn(block)
  alike(lines, await untilCtrlC(command.replace(/:\d+$/u, ':0'), 'Ctrl-C ends it', place))
}

/** Types a command at a terminal, and Ctrl-C once it has printed the text; answers with all that it printed. */
async function untilCtrlC(command: string, text: string, { cwd, env }: Place): Promise<string> {
  const screen = terminal('sh', ['-c', `exec ${command}`], { cwd, env })
  await screen.until(text)
  screen.type('\x03')
  await screen.ended
  return screen.raw()
}
