import { describe, expect, test } from '@jest/globals'
import { renderPage } from '../../../src/insight/report/page.ts'
import { summarize } from '../../../src/insight/summarize.ts'
import { hasBrowser, open, seriousFindings } from '../../support/browser.ts'
import { HOSTILE, madeUpRuns, NOW, OPTIONS } from './made-up-runs.ts'

const NAMES = ['build', 'test', 'e2e', 'lint', 'docs']

async function pageOf(names: readonly string[], people = 8, title = 'Shop'): Promise<string> {
  return renderPage(await summarize(madeUpRuns(names, people, 320 / people), OPTIONS), { title, version: '0.1.0', now: NOW })
}

const PAGES = [
  ['of a team', () => pageOf(NAMES), {}],
  ['of a team, in the dark', () => pageOf(NAMES), { colorScheme: 'dark' }],
  ['of a team, in a narrow window', () => pageOf(NAMES), { viewport: { width: 400, height: 800 } }],
  ['of one machine', () => pageOf(NAMES, 1), {}],
  ['with hostile names', () => pageOf(HOSTILE, 8, HOSTILE.join('')), { viewport: { width: 400, height: 800 }, colorScheme: 'dark' }],
] as const

describe.each(PAGES)('the page %s in Chromium', (_name, make, options) => {
  test('says nothing, asks for nothing, and has nothing serious for axe, also with its tables open', async () => {
    if (!hasBrowser()) return
    const { page, console, requests, dialogs, url } = await open(await make(), options)
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '')
    })
    expect(await seriousFindings(page)).toEqual([])
    expect({ console, requests, dialogs }).toEqual({ console: [], requests: [url], dialogs: [] })
    await page.context().close()
  })

  test('is no wider than its window', async () => {
    if (!hasBrowser()) return
    const { page } = await open(await make(), options)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    await page.context().close()
  })

  test('shows every table to somebody who only has a keyboard', async () => {
    if (!hasBrowser()) return
    const { page } = await open(await make(), options)
    const tables = await page.locator('details').count()
    expect(tables).toBe(4)
    for (let presses = 0; presses < 40 && (await page.locator('details[open]').count()) < tables; presses++) {
      await page.keyboard.press('Tab')
      if (await page.locator('details:not([open]) > summary:focus').count()) await page.keyboard.press('Enter')
    }
    expect(await page.locator('details[open]').count()).toBe(tables)
    expect(await page.locator('details[open] table').count()).toBe(tables)
    await page.context().close()
  })

  test('says in words what each drawing shows', async () => {
    if (!hasBrowser()) return
    const { page } = await open(await make(), options)
    const images = await page.getByRole('img').evaluateAll((all) => all.map((one) => one.querySelector('title')?.textContent ?? ''))
    expect(images.length).toBeGreaterThan(10)
    for (const words of images) expect(words).toMatch(/: \d|median of each week/u)
    await page.context().close()
  })
})

test('a hostile name is shown as it is, without running, and is in no element or attribute of its own', async () => {
  if (!hasBrowser()) return
  const { page, dialogs } = await open(await pageOf(HOSTILE, 8, HOSTILE.join('')))
  expect(await page.locator('script, img, iframe, object, embed, link, a, form, [onerror], [onmouseover], [style]').count()).toBe(0)
  const names = await page.locator('.chart:not(.lost) .row .label').allTextContents()
  expect(names).toEqual(
    expect.arrayContaining(['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '&lt;b&gt; &amp;', 'שלום עולם']),
  )
  expect(names.some((name) => /[\p{Cc}\p{Cf}]/u.test(name))).toBe(false)
  expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(400)
  expect(dialogs).toEqual([])
  await page.context().close()
})

test('a script that gets into the page all the same does not run, nor does anything load', async () => {
  if (!hasBrowser()) return
  const planted = '<script>document.title = "run"</script><img src="x.png" onerror="document.title = 1"><p style="color: red">'
  const { page, console, loaded, url } = await open((await pageOf(NAMES)).replace('<main>', `<main>${planted}`))
  expect(await page.title()).toBe('Shop: last 12 weeks')
  expect(loaded).toEqual([url])
  expect(console.join()).toMatch(/inline script.*inline event handler.*inline style.*image/su)
  await page.context().close()
})

test('on paper everything is on a white ground, also for those whose screen is dark', async () => {
  if (!hasBrowser()) return
  const { page } = await open(await pageOf(NAMES), { colorScheme: 'dark' })
  const colours = 'const at = getComputedStyle(document.body); [at.backgroundColor, at.color].join(" on ")'
  expect(await page.evaluate(colours)).not.toContain('rgb(255, 255, 255)')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.evaluate(colours)).toBe('rgb(255, 255, 255) on rgb(0, 0, 0)')
  expect(await seriousFindings(page)).toEqual([])
  await page.context().close()
})
