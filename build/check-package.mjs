// Checks what `npm publish` would send: small, with no dependencies and no scripts at install, and complete.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MOST_BYTES = 1_500_000
const NEEDED = [
  'bin/send-metrics.js',
  'dist/main.js',
  'schema/send-metrics.schema.json',
  'Makefile.example',
  'tracer/line.sh',
  'tracer/line.c',
  'tracer/trace.mk',
  'tracer/sub.mk',
  'tilt/Tiltfile',
  'README.md',
  'LICENSE',
  'THIRD-PARTY-NOTICES.txt',
]

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const lock = readFileSync(`${root}package-lock.json`, 'utf8')

// The scripts would bundle again, which `make package` has just done.
const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: root, encoding: 'utf8' })
const answer = JSON.parse(packed)
// A list up to npm 11.7, an object by name after it.
const [{ unpackedSize, files }] = Array.isArray(answer) ? answer : Object.values(answer)
const names = files.map((file) => file.path)

const problems = [
  ...['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies']
    .filter((key) => Object.keys(manifest[key] ?? {}).length > 0)
    .map((key) => `package.json has ${key}; what is bundled belongs to devDependencies`),
  ...['preinstall', 'install', 'postinstall', 'prepare']
    .filter((name) => manifest.scripts?.[name])
    .map((name) => `package.json has a script that runs at install: ${name}`),
  ...NEEDED.filter((name) => !names.includes(name)).map((name) => `the package lacks ${name}`),
  ...names.filter((name) => /^(?:src|test|build|bench)\//u.test(name)).map((name) => `the package holds ${name}`),
  ...(unpackedSize < MOST_BYTES ? [] : [`the package has ${unpackedSize} bytes unpacked; at most ${MOST_BYTES} are allowed`]),
  ...(lock.includes('"resolved"')
    ? ['package-lock.json names a registry ("resolved"); run npm with --omit-lockfile-registry-resolved']
    : []),
]

for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stdout.write(`package: ${names.length} files, ${Math.round(unpackedSize / 1000)} kB unpacked\n`)
process.exitCode = problems.length > 0 ? 1 : 0
