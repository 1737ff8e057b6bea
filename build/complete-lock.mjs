// Adds to package-lock.json the platform packages (esbuild for macOS, Biome for Windows, …) that npm left out
// because the registry it spoke to did not have them. Without an entry for each, `npm ci` refuses the file.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))

const OS = /(?:^|[-/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)(?=-|$)/u
const CPU = /-(arm64|arm|x64|ia32|ppc64|s390x|riscv64|loong64|mips64el|wasm32)(?=-|$)/u
const LIBC = { gnu: 'glibc', glibc: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** `os`, `cpu` and `libc` of a platform package, which they all have in their names. */
function platformOf(name) {
  const os = OS.exec(name)?.[1]
  const cpu = CPU.exec(name)?.[1]
  const libc = LIBC[name.split('-').at(-1)]
  return { ...(cpu && { cpu: [cpu] }), ...(libc && os === 'linux' && { libc: [libc] }), ...(os && { os: [os] }) }
}

const added = []
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`
    const nested = `${path}/${at}`
    if (lock.packages[at] || lock.packages[nested] || !/^\d+\.\d+\.\d+/u.test(version)) continue
    lock.packages[at] = { version, ...platformOf(name), ...(entry.dev && { dev: true }), optional: true }
    added.push(`${name}@${version}`)
  }
}

if (added.length > 0) {
  const [root, ...rest] = Object.entries(lock.packages).sort(([one], [other]) => (one < other ? -1 : 1))
  lock.packages = Object.fromEntries([root, ...rest])
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`)
}
process.stdout.write(`package-lock.json: ${added.length} platform packages added\n${added.map((one) => `  ${one}\n`).join('')}`)
