import * as fs from 'node:fs'
import * as path from 'node:path'
import { BIN } from './cli.ts'

/** The version of Segment's client that is in the package. */
export const clientVersion: string = JSON.parse(fs.readFileSync('node_modules/@segment/analytics-node/package.json', 'utf8')).version

/** The same tool with other version numbers of itself and of Segment's client, installed beside in that folder. */
export function otherVersion(folder: string): string {
  const root = path.resolve(path.dirname(BIN), '..')
  const copy = path.join(folder, 'other')
  for (const part of ['bin', 'dist']) fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true })
  for (const name of fs.readdirSync(path.join(copy, 'dist'))) {
    const file = path.join(copy, 'dist', name)
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('"0.1.0"', '"9.9.9"').replaceAll(`"${clientVersion}"`, '"8.8.8"'))
  }
  return path.join(copy, 'bin/send-metrics.js')
}
