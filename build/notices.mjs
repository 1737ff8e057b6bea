import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'

/** The licence of every package whose code is in the bundle: each text once, after the packages and copyright lines that it is for. */
export function notices(root, inputs) {
  const folders = new Set(inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1]).filter(Boolean))
  const byText = new Map()
  for (const folder of [...folders].sort()) {
    const { title, text } = licenceOf(path.join(root, folder))
    const { owners, rest } = apart(text)
    const known = byText.get(terms(rest)) ?? { packages: [], rest }
    known.packages.push([title, ...owners].join('\n'))
    byText.set(terms(rest), known)
  }
  const parts = [...byText.values()].map(({ packages, rest }) => `${[...new Set(packages)].join('\n\n')}\n\n${rest}\n`)
  const head = 'send-metrics contains code of the packages below, under their licences.\n'
  return [head, ...parts].join(`\n${'-'.repeat(72)}\n\n`)
}

function licenceOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/iu.test(entry))
  const text =
    file && existsSync(path.join(folder, file))
      ? readFileSync(path.join(folder, file), 'utf8').trim()
      : `By ${author?.name ?? author ?? 'its authors'}.`
  return { title: `${name} ${version} (${license})`, text }
}

/** A licence's lines of copyright, and the text that many packages share. */
function apart(text) {
  const lines = text.split(/\r?\n/u)
  const isOwner = (line) => /^\s*copyright (?:\(c\)|©|\d)/iu.test(line)
  const rest = lines.filter((line) => !isOwner(line)).join('\n')
  return { owners: lines.filter(isOwner).map((line) => line.trim()), rest: rest.replace(/\n{3,}/gu, '\n\n').trim() }
}

/** What a licence says: the same text may be wrapped at another column, and what follows its terms tells authors how to apply it. */
function terms(text) {
  const [said] = text.split('END OF TERMS AND CONDITIONS')
  return said.replace(/\s+/gu, ' ').trim()
}
