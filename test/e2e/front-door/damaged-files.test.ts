import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { type Doorway, doorway, ownDist, WAYS_IN } from '../../support/ways-in.ts'

const half = (text: string) => text.slice(0, text.length / 2)
const conflict = (at: (text: string) => number) => (text: string) => {
  const lines = text.split('\n')
  const line = Math.floor(at(text) * lines.length)
  return [...lines.slice(0, line), '<<<<<<< HEAD', lines[line], '=======', 'theirs', '>>>>>>> theirs', ...lines.slice(line + 1)].join('\n')
}

const ENTRY = 'bin/send-metrics.js'

/** What becomes of a file in a download, a merge, or on a full disk. */
const DAMAGE: readonly (readonly [name: string, of: (text: string) => string])[] = [
  ['is empty', () => ''],
  ['is cut off', half],
  ['has only its first two lines', (text) => text.split('\n').slice(0, 2).join('\n')],
  ['lacks its last line', (text) => text.trimEnd().split('\n').slice(0, -1).join('\n')],
  ['lacks the last word of its last line', (text) => text.trimEnd().replace(/\S+$/u, '')],
  ['lacks the last two words of its last line', (text) => text.trimEnd().replace(/\S+ \S+$/u, '')],
  ['is a page of HTML', () => '<!DOCTYPE html>\n<html>\n<head><title>Not found</title></head>\n<body>404 & more</body>\n</html>\n'],
  ['is a pointer of Git LFS', () => `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`],
  ['has conflict marks at its top', conflict(() => 0)],
  ['has conflict marks in its first half', conflict(() => 0.3)],
  ['has conflict marks in its second half', conflict(() => 0.8)],
  ['has conflict marks at its end', conflict(() => 0.999)],
  ['is nothing but zeros', (text) => '\0'.repeat(text.length)],
]

/** Files that are read on the way to make, after Node has started. */
const BEHIND = ['dist/main.js', 'dist/command-line.js', 'all of dist/', 'bin/keep-code.js', 'package.json']
const BEHIND_DAMAGE = DAMAGE.filter(([name]) => /empty|cut off|HTML|LFS|top/u.test(name))

describe.each(WAYS_IN.map((way) => [way.name, way] as const))('%s', (_name, way) => {
  let door: Doorway
  let whole: string
  beforeAll(async () => {
    door = await doorway(way)
    ownDist(door)
    await door.consent('on')
    whole = path.join(door.at.folder, 'whole')
    fs.cpSync(door.tool, whole, { recursive: true })
  })
  afterEach(() => {
    fs.rmSync(door.tool, { recursive: true })
    fs.cpSync(whole, door.tool, { recursive: true })
  })

  const isAsWithout = async (mayRecord = false) => {
    const before = door.recorded()
    for (const target of ['build', 'fail']) {
      const [ours, theirs] = [await door.type(target), await door.without(target)]
      // A generated file that calls the tool has make say once more that its goal failed.
      const closing = new RegExp(`^make: \\*\\*\\* \\[${way.init?.includes('--include') ? 'send-metrics.mk' : 'GNUmakefile'}:.*\n`, 'mu')
      expect({ ...ours, stderr: ours.stderr.replace(closing, '') }).toEqual(theirs)
    }
    if (!mayRecord) expect(door.recorded()).toBe(before)
  }
  const damage = (of: (text: string) => string, ...names: readonly string[]) => {
    for (const name of names) fs.writeFileSync(path.join(door.tool, name), of(fs.readFileSync(path.join(whole, name), 'utf8')))
  }

  if (way.typed === way.native) {
    test.each(DAMAGE)('the entry %s', async (_damage, of) => {
      damage(of, ENTRY)
      await isAsWithout()
    })

    test('the entry is a folder', async () => {
      fs.rmSync(path.join(door.tool, ENTRY))
      fs.mkdirSync(path.join(door.tool, ENTRY))
      await isAsWithout()
    })

    test.each(['bin', '.'])('%s of the copy is empty', async (folder) => {
      for (const name of fs.readdirSync(path.join(door.tool, folder))) fs.rmSync(path.join(door.tool, folder, name), { recursive: true })
      await isAsWithout()
    })
  }

  test.each(BEHIND.flatMap((file) => BEHIND_DAMAGE.map(([name, of]) => [file, name, of] as const)))('%s %s', async (file, _damage, of) => {
    const all = fs.readdirSync(path.join(whole, 'dist')).map((name) => `dist/${name}`)
    damage(of, ...(file === 'all of dist/' ? all : [file]))
    await isAsWithout(file === 'package.json' || file === 'bin/keep-code.js')
  })

  test('package.json is missing, and the one above it is of ES modules', async () => {
    fs.rmSync(path.join(door.tool, 'package.json'))
    const above = path.join(door.at.repo, 'package.json')
    fs.writeFileSync(above, '{ "type": "module" }')
    await isAsWithout(true)
    fs.writeFileSync(above, '<<<<<<< HEAD')
    await isAsWithout(true)
    fs.rmSync(above)
  })

  test.each([
    ['cut off', (file: string) => fs.truncateSync(file, 1_000)],
    ['missing', (file: string) => fs.rmSync(file)],
  ])('dist/main.js is %s: another command says so in one line', async (_damage, spoil) => {
    spoil(path.join(door.tool, 'dist/main.js'))
    const { code, stderr } = await run(path.join(door.tool, 'bin/send-metrics.js'), ['doctor'], { cwd: door.at.repo, env: door.at.env })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^send-metrics: its own files are damaged \(.+\); install it anew, or restore \S+\n$/u),
    ])
  })

  test('dist/ is missing', async () => {
    fs.rmSync(path.join(door.tool, 'dist'), { recursive: true })
    await isAsWithout()
  })
})
