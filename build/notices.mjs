import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'

/** The licence texts of every package whose code is in the bundle. */
export function notices(root, inputs) {
  const folders = new Set(inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1]).filter(Boolean))
  const parts = [...folders].sort().map((folder) => notice(path.join(root, folder)))
  const head = 'send-metrics contains code of the packages below, under their licences.\n'
  return [head, ...new Set(parts)].join(`\n${'-'.repeat(72)}\n\n`)
}

function notice(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/iu.test(entry))
  const text =
    file && existsSync(path.join(folder, file))
      ? readFileSync(path.join(folder, file), 'utf8').trim()
      : `By ${author?.name ?? author ?? 'its authors'}.`
  return `${name} ${version} (${license})\n\n${text}\n`
}
