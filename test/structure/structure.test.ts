import { describe, expect, test } from '@jest/globals'
import * as check from './checks.ts'
import { readTree } from './source-tree.ts'

const SOURCE = readTree('src', ['.ts'])
const TESTS = readTree('test', ['.ts', '.mjs'])

/** Said on one screen, known to nobody below: these may be imported from everywhere. */
const WORDS = [
  'messages.ts',
  'did-you-mean.ts',
  'version.ts',
  'world.ts',
  'random.ts',
  'sha256.ts',
  'shell-word.ts',
  'package-managers.ts',
  'text-width.ts',
  'json-error.ts',
  'fitted-notes.ts',
]

/** docs/architecture.md explains these. A folder may import from the ones in its row, and from its own files. */
const DIRECTIONS: check.Directions = {
  'main.ts': ['wrap', 'context', 'disk', 'messages.ts', 'tool-name.ts', 'world.ts'],
  'tool-name.ts': ['disk', 'package-managers.ts', 'shell-word.ts', 'world.ts'],
  'json-error.ts': ['messages.ts'],
  'fitted-notes.ts': ['text-width.ts', 'world.ts'],
  commands: [
    'waterfall',
    'wrap',
    'record',
    'insight',
    'doctor',
    'collect',
    'makefile',
    'consent',
    'delivery',
    'destinations',
    'journal',
    'context',
    'project',
    'event',
    'disk',
    ...WORDS,
  ],
  collect: ['record', 'consent', 'context', 'delivery', 'journal', 'project', 'event', 'disk', ...WORDS],
  doctor: ['record', 'makefile', 'consent', 'context', 'delivery', 'destinations', 'journal', 'project', 'event', 'disk', ...WORDS],
  wrap: ['record', 'insight', 'makefile', 'spans', 'consent', 'context', 'project', 'disk', ...WORDS],
  insight: ['consent', 'journal', 'project', 'event', 'disk', ...WORDS],
  spans: ['wrap', 'consent', 'context', 'project', 'event', 'disk', ...WORDS],
  record: ['consent', 'context', 'delivery', 'destinations', 'journal', 'project', 'event', 'disk', ...WORDS],
  consent: ['destinations', 'context', 'journal', 'project', 'event', 'disk', ...WORDS],
  delivery: ['destinations', 'journal', 'event', 'disk', ...WORDS],
  destinations: ['project', 'event', 'disk', ...WORDS],
  context: ['project', 'event', 'disk', ...WORDS],
  journal: ['event', 'disk', ...WORDS],
  project: ['event', ...WORDS],
  makefile: ['destinations', 'context', 'project', 'disk', ...WORDS],
  event: WORDS,
  waterfall: WORDS,
  disk: WORDS,
}

/** What `wrap` loads before the target starts: where the prefix stands, what was decided, the trace. Types are free. */
const BEFORE_THE_TARGET = [
  'src/messages.ts',
  'src/json-error.ts',
  'src/did-you-mean.ts',
  'src/project/find.ts',
  'src/project/plainly-sound.ts',
  'src/consent/identity.ts',
  'src/consent/read-store.ts',
  'src/consent/resolve.ts',
  'src/context/trace.ts',
  'src/context/git-status.ts',
  'src/context/processes.ts',
  'src/context/signal-number.ts',
  'src/disk/places.ts',
  'src/disk/whose-home.ts',
]

const DYNAMIC = ['src/main.ts', 'src/commands/index.ts', 'src/wrap/wrap.ts', 'src/destinations/index.ts', 'src/insight/sources.ts']

const PROCESS = {
  'src/main.ts': ['*'],
  // Processes that the World has no part in: one that may be gone, and one that was started and has to end.
  'src/disk/is-alive.ts': ['kill'],
  // Whose files these are, as the system will see it: no test could make up the marks of real ones.
  'src/disk/own.ts': ['geteuid'],
  'src/delivery/run-program.ts': ['kill'],
  // Facts about this very process, which no test would make up.
  'src/context/machine.ts': ['constrainedMemory'],
  'src/consent/door-notes.ts': ['report'],
  // What it hides there for a moment, a library reads from the process.
  'src/consent/store.ts': ['env'],
  'src/wrap/descriptors.ts': ['ppid'],
  'src/context/signal-number.ts': ['getBuiltinModule'],
  'src/sha256.ts': ['getBuiltinModule'],
  // A file for certain, in which no folder can be made.
  'src/journal/state.ts': ['execPath'],
  // The system that a program was built for; the World has no part in that.
  'src/spans/tracer-folder.ts': ['arch'],
}

describe('the source', () => {
  test('has no long file', () => expect(check.longFiles(SOURCE)).toEqual([]))
  test('names every file after what it does', () => expect(check.emptyNames({ ...SOURCE, ...TESTS })).toEqual([]))
  test('imports one way', () => expect(check.wrongDirections(SOURCE, DIRECTIONS)).toEqual([]))
  test('has no circle', () => expect(check.circles(SOURCE)).toEqual([]))
  test('has import() where a table shows what loads when', () => expect(check.strayDynamicImports(SOURCE, DYNAMIC)).toEqual([]))
  test('leaves the global process to main.ts', () => expect(check.strayProcess(SOURCE, PROCESS)).toEqual([]))
  test('gives a terminal no raw JSON', () => expect(check.rawJson(SOURCE)).toEqual([]))
  test('loads little before the target starts', () => expect(check.loadedBeside(SOURCE, 'src/wrap/', BEFORE_THE_TARGET)).toEqual([]))
  test("loads no package but Node's own before the target starts", () =>
    expect(check.packagesLoaded(SOURCE, check.reachedFrom(SOURCE, 'src/main.ts'))).toEqual([]))
  test('has no row in the lists that nothing uses any more', () => {
    expect(Object.keys(DIRECTIONS).filter((name) => !Object.keys(SOURCE).some((file) => file.split('/')[1] === name))).toEqual([])
    expect([...BEFORE_THE_TARGET, ...DYNAMIC, ...Object.keys(PROCESS)].filter((file) => !(file in SOURCE))).toEqual([])
  })
})

test('no test mocks a module', () => expect(check.mockedModules(TESTS)).toEqual([]))
test('no test is left out without its reason', () => expect(check.leftOutTests(TESTS)).toEqual([]))

describe('each check sees what is planted', () => {
  test('a long file', () => expect(check.longFiles({ 'src/a.ts': 'x\n'.repeat(301) })).toHaveLength(1))

  test.each(['src/utils/a.ts', 'src/wrap/helpers.ts', 'test/util.test.ts'])('the name %s', (file) =>
    expect(check.emptyNames({ [file]: '' })).toHaveLength(1),
  )

  test.each([
    ['an import', "import { a } from '../record/b.ts'"],
    ['an import of a type', "import type { A } from '../record/b.ts'"],
    ['an export from', "export * from '../record/b.ts'"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '../record/b.ts'"],
    ['an import for its effects', "import '../record/b.ts'"],
    ['a type by import()', "export type B = typeof import('../record/b.ts')"],
  ])('%s in the wrong direction', (_name, text) =>
    expect(check.wrongDirections({ 'src/event/a.ts': text }, DIRECTIONS)).toEqual([
      'src/event/a.ts imports src/record/b.ts: event may not import record',
    ]),
  )

  test('a folder that has no row', () =>
    expect(check.wrongDirections({ 'src/new/a.ts': "import '../event/b.ts'" }, DIRECTIONS)).toHaveLength(1))

  test('a circle, and none of types', () => {
    const circle = (word: string) => ({
      'src/a.ts': "import { b } from './b.ts'",
      'src/b.ts': "import { c } from './c.ts'",
      'src/c.ts': `import ${word}{ A } from './a.ts'`,
    })
    expect(check.circles(circle(''))).toHaveLength(3)
    expect(check.circles(circle('type '))).toEqual([])
  })

  test('a stray import(), but not one of a type', () => {
    expect(check.strayDynamicImports({ 'src/a.ts': "export const a = () => import('./b.ts')" }, DYNAMIC)).toHaveLength(1)
    expect(check.strayDynamicImports({ 'src/a.ts': "export type A = typeof import('./b.ts')" }, DYNAMIC)).toEqual([])
  })

  test.each(['const a = process.env.A', 'const { env } = process', "const a = process['env']", 'process.kill(1)', 'const a = { process }'])(
    'the global process in %s',
    (text) => expect(check.strayProcess({ 'src/a.ts': text }, PROCESS)).toHaveLength(1),
  )

  test.each(['const a = b.process; const c = { process: 1 }', 'function a(process: number) { return process }', 'b((process) => process)'])(
    'no global process in %s',
    (text) => expect(check.strayProcess({ 'src/a.ts': text }, PROCESS)).toEqual([]),
  )

  test('a module loaded before the target starts, but not its types', () => {
    const planted = (word: string) => ({ 'src/wrap/a.ts': `import ${word}{ a } from '../record/b.ts'` })
    expect(check.loadedBeside(planted(''), 'src/wrap/', BEFORE_THE_TARGET)).toHaveLength(1)
    expect(check.loadedBeside(planted('type '), 'src/wrap/', BEFORE_THE_TARGET)).toEqual([])
  })

  test('a package loaded before the target starts, two files away', () => {
    const tree = { 'src/main.ts': "import './wrap/a.ts'", 'src/wrap/a.ts': "import { execa } from 'execa'; import 'node:fs'" }
    expect(check.packagesLoaded(tree, check.reachedFrom(tree, 'src/main.ts'))).toEqual(['src/wrap/a.ts loads the package execa'])
  })

  test('JSON that a command prints as it is', () =>
    expect(check.rawJson({ 'src/commands/a.ts': 'write(JSON.stringify(1))' })).toHaveLength(1))

  test.each([
    'test.skip(',
    'test.each([1]).only(',
    'describe.only.each(',
    'it.todo(',
    'xtest(',
    'fdescribe(',
    '(linux ? test : test.skip)(',
  ])('%s', (text) => expect(check.leftOutTests({ 'test/a.test.ts': `${text}'a', () => {})` })).toHaveLength(1))

  test.each(['mock', 'unstable_mockModule', 'doMock'])('jest.%s', (name) =>
    expect(check.mockedModules({ 'test/a.test.ts': `jest.${name}('x')` })).toHaveLength(1),
  )
})
