import * as fs from 'node:fs'
import * as path from 'node:path'
import { BIN, NODE } from './cli.ts'
import { addFiles } from './testdir.ts'

/**
 * A script that the Node under test runs before the tool, as NODE_OPTIONS: for clocks that jump and for
 * dying at a chosen moment, which nothing outside a process can do to it.
 */
export function preload(folder: string, script: string): { NODE_OPTIONS: string; PRELOAD: string } {
  const file = path.join(folder, `preload-${Math.random().toString(36).slice(2)}.cjs`)
  // Only the tool itself is meant, not a Node that a recipe starts.
  addFiles('/', { [file]: `if (/send-metrics\\.js$/.test(process.argv[1] || '')) {\n${script}\n}\n` })
  for (const bin of [path.join(folder, 'bin'), path.join(folder, '../bin')]) letPreload(path.join(bin, 'send-metrics'))
  return { NODE_OPTIONS: `--require=${file}`, PRELOAD: file }
}

/** The door keeps NODE_OPTIONS from Node; a script in its place, as a version manager's, hands it on. */
function letPreload(tool: string): void {
  if (!fs.lstatSync(tool, { throwIfNoEntry: false })?.isSymbolicLink()) return
  fs.rmSync(tool)
  addFiles('/', {
    [tool]: `#!/bin/sh
[ -n "$PRELOAD" ] || exec "${BIN}" "$@"
[ "$1" != --door ] || exec echo 'go|node'
unset NODE_OPTIONS
exec "${NODE}" --require="$PRELOAD" "${BIN}" "$@"
`,
  })
}

/** Dies by `kill -9` when this function of a module is called for the nth time with a matching first argument. */
export function dieAt(module: string, name: string, first = '', nth = 1): string {
  return `const m = require('${module}'); const real = m.${name}; let n = 0
m.${name} = function (...words) {
  if (new RegExp(${JSON.stringify(first)}).test(String(words[0])) && ++n === ${nth}) { process.kill(process.pid, 'SIGKILL'); for (;;); }
  return real.apply(this, words)
}`
}
