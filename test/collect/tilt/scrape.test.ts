import { beforeEach, describe, expect, test } from '@jest/globals'
import { tiltProgram } from '../../../src/collect/tilt/program.ts'
import { Scraper } from '../../../src/collect/tilt/scrape.ts'
import { testdir } from '../../support/testdir.ts'
import { everything, recorded, TiltStandIn } from '../../support/tilt.ts'

let tilt: TiltStandIn
beforeEach(() => {
  tilt = new TiltStandIn()
})

const scraperOn = (path: string, port?: number) =>
  new Scraper(tiltProgram({ env: { PATH: path }, cwd: testdir(), platform: process.platform }, port))
const scraper = () => scraperOn(`${tilt.bin}:${process.env.PATH}`)
const never = new AbortController().signal
const stateOf = async (one: Scraper) => {
  const scraped = await one.scrape(never)
  return 'state' in scraped ? scraped.state.state : `${scraped.items.length} items`
}

test('one call fetches everything', async () => {
  tilt.has(everything())
  expect(await stateOf(scraper())).toBe('14 items')
  expect(tilt.calls()).toEqual(['get uisession,uiresources,dockerimages,cmdimages -o json'])
})

test('the answer as a real Tilt gives it', async () => {
  tilt.says({ code: 0, stdout: recorded('combined.json') })
  expect(await stateOf(scraper())).toMatch(/^\d+ items$/u)
})

test('another port is handed on', async () => {
  tilt.has(everything())
  await scraperOn(`${tilt.bin}:${process.env.PATH}`, 10_360).scrape(never)
  expect(tilt.calls()[0]).toContain('--port 10360')
})

describe('a Tilt that does not know a type', () => {
  test('is asked again without it, and from then on', async () => {
    tilt.has(everything(), ['cmdimages'])
    const one = scraper()
    expect(await stateOf(one)).toBe('13 items')
    expect(await stateOf(one)).toBe('13 items')
    expect(one.knows('cmdimages')).toBe(false)
    expect(tilt.calls().map((call) => call.split(' ')[1])).toEqual([
      'uisession,uiresources,dockerimages,cmdimages',
      'uisession,uiresources,dockerimages',
      'uisession,uiresources,dockerimages',
    ])
  })
  test('and then is upgraded, is asked for all of them again', async () => {
    tilt.has(everything(), ['cmdimages'])
    const one = scraper()
    await one.scrape(never)
    tilt.has(everything())
    one.startOver()
    expect(await stateOf(one)).toBe('14 items')
  })
  test('knows none of them', async () => {
    tilt.has(everything(), ['uisession', 'uiresources', 'dockerimages', 'cmdimages'])
    expect(await stateOf(scraper())).toBe('refused')
  })
})

describe('why there is no answer', () => {
  const LIST = recorded('empty-list.json')
  test.each([
    ['Tilt was never started', { code: 1, stderr: 'Error: No tilt apiserver found: tilt-default\n' }, 'not-running'],
    [
      'Tilt was killed: a valid list, and an exit code',
      { code: 1, stdout: LIST, stderr: 'The connection to the server 127.0.0.1:1 was refused\n' },
      'not-running',
    ],
    ['an exit code and a full list', { code: 1, stdout: recorded('combined.json'), stderr: 'odd\n' }, 'refused'],
    ['half a document', { code: 0, stdout: recorded('combined.json').slice(0, 9_000) }, 'unreadable'],
    ['nothing at all', { code: 0, stdout: '' }, 'unreadable'],
    ['an empty list', { code: 0, stdout: LIST }, 'unreadable'],
    ['something else', { code: 0, stdout: '[1]' }, 'unreadable'],
    ['an error that is new', { code: 3, stderr: 'Error: something \u001b[31mnew\n' }, 'refused'],
  ])('%s', async (_name, answer, state) => {
    tilt.says(answer)
    expect(await stateOf(scraper())).toBe(state)
  })

  test('there is no such program', async () => expect(await stateOf(scraperOn('/nonexistent'))).toBe('not-installed'))

  test('it hangs, and somebody wants to end', async () => {
    tilt.hangs()
    const ending = new AbortController()
    const scraped = scraper().scrape(ending.signal)
    while (tilt.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    ending.abort()
    expect(await scraped).toMatchObject({ state: { state: 'broken' } })
  })

  test('it hangs, and its time is up', async () => {
    tilt.hangs()
    const world = { env: { PATH: `${tilt.bin}:${process.env.PATH}` }, cwd: testdir(), platform: process.platform }
    expect(await stateOf(new Scraper(tiltProgram(world, undefined, 300)))).toBe('slow')
  })

  test('what an error says is safe for a terminal', async () => {
    tilt.says({ code: 3, stderr: 'Error: \u001b[31mred\n' })
    const scraped = await scraper().scrape(never)
    expect('state' in scraped && scraped.state.text).toBe('Tilt refused: Error: \\u001b[31mred')
  })
})
