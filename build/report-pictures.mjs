// Takes the pictures of a report in docs/images: `make pictures`. Needs Debian's chromium, poppler-utils and pngquant.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const images = path.join(root, 'docs/images')
const scratch = mkdtempSync(path.join(os.tmpdir(), 'report-pictures-'))

// A team that there is not, and the page as the command makes it.
const { outputFiles } = await esbuild.build({
  stdin: {
    resolveDir: root,
    loader: 'ts',
    contents: `
      import { renderPage } from './src/insight/report/page.ts'
      import { summarize } from './src/insight/summarize.ts'
      import { END, syntheticTeam } from './test/support/synthetic-team.ts'
      const plan = { seed: 3, people: 14, drifts: { build: 1.6, test: 1.35, lint: 0.75 }, slowMachines: { 4: 3, 9: 2 }, flaky: ['test'] }
      const runs = [...syntheticTeam(plan)]
      const you = [...new Set(runs.map(({ person }) => person))][4]
      const summary = await summarize(runs, { now: END, periodMs: 84 * 86_400_000, sampleSize: 400, you })
      export const page = renderPage(summary, { title: 'Shop', version: '0.1.0', now: END })
    `,
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  loader: { '.css': 'text' },
  define: { SEND_METRICS_VERSION: '"0.1.0"' },
  write: false,
})
const script = path.join(scratch, 'page.mjs')
writeFileSync(script, outputFiles[0].text)
const { page: text } = await import(pathToFileURL(script).href)
const file = path.join(scratch, 'report.html')
writeFileSync(file, text)

const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update']
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
const wide = { width: 1100, height: 800 }
for (const [name, options] of [
  ['light', { viewport: wide }],
  ['dark', { viewport: wide, colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 800 } }],
  ['print', { viewport: wide }],
]) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(pathToFileURL(file).href)
  if (name === 'print') await print(page)
  else await page.screenshot({ path: path.join(scratch, `${name}.png`), fullPage: true })
  await context.close()
}
await browser.close()

/** The first sheet on paper. */
async function print(page) {
  await page.pdf({ path: path.join(scratch, 'report.pdf'), format: 'A4' })
  execFileSync('pdftoppm', ['-r', '90', '-png', '-singlefile', path.join(scratch, 'report.pdf'), path.join(scratch, 'print')])
}

for (const name of ['light', 'dark', 'narrow', 'print']) {
  const picture = path.join(scratch, `${name}.png`)
  execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', picture, '64', picture])
  renameSync(picture, path.join(images, `report-${name}.png`))
}
rmSync(scratch, { recursive: true })
