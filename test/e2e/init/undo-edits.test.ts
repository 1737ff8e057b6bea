import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type InitProject, initProject } from '../../support/init-project.ts'

const MAKEFILE = '.PHONY: all build test\nall: build test\nbuild: ## Builds it\n\t@echo built\ntest: build\n\t@echo tested\n'
const undo = (at: InitProject) => at.init('--undo', '--yes')
const edit = (at: InitProject, name: string, from: string, to: string) => {
  const text = at.read(name)
  expect(text).toContain(from)
  at.write(
    name,
    text.replace(from, () => to),
  )
}
const crlf = (text: string) => text.replaceAll('\n', '\r\n')

describe('a GNUmakefile that a person wrote in', () => {
  const left = 'include Makefile\n# mine\nlint: ; @echo linted\n'

  test('keeps their lines, without ours, and make goes on with the makefile', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', `${at.read('GNUmakefile')}# mine\nlint: ; @echo linted\n`)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringMatching(/^send-metrics: GNUmakefile stays.*includes Makefile/u) })
    expect(at.read('GNUmakefile')).toBe(left)
    expect(Object.keys(at.tree())).toEqual(['GNUmakefile', 'Makefile'])
    expect(await at.make('lint', 'build')).toMatchObject({ code: 0, stdout: 'linted\nbuilt\n' })
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to undo') })
    expect(at.read('GNUmakefile')).toBe(left)
  })

  test('keeps them over a second init, whatever it writes', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', `${at.read('GNUmakefile')}# mine\nlint: ; @echo linted\n`)
    const mine = at.read('GNUmakefile')
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: 'send-metrics: nothing to do\n' })
    expect(at.read('GNUmakefile')).toBe(mine)
    // Another makefile is read now, so our text is another.
    fs.renameSync(path.join(at.repo, 'Makefile'), path.join(at.repo, 'makefile'))
    expect(await at.init('--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('changed GNUmakefile') })
    expect(at.read('GNUmakefile')).toMatch(/include \$\(CURDIR\)\/makefile\n[\s\S]*\n# mine\nlint: ; @echo linted\n$/u)
    expect(await undo(at)).toMatchObject({ code: 0 })
    expect(at.read('GNUmakefile')).toBe(left.replace('Makefile', 'makefile'))
  })

  test.each([
    ['above ours', (text: string) => `# mine\n${text}`, '# mine\ninclude Makefile\n'],
    ['between ours', (text: string) => text.replace('\nifdef', '\n# mine\nifdef'), 'include Makefile\n# mine\n'],
    ['without a newline at the end', (text: string) => `${text}# mine`, 'include Makefile\n# mine'],
    ['with other line ends', (text: string) => crlf(`${text}# mine\n`), 'include Makefile\r\n# mine\r\n'],
    ['nothing but other line ends', crlf, undefined],
    ['nothing but blank lines', (text: string) => `\n${text}\n\n`, undefined],
    ['nothing, and took some of ours out', (text: string) => text.replace(/^# GNU make reads.*\n/mu, ''), undefined],
    ['nothing but no newline at the end', (text: string) => text.trimEnd(), undefined],
  ])('%s', async (_what, change, left) => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', change(at.read('GNUmakefile')))
    await at.init('--yes')
    expect(await undo(at)).toMatchObject({ code: 0 })
    expect(fs.existsSync(path.join(at.repo, 'GNUmakefile')) ? at.read('GNUmakefile') : undefined).toBe(left)
    expect(await at.make('build')).toMatchObject({ code: 0, stdout: 'built\n' })
  })

  test('in our very lines: nothing is changed at all, and the lines are named, by init too', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    edit(at, 'GNUmakefile', 'wrap --forwarded', 'wrap --verbose --forwarded')
    const before = at.tree()
    const line = at.read('GNUmakefile').split('--verbose')[0]?.split('\n').length
    const ended = await undo(at)
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toContain(`send-metrics: GNUmakefile:${line}: `)
    expect(ended.stderr).toContain('nothing was changed')
    expect(at.tree()).toEqual(before)
    fs.renameSync(path.join(at.repo, 'Makefile'), path.join(at.repo, 'makefile'))
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining(`GNUmakefile:${line}: `) })
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree())).toEqual(['makefile'])
  })

  test('under another name is found', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    fs.renameSync(path.join(at.repo, 'GNUmakefile'), path.join(at.repo, 'GNUmakefile.off'))
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree())).toEqual(['Makefile'])
  })

  test('of another version, where there is no record, keeps what is around ours over the next init', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    const fresh = at.read('GNUmakefile')
    const old = `# top\n${fresh.replace(' where your targets are', '').replace(' wrap --forwarded', ' wrap')}# mine\n`
    at.write('GNUmakefile', old)
    for (const name of fs.readdirSync(path.join(at.repo, '.git')))
      if (name.startsWith('send-metrics-init')) fs.rmSync(path.join(at.repo, '.git', name))
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(at.read('GNUmakefile')).toBe(`# top\n${fresh}# mine\n`)
    expect(await undo(at)).toMatchObject({ code: 0 })
    expect(at.read('GNUmakefile')).toBe(old)
  })

  test('of a makefile that has another name now reads that', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', crlf(`${at.read('GNUmakefile')}# mine\n`))
    fs.renameSync(path.join(at.repo, 'Makefile'), path.join(at.repo, 'makefile'))
    expect(await undo(at)).toMatchObject({ code: 0 })
    expect(at.read('GNUmakefile')).toBe('include makefile\r\n# mine\r\n')
    expect(await at.make('build')).toMatchObject({ code: 0, stdout: 'built\n' })
  })

  test('in a clone, where there is no record', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', `${at.read('GNUmakefile')}# mine\n`)
    for (const name of fs.readdirSync(path.join(at.repo, '.git')))
      if (name.startsWith('send-metrics-init')) fs.rmSync(path.join(at.repo, '.git', name))
    const before = at.tree()
    expect(await at.init('--yes')).toMatchObject({ stderr: 'send-metrics: nothing to do\n' })
    expect(at.tree()).toEqual(before)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringContaining('GNUmakefile stays') })
    expect(at.read('GNUmakefile')).toBe('include Makefile\n# mine\n')
  })
})

describe('a makefile whose rules were rewritten', () => {
  type Change = (text: string) => string
  const replace =
    (from: string, to: string): Change =>
    (text) => {
      expect(text).toContain(from)
      return text.replace(from, () => to)
    }
  /** What a person does to the makefile after init, and what that is in one that init never saw. */
  const EDITS: readonly (readonly [string, Change, Change])[] = [
    ['its first recipe line', replace('@echo built', '@echo BUILT'), replace('@echo built', '@echo BUILT')],
    ['its last', replace('@echo tested', '@echo TESTED'), replace('@echo tested', '@echo TESTED')],
    [
      'a recipe line before the first',
      replace('\t@echo built', '\t@echo on\n\t@echo built'),
      replace('\t@echo built', '\t@echo on\n\t@echo built'),
    ],
    ['prerequisites', replace('\nimpl-test: ', '\nimpl-test: gen '), replace('\ntest: ', '\ntest: gen ')],
    ['the help of a target', replace('## Builds it', '## Builds all'), replace('## Builds it', '## Builds all')],
    ['a comment above our rule', replace('.PHONY: impl-build', '# mine\n.PHONY: impl-build'), replace('\nbuild:', '\n# mine\nbuild:')],
    ['a comment below our rule', replace('\nimpl-build:', '\n# mine\nimpl-build:'), replace('\nbuild:', '\n# mine\nbuild:')],
    ['a rule that needs a renamed one', (text) => `${text}ship: impl-build\n`, (text) => `${text}ship: build\n`],
    ['a variable of a renamed one', (text) => `${text}impl-build: X = 1\n`, (text) => `${text}build: X = 1\n`],
    ['line ends', crlf, crlf],
    ['the end', (text) => text.trimEnd(), (text) => text.trimEnd()],
    ['the order of rules', swapped('impl-build', 'impl-test'), swapped('build', 'test')],
    [
      'all of it',
      (text) => crlf(`# top\n${text.replace('@echo built', 'true')}x: ; true`),
      (text) => crlf(`# top\n${text.replace('@echo built', 'true')}x: ; true`),
    ],
  ]

  /** The last rule, with what belongs to it, goes to the top. */
  function swapped(_one: string, other: string): Change {
    return (text) => {
      const at = text.indexOf(other.startsWith('impl') ? `.PHONY: ${other}\n` : `\n${other}:`) + (other.startsWith('impl') ? 0 : 1)
      return text.slice(at) + text.slice(0, at)
    }
  }

  describe.each(['all,test,build', 'build,test'])('--explicit %s', (names) => {
    test.each(EDITS)('%s', async (_what, change, same) => {
      const at = initProject({ Makefile: MAKEFILE })
      await at.init('--yes', '--explicit', names)
      at.write('Makefile', change(at.read('Makefile')))
      expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
      expect(at.read('Makefile')).toBe(same(MAKEFILE))
      expect(Object.keys(at.tree())).toEqual(['Makefile'])
    })

    test.each(EDITS.filter(([what]) => what !== 'line ends' && what !== 'all of it'))(
      '%s, and a second init',
      async (_what, change, same) => {
        const at = initProject({ Makefile: `${MAKEFILE}more: ; @echo more\n` })
        await at.init('--yes', '--explicit', names)
        at.write('Makefile', change(at.read('Makefile')))
        expect(await at.init('--yes', '--explicit', 'more')).toMatchObject({ code: 0, stderr: '' })
        expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
        expect(at.read('Makefile')).toBe(same(`${MAKEFILE}more: ; @echo more\n`))
      },
    )
  })

  test.each([
    ['a line of ours', replace('exec "$$send_metrics"', 'exec env A=b "$$send_metrics"'), 'env A=b'],
    ['a recipe line after ours', replace('\nimpl-build:', '\n\t@echo after\nimpl-build:'), '@echo after'],
    ['what our rule needs', replace('\ntest:\n', '\ntest: gen\n'), 'test: gen'],
  ])('%s: nothing is changed at all, and the lines are named', async (_what, change, where) => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--explicit', 'build,test')
    at.write('Makefile', change(at.read('Makefile')))
    const before = at.tree()
    const line = at.read('Makefile').split(where)[0]?.split('\n').length
    const ended = await undo(at)
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toContain(`send-metrics: Makefile:${line}: `)
    expect(at.tree()).toEqual(before)
    expect(await at.init('--yes', '--explicit', 'all')).toMatchObject({ code: 1, stderr: expect.stringContaining(`Makefile:${line}: `) })
    expect(at.tree()).toEqual(before)
  })

  test('under another name is found', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--explicit', 'build,test')
    fs.renameSync(path.join(at.repo, 'Makefile'), path.join(at.repo, 'rules.mk'))
    at.write('Makefile', '# mine\ninclude rules.mk\n')
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect([at.read('Makefile'), at.read('rules.mk')]).toEqual(['# mine\ninclude rules.mk\n', MAKEFILE])
  })

  test('in which a person deleted our rule, or gave another to it, is freed of the rest', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--explicit', 'build,test')
    const [rule = ''] = /\.PHONY: impl-build\n[\s\S]*?\n\n/u.exec(at.read('Makefile')) ?? []
    const copy = `${rule}impl-build:\n\t@echo built\n`.replace(' ## Builds it', '').replaceAll('build', 'ship').replace('built', 'shipped')
    at.write('Makefile', at.read('Makefile').replace(rule, '') + copy)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.read('Makefile')).toBe(`${MAKEFILE.replace(' ## Builds it', '')}.PHONY: ship\nship:\n\t@echo shipped\n`)
  })

  test('in which a second way was refused, and whose mode changed', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--explicit', 'build')
    edit(at, 'Makefile', '@echo built', '@echo BUILT')
    expect(await at.init('--yes', '--include')).toMatchObject({ code: 1 })
    edit(at, 'Makefile', '@echo tested', '@echo TESTED')
    fs.chmodSync(path.join(at.repo, 'Makefile'), 0o600)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual({ Makefile: `600 ${MAKEFILE.replace('@echo built', '@echo BUILT').replace('@echo tested', '@echo TESTED')}` })
  })
})

describe('a makefile that includes ours', () => {
  const UNENDED = 'build: ; @echo built'

  test.each([
    ['a line above', MAKEFILE, (text: string) => `# mine\n${text}`, `# mine\n${MAKEFILE}`],
    ['a line below', MAKEFILE, (text: string) => `${text}# mine\n`, `${MAKEFILE}# mine\n`],
    ['the first line', MAKEFILE, (text: string) => text.replace(/\.PHONY.*\n/u, ''), MAKEFILE.replace(/\.PHONY.*\n/u, '')],
    ['the last line', MAKEFILE, (text: string) => text.replace('tested', 'TESTED'), MAKEFILE.replace('tested', 'TESTED')],
    ['a line between ours', MAKEFILE, (text: string) => text.replace('\nifndef', '\n# mine\nifndef'), `# mine\n${MAKEFILE}`],
    ['a conditional', MAKEFILE, (text: string) => text.replace('endif', 'ifdef X\nendif\nendif'), `${MAKEFILE}ifdef X\nendif\n`],
    ['line ends', MAKEFILE, crlf, crlf(MAKEFILE)],
    ['an end without a newline', UNENDED, (text: string) => text.replace('built', 'BUILT'), UNENDED.replace('built', 'BUILT')],
    ['below such an end', UNENDED, (text: string) => `${text}x: ; true`, `${UNENDED}\nx: ; true`],
  ])('%s', async (_what, makefile, change, left) => {
    const at = initProject({ GNUmakefile: makefile })
    await at.init('--yes', '--include')
    at.write('GNUmakefile', change(at.read('GNUmakefile')))
    const mine = at.read('GNUmakefile')
    await at.init('--yes', '--include')
    expect(at.read('GNUmakefile')).toBe(mine)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual({ GNUmakefile: expect.stringContaining(' ') })
    expect(at.read('GNUmakefile')).toBe(left)
  })

  test('keeps what a person wrote in ours, too, and says that nothing reads it now', async () => {
    const at = initProject({ GNUmakefile: MAKEFILE })
    await at.init('--yes', '--include')
    at.write('send-metrics.mk', `${at.read('send-metrics.mk')}# mine\n`)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringContaining('send-metrics.mk stays') })
    expect(at.read('send-metrics.mk')).toBe('# mine\n')
  })

  test('in an else of ours: nothing is changed at all, and the line is named', async () => {
    const at = initProject({ GNUmakefile: MAKEFILE })
    await at.init('--yes', '--include')
    edit(at, 'GNUmakefile', '\nendif', '\nelse\nX = 1\nendif')
    const before = at.tree()
    expect(await undo(at)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^send-metrics: GNUmakefile:9: /u) })
    expect(at.tree()).toEqual(before)
  })
})

describe('a project file', () => {
  const parsed = (at: InitProject) => JSON.parse(at.read('send-metrics.json'))

  test.each([
    ['own keys', { recipient: 'us' }, { project: 'shop', recipient: 'us' }],
    ['a name', { project: 'My shop' }, { project: 'My shop' }],
    ['a target more', { targets: ['all', 'build', 'mine', 'test'] }, { project: 'shop', targets: ['mine'] }],
    ['a target less', { targets: ['all', 'build'] }, undefined],
    [
      'a destination',
      { destinations: [{ type: 'segment', writeKey: 'k3y' }] },
      { project: 'shop', destinations: [{ type: 'segment', writeKey: 'k3y' }] },
    ],
  ])('that init made: %s', async (_what, change, left) => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('send-metrics.json', JSON.stringify({ ...parsed(at), ...change }))
    expect(await undo(at)).toMatchObject({ code: 0, stderr: left === undefined ? '' : expect.stringContaining('send-metrics.json stays') })
    expect(fs.existsSync(path.join(at.repo, 'send-metrics.json')) ? parsed(at) : undefined).toEqual(left)
    expect(at.tree()).not.toHaveProperty('GNUmakefile')
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
  })

  test('that was there keeps its form, and what a person wrote in it since', async () => {
    const was = '{ "project": "Shop",\n  "targets": ["test"] }\n'
    const at = initProject({ Makefile: MAKEFILE, 'send-metrics.json': was })
    await at.init('--yes')
    edit(at, 'send-metrics.json', '"Shop"', '"My shop"')
    at.write('Makefile', `${MAKEFILE}lint: ; @echo linted\n`)
    expect(await at.init('--yes')).toMatchObject({ stdout: expect.stringContaining('changed send-metrics.json') })
    at.write('send-metrics.json', crlf(at.read('send-metrics.json').replace('"My shop",', '"My shop", "recipient": "us",')))
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.read('send-metrics.json')).toBe(crlf(was.replace('"Shop",', '"My shop", "recipient": "us",')))
  })

  test('that is no JSON any more: nothing is changed at all', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    edit(at, 'send-metrics.json', '"shop",', '"shop"')
    const before = at.tree()
    expect(await undo(at)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^send-metrics: send-metrics\.json:3: /u) })
    expect(at.tree()).toEqual(before)
  })
})

describe('what is beside', () => {
  test("lines of a person in git's list of ignored files", async () => {
    const at = initProject({ Makefile: MAKEFILE })
    at.write('.git/info/exclude', '# top\n*.o')
    await at.init('--yes', '--local')
    at.write('.git/info/exclude', at.read('.git/info/exclude').replace('/GNUmakefile\n', '*.a\n/GNUmakefile\n*.so\n'))
    await at.init('--yes', '--local', '--vendor')
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.read('.git/info/exclude')).toBe('# top\n*.o\n*.a\n*.so\n')
  })

  test('files of a person in the copy, and lines in its .gitignore', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--vendor')
    at.write('.send-metrics/notes.txt', 'mine\n')
    at.write('.send-metrics/.gitignore', `${at.read('.send-metrics/.gitignore')}*.log\n`)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringContaining('.send-metrics/.gitignore stays') })
    const tree = at.tree()
    expect(Object.keys(tree)).toEqual(['.send-metrics', '.send-metrics/.gitignore', '.send-metrics/notes.txt', 'Makefile'])
    expect(at.read('.send-metrics/.gitignore')).toBe('*.log\n')
  })

  test('a copy that somebody else brought up to date', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--vendor')
    const readme = `${at.read('.send-metrics/README.md')}More.\n`
    const hash = createHash('sha256').update(readme).digest('hex')
    at.write('.send-metrics/README.md', readme)
    at.write('.send-metrics/SHA256SUMS', at.read('.send-metrics/SHA256SUMS').replace(/^[0-9a-f]{64}(?= {2}README\.md$)/mu, hash))
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree())).toEqual(['Makefile'])
  })

  test('a file of the copy that was changed: nothing is changed at all', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--vendor')
    at.write('.send-metrics/bin/send-metrics.js', `${at.read('.send-metrics/bin/send-metrics.js')}// mine\n`)
    const before = at.tree()
    expect(await undo(at)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('.send-metrics/bin/send-metrics.js') })
    expect(at.tree()).toEqual(before)
  })
})
