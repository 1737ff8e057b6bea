import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Scratch, scratch } from '../support/scratch.ts'

/** Every command and subcommand, as completion has them, so that a new one is held to this, too. */
const COMMANDS = [
  'wrap',
  'init',
  'consent',
  'consent on',
  'consent local',
  'consent off',
  'consent show',
  'consent list',
  'consent new-id',
  'consent forget',
  'log',
  'stats',
  'report',
  'progress',
  'progress on',
  'progress off',
  'trace',
  'preview',
  'flush',
  'export',
  'export prometheus',
  'collect',
  'collect tilt',
  'why',
  'doctor',
  'completion',
  'completion bash',
  'completion zsh',
  'completion fish',
]
/** What they need to do something. */
const WORDS: Readonly<Record<string, string>> = { preview: 'build' }
/** Those that have no JSON of their own. */
const WITHOUT = new Set([
  ...['wrap', 'init', 'export', 'collect', 'collect tilt', 'completion', 'completion bash', 'completion zsh', 'completion fish'],
])
/** One object a line. */
const LINES = new Set(['log'])

const words = (name: string) => [...name.split(' '), ...(WORDS[name]?.split(' ') ?? []), '--json']

function parsed(name: string, stdout: string): unknown {
  return LINES.has(name) && !stdout.startsWith('{"error"')
    ? stdout.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)))
    : JSON.parse(stdout)
}

test('the table has every command', async () => {
  const at = scratch()
  const after = async (...typed: string[]) => {
    const { stdout } = await at.tool(['completion', 'words', '--', ...typed, ''])
    return stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
  }
  const names = (await after()).filter((name) => name !== 'help')
  const withOwn = ['consent', 'progress', 'export', 'collect', 'completion']
  const all = await Promise.all(
    names.map(async (name) => [name, ...(withOwn.includes(name) ? (await after(name)).map((sub) => `${name} ${sub}`) : [])]),
  )
  expect(all.flat()).toEqual(COMMANDS)
})

describe.each(COMMANDS)('%s --json', (name) => {
  let at: Scratch
  beforeAll(() => {
    at = scratch({ project: { targets: ['build'] } })
  })

  test('a mistake in the command line', async () => {
    const { code, stdout, stderr } = await at.tool([...words(name), '--no-such'])
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { error: { message: expect.stringMatching(/option '--(?:no-such|json)'/u), help: expect.stringMatching(/ --help$/u), exitCode: 2 } },
    ])
    expect(stderr).toContain('send-metrics: ')
  })

  if (WITHOUT.has(name)) {
    test('is itself a mistake', async () => {
      const { code, stdout } = await at.tool(words(name))
      expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { message: expect.stringContaining("option '--json'"), exitCode: 2 } }])
    })
    return
  }

  test.each<[string, () => Scratch]>([
    ['in a project', () => scratch({ project: { targets: ['build'] } })],
    ['without a project file', () => scratch({ projectFile: null })],
    ['with a project file that is no JSON', () => scratch({ projectFile: '{' })],
    ['with a damaged file of decisions', () => scratch({ project: {}, files: { '../home/.config/send-metrics/config.json': '{' } })],
  ])('%s: one answer, or one error', async (_where, place) => {
    const { code, stdout } = await place().tool(words(name))
    const answer = parsed(name, stdout)
    const isError = typeof answer === 'object' && answer !== null && 'error' in answer
    if (isError) expect(answer.error).toMatchObject({ message: expect.stringMatching(/./u), exitCode: code })
    else if (name !== 'doctor') expect([name, code]).toEqual([name, 0])
  })
})
