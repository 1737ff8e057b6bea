import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll } from '@jest/globals'

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true })
})

/** A real folder in the system's place for such, with these files in it, removed after the tests of a file. */
export function testdir(files: Readonly<Record<string, string>> = {}): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-test-')))
  made.push(folder)
  addFiles(folder, files)
  return folder
}

/**
 * Writes files, making the folders they need; a text that starts with `#!` becomes executable, `-> name` a link. A link that is
 * there is replaced: the tool itself is at the end of some.
 */
export function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    if (fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) fs.rmSync(file)
    if (text.startsWith('-> ')) {
      fs.rmSync(file, { force: true })
      fs.symlinkSync(text.slice(3), file)
    } else fs.writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
}

/** Makes the folder a git repository on branch `main` with everything in it committed. */
export function gitInit(folder: string): void {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, stdio: 'ignore', env: { PATH: process.env.PATH, HOME: folder } })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '--quiet', '--allow-empty', '--message=first')
}
