import * as path from 'node:path'
import { addFiles } from './testdir.ts'

/**
 * A script that the Node under test runs before the tool, as NODE_OPTIONS: for clocks that jump and for
 * dying at a chosen moment, which nothing outside a process can do to it.
 */
export function preload(folder: string, script: string): { NODE_OPTIONS: string } {
  const name = `preload-${Math.random().toString(36).slice(2)}.cjs`
  // Only the tool itself is meant, not a Node that a recipe starts.
  addFiles(folder, { [name]: `if (/send-metrics\\.js$/.test(process.argv[1] || '')) {\n${script}\n}\n` })
  return { NODE_OPTIONS: `--require=${path.join(folder, name)}` }
}

/** Dies by `kill -9` when this function of a module is called for the nth time with a matching first argument. */
export function dieAt(module: string, name: string, first = '', nth = 1): string {
  return `const m = require('${module}'); const real = m.${name}; let n = 0
m.${name} = function (...words) {
  if (new RegExp(${JSON.stringify(first)}).test(String(words[0])) && ++n === ${nth}) { process.kill(process.pid, 'SIGKILL'); for (;;); }
  return real.apply(this, words)
}`
}
