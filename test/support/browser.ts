import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll } from '@jest/globals'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { needs } from './needs.ts'
import { PATIENCE_MS } from './patience.ts'
import { programPath } from './programs.ts'
import { testdir } from './testdir.ts'

const CHROMIUM = programPath('chromium', ['/usr/bin']) ?? programPath('chromium-browser')

/** It must not speak to anybody on its own, either. */
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
])

/** Whether Debian's Chromium is here. */
export const hasBrowser = (): boolean => needs('Debian’s chromium', CHROMIUM !== undefined)

let browser: Promise<Browser> | undefined
afterAll(async () => (await browser)?.close())

/** A page as somebody sees it, and all that it did beside being shown. */
export interface Opened {
  readonly page: Page
  /** What stands in the console: errors, and everything that the policy of the page forbade. */
  readonly console: string[]
  /** Addresses that were asked for, and those of them that were let through. */
  readonly requests: string[]
  readonly loaded: string[]
  /** Dialogs that a script opened. */
  readonly dialogs: string[]
  readonly url: string
}

/** Opens a page from a file, as with a double click. */
export async function open(text: string, options: BrowserContextOptions = {}): Promise<Opened> {
  browser ??= chromium.launch({ executablePath: CHROMIUM ?? '', args: QUIET, timeout: PATIENCE_MS })
  const page = await (await (await browser).newContext(options)).newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const file = path.join(testdir({ 'report.html': text }), 'report.html')
  const opened: Opened = { page, console: [], requests: [], loaded: [], dialogs: [], url: pathToFileURL(file).href }
  page.on('console', (message) => opened.console.push(message.text()))
  page.on('pageerror', (error) => opened.console.push(error.message))
  page.on('request', (request) => opened.requests.push(request.url()))
  page.on('requestfinished', (request) => opened.loaded.push(request.url()))
  page.on('dialog', async (dialog) => {
    opened.dialogs.push(dialog.message())
    await dialog.dismiss()
  })
  await page.goto(opened.url)
  return opened
}

/** What axe finds that is serious or critical: the rule, and the first elements that break it. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`)}`)
}
