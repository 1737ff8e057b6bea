import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './measure.mjs'

const CACHE = fileURLToPath(new URL('../node_modules/.cache/nodes', import.meta.url))
const VERSIONS = ['22', '24', '20']

/** The Node programs to measure: those given, else the supported ones, which come from the npm registry once. */
export function nodesToMeasure(given) {
  return given.length > 0 ? given.map((file) => path.resolve(file)) : Promise.all(VERSIONS.map(fetchNode))
}

async function fetchNode(version) {
  const folder = path.join(CACHE, version)
  const node = path.join(folder, 'node_modules/node/bin/node')
  if (fs.existsSync(node)) return node
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`]
  await run({ program: 'npm', args, env: process.env })
  return node
}
