import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type Summary, WEEK_MS } from '../../../src/insight/model.ts'
import { renderPage } from '../../../src/insight/report/page.ts'
import { summarize } from '../../../src/insight/summarize.ts'
import { madeUpRuns, NOW, OPTIONS } from './made-up-runs.ts'

const NAMES = ['build', 'test', 'e2e', 'lint', 'docs']
const render = (summary: Summary, more = {}) => renderPage(summary, { title: 'Shop', version: '0.1.0', now: NOW, ...more })
const made = (people = 8, more = {}) => summarize(madeUpRuns(NAMES, people), { ...OPTIONS, ...more })

/** The text that is seen, a space for each element. */
const words = (page: string) => page.replace(/<style>.*?<\/style>|<title>.*?<\/title>|<[^>]*>/gsu, ' ').replace(/[ \u00a0]+/gu, ' ')

describe('the page', () => {
  test('allows nothing but the style sheet in it', async () => {
    const page = render(await made())
    const style = /<style>(.*)<\/style>/su.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`)
    expect(page).not.toMatch(/<script|\bstyle="|\bhref=|\bsrc=|@import|url\((?!#)/u)
  })

  test('says what stands out', async () => {
    const said = words(render(await made()))
    expect(said).toContain('▲ test got slower: last 4 weeks against the first 4')
    expect(said).toContain('≈ e2e flaky')
    expect(said).toMatch(/≫ u\d\d a machine far slower than the team/u)
    expect(said).toMatch(/u\d\d you outlier \d\.\d\d× linux, 16 processors, 32 GB/u)
  })

  test('shows people as codes, and nobody’s ID', async () => {
    const page = render(await made())
    expect(page).toMatch(/>u01</u)
    expect(page).not.toMatch(/person-\d|event-\d/u)
  })

  test('calls nobody you, and no run yours, where none of the runs is', async () => {
    const page = render(await made(8, { you: 'somebody-else' }))
    expect(page).not.toContain('class="you"')
    expect(page).not.toContain('class="yours"')
    expect(render(await made(1, { you: undefined }))).not.toContain('class="yours"')
  })

  test('compares machines only among three or more', async () => {
    expect(words(render(await made(3)))).toContain('Is one machine an outlier?')
    expect(words(render(await made(2)))).not.toContain('Is one machine an outlier?')
  })

  test('says when the last run was long ago', async () => {
    const summary = await made()
    expect(words(render(summary))).toContain('Shop: last 12 weeks')
    expect(words(render(summary, { now: NOW + 5 * WEEK_MS }))).toContain('Shop: 12 weeks up to 2025-11-21')
  })

  test('says what was left out, and for how few people', async () => {
    const summary = await made()
    const leftOut = { tests: 1, duplicates: 2, wrongClock: 3, outside: 4, unreadable: 5 }
    expect(words(render({ ...summary, leftOut }))).toContain('1 test, 2 duplicates, 3 with a wrong clock, 5 lines that could not be read')
    expect(words(render(summary, { leastPeople: 3 }))).toContain('fewer than 3 people are left out')
    expect(words(render(summary))).not.toContain('people are left out')
  })

  test('of a single run is a page, too', async () => {
    const said = words(render(await summarize(madeUpRuns(['build'], 1, 1), OPTIONS)))
    expect(said).toContain('1 run · 1 target')
    expect(said).toContain('Two weeks of one target')
  })

  test('is under 1 MB for the most of everything, with the longest names there are', async () => {
    const targets = Array.from({ length: 400 }, (_, at) => `${'"\u202e'.repeat(60)}${at}`)
    const summary = await summarize(madeUpRuns(targets, 6, 60), { ...OPTIONS, sampleSize: 400 })
    const week = summary.targets[0]?.weeks.at(-1)
    const weeks = Array.from({ length: 520 }, () => ({
      from: NOW,
      passed: 10,
      middle: { p25: 61_000, p50: 123_456, p75: 599_000 },
      ...week,
    }))
    const machine = summary.machines[0]
    const machines = Array.from({ length: 3_000 }, () => ({ ...machine, you: false, outlier: true }) as Summary['machines'][number])
    const most = { ...summary, machines, targets: summary.targets.map((target) => ({ ...target, weeks })) }
    expect(Buffer.byteLength(render(most))).toBeLessThan(1_000_000)
  })
})

describe('between many machines', () => {
  test('those in the middle are counted, but outliers and you are always shown', async () => {
    const summary = await made()
    const [machine] = summary.machines
    const machines = Array.from({ length: 200 }, (_, at) => ({
      ...machine,
      code: `u${at}`,
      you: at === 100,
      outlier: at === 90,
      ratio: 2 - at / 200,
    })) as Summary['machines'][number][]
    const page = render({ ...summary, machines })
    expect(page.match(/<th scope="row">u\d+/gu)).toHaveLength(30 + 10 + 2)
    expect(words(page)).toContain('158 more, between 1.06× and 1.85×')
    expect(page).toContain('<th scope="row">u90<')
    expect(words(page)).toContain('u100 you')
    const many = words(render({ ...summary, machines: machines.map((one) => ({ ...one, outlier: true })) }))
    expect(many).toContain('129 more, between 1.06× and 1.70×; 129 outliers among them')
  })
})
