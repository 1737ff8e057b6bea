// Stands in for `tilt`: answers `tilt get` from the files of the folder in TILT_STAND_IN, which a test writes (tilt.ts).
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import * as path from 'node:path'

const folder = process.env.TILT_STAND_IN
const words = process.argv.slice(2)
const read = (name) => (existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), 'utf8') : undefined)
appendFileSync(path.join(folder, 'calls'), `${words.join(' ')}\n`)

const { behaviour = 'runs', unknown = [], code = 1, stdout = '', stderr = '' } = JSON.parse(read('answer.json') ?? '{}')
const KINDS = { uisession: 'UISession', uiresources: 'UIResource', dockerimages: 'DockerImage', cmdimages: 'CmdImage' }

/** Nobody is left to answer once whoever started this has died; but a real watch goes on. */
const parent = process.ppid
if (!words.includes('--watch')) setInterval(() => process.ppid === parent || process.exit(0), 250).unref()

function leave(exit, out, err) {
  process.stdout.write(out, () => process.stderr.write(err, () => process.exit(exit)))
}

/** What was written to the file of a type so far, and then whatever is added, until the file says that Tilt stopped. */
function follow(type) {
  const file = path.join(folder, `watch-${type}`)
  let at = 0
  const more = () => {
    if (existsSync(path.join(folder, 'stopped'))) process.exit(0)
    if (existsSync(file) && statSync(file).size > at) {
      const bytes = readFileSync(file)
      process.stdout.write(bytes.subarray(at))
      at = bytes.length
    }
    setTimeout(more, 10)
  }
  more()
}

const types = words.find((word) => word in KINDS || word.includes(','))?.split(',') ?? []
const strange = types.find((type) => unknown.includes(type))
if (words[0] !== 'get') leave(1, '', `Error: unknown command "${words[0]}"\n`)
else if (behaviour === 'hangs') setInterval(() => {}, 1_000)
else if (behaviour === 'says') leave(code, stdout, stderr)
else if (strange !== undefined) leave(1, '', `error: the server doesn't have a resource type "${strange}"\n`)
else if (!words.includes('--watch')) {
  const items = JSON.parse(read('objects.json') ?? '[]').filter(({ kind }) => types.some((type) => KINDS[type] === kind))
  leave(0, JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, undefined, 4), '')
} else if (read('no-watch') !== undefined) leave(1, '', 'Error: watching is not possible\n')
else follow(types[0])
