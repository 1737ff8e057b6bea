// What publint says of the package, all of it taken for an error. It wants a program to begin with `#!/usr/bin/env node`;
// ours is started by sh (docs/decisions/0015), which is looked at here instead.
import { readFileSync, statSync } from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const { messages } = await publint({ pkgDir: root, strict: true })

const isStarted = (file) => /^#!\/bin\/sh\n/u.test(readFileSync(file, 'utf8')) && (statSync(file).mode & 0o111) === 0o111
const problems = [
  ...messages.filter(({ code }) => code !== 'BIN_FILE_NOT_EXECUTABLE').map((message) => formatMessage(message, manifest)),
  ...Object.values(manifest.bin)
    .filter((name) => !isStarted(path.join(root, name)))
    .map((name) => `${name} cannot be run, or not by #!/bin/sh`),
]
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
