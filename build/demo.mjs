// The whole thing in a scratch folder: a repository, a yes, runs, what was recorded and what was sent; then what twelve weeks of
// runs look like, which are made up. Everything stays on this machine; the receiver is a server in here. Run it with `make demo`.
import { execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { madeUpWeeks } from './made-up-weeks.mjs'

const MAKEFILE = `.PHONY: build test impl-build impl-test

build test:
\t+@send-metrics wrap --make "$(MAKE)" -f $(firstword $(MAKEFILE_LIST)) "$@"

impl-build:
\t@sleep 0.3; echo built

impl-test:
\t@echo '1 test failed' >&2; exit 1
`

/** Of the repository in which twelve weeks have passed: enough for a trace to draw. */
const SHOP_MAKEFILE = `all: app docs test
app: app.o lib.o ; @sleep 0.1
app.o: ; @sleep 0.2
lib.o docs: ; @sleep 0.15
test: app ; @sleep 0.25
`
const SHOP_PROJECT = '{ "project": "Shop", "targets": ["all", "build", "test", "dev.%"] }\n'

const projectFile = (host) => `{
  "project": "Demo",
  "recipient": "the demo itself",
  "targets": ["build", "test"],
  "defaultBranch": "main",
  "destinations": [
    { "type": "segment", "writeKey": "demo", "host": "${host}" },
    { "type": "file", "path": "metrics.jsonl" }
  ]
}
`

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-demo-')))
const home = path.join(scratch, 'home')
const repo = path.join(scratch, 'repo')
const bin = path.join(scratch, 'bin')
const shop = path.join(scratch, 'shop')
const report = path.join(scratch, 'report.html')
const env = environment(home)

/** Where the records of a home are, by the system. */
const STATE = process.platform === 'darwin' ? 'Library/Application Support/send-metrics' : '.local/state/send-metrics'

const receiver = await startReceiver()
try {
  await demo()
  await twelveWeeks()
} finally {
  receiver.close()
  for (const folder of [home, repo, bin, shop]) fs.rmSync(folder, { recursive: true, force: true })
  if (!fs.existsSync(report)) fs.rmdirSync(scratch)
}
say('Done', ['All is removed again but the report. Open it in a browser:', pathToFileURL(report).href])

async function demo() {
  makeRepository()
  say('A repository with two targets, and a file that says who gets the data')
  await run('cat Makefile send-metrics.json')

  say('Nobody was asked yet: the target runs, and that is all')
  await run('make build')
  expect(recorded().length === 0 && receiver.connections === 0, 'something was recorded before a yes')
  print(['(no file written, no connection made)'])

  await agree()
  say('From now on runs are counted, failed ones too')
  await run('make build')
  await run('make test', 2)

  say('What was recorded, and what became of it')
  await run('send-metrics log')

  say(`What the receiver got: ${receiver.events.length} events; the last one`)
  expect(receiver.events.length > 0, 'nothing arrived')
  print([JSON.stringify(receiver.events.at(-1), undefined, 2)])
  say('What the file got: a line for each event; the last one')
  await run('tail -n 1 metrics.jsonl')

  say('No more')
  await run('send-metrics consent off')
  const before = traces()
  await run('make build')
  expect(traces() === before, 'something was recorded or sent after a no')
  print(['(nothing written, no connection made)'])
}

/** Another repository, somebody else's: they keep a record on their machine, and it is full. */
async function twelveWeeks() {
  const there = { cwd: shop, env: environment(path.join(shop, 'home')) }
  fs.mkdirSync(there.env.HOME, { recursive: true })
  fs.writeFileSync(path.join(shop, 'Makefile'), SHOP_MAKEFILE)
  fs.writeFileSync(path.join(shop, 'send-metrics.json'), SHOP_PROJECT)
  execFileSync('send-metrics', ['consent', 'local'], { ...there, stdio: 'ignore' })
  say('Twelve weeks in another repository; the runs are made up')
  print(['$ send-metrics wrap --spans -- make -j3 all'])
  execFileSync('send-metrics', ['wrap', '--spans', '--', 'make', '-j3', 'all'], { ...there, stdio: 'inherit' })
  const state = path.join(there.env.HOME, STATE)
  const [ledger] = fs.readdirSync(state)
  for (const [name, lines] of await madeUpWeeks()) fs.appendFileSync(path.join(state, ledger, name), lines)
  await run('send-metrics stats', 0, 'ignore', there)
  say('What the run above spent its time on')
  await run('send-metrics trace', 0, 'ignore', there)
  say('The same weeks as a page with charts')
  await run('send-metrics report -o ../report.html', 0, 'ignore', there)
}

/** At a terminal the person may answer the question; otherwise, or after any other answer, the command says yes. */
async function agree() {
  const atTerminal = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY && !process.env.CI
  if (atTerminal) {
    say('At a terminal the question comes once, after a target that passed', ['Answer as you like. The demo goes on with a yes.'])
    await run('make build', 0, 'inherit')
    if (fs.existsSync(path.join(repo, 'metrics.jsonl'))) return
  }
  say('A yes by command; at a terminal it is a question after the first run')
  await run('send-metrics consent on')
}

function makeRepository() {
  for (const folder of [home, repo, bin]) fs.mkdirSync(folder, { recursive: true })
  fs.symlinkSync(fileURLToPath(new URL('../bin/send-metrics.js', import.meta.url)), path.join(bin, 'send-metrics'))
  fs.writeFileSync(path.join(repo, 'Makefile'), MAKEFILE)
  fs.writeFileSync(path.join(repo, 'send-metrics.json'), projectFile(receiver.url))
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('-c', 'user.name=Demo', '-c', 'user.email=demo@example.invalid', 'commit', '--quiet', '--message=A beginning')
}

function git(...words) {
  execFileSync('git', words, { cwd: repo, env, stdio: 'ignore' })
}

/** Only what a run needs: nothing of the person's own reaches the demo, and nothing of it stays. */
function environment(home) {
  const { PATH = '/usr/bin:/bin', TERM, COLUMNS, LANG } = process.env
  const given = { PATH: [bin, path.dirname(process.execPath), PATH].join(path.delimiter), HOME: home, TERM, COLUMNS, LANG }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Files below the scratch home, but for the code that newer versions of Node keep compiled. */
function recorded() {
  const files = fs.readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((entry) => path.join(entry.parentPath, entry.name)).filter((name) => !name.startsWith(path.join(home, '.cache')))
}

/** Everything by which a run would show. */
function traces() {
  return JSON.stringify([
    receiver.connections,
    [path.join(repo, 'metrics.jsonl'), ...recorded()].map((file) => [file, fs.statSync(file).size]),
  ])
}

/** Runs a line as a person would type it, with its output as it comes; fails if it ends in another way. */
function run(line, code = 0, stdin = 'ignore', there = { cwd: repo, env }) {
  print([`$ ${line}`])
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', line], { ...there, stdio: [stdin, 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('exit', (ended, signal) => {
      if (ended === code) resolve()
      else reject(new Error(`'${line}' ended with ${signal ?? ended}, not ${code}`))
    })
  })
}

function startReceiver() {
  const events = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      events.push(...JSON.parse(body).batch)
      response.end('{"success":true}')
    })
  })
  const self = { events, connections: 0, url: '', close: () => server.close() }
  server.on('connection', () => {
    self.connections++
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      self.url = `http://127.0.0.1:${server.address().port}`
      resolve(self)
    })
  })
}

function say(heading, lines = []) {
  print(['', `== ${heading} ==`, ...lines])
}

function print(lines) {
  process.stdout.write(`${lines.join('\n')}\n`)
}

function expect(holds, otherwise) {
  if (!holds) throw new Error(`the demo went wrong: ${otherwise}`)
}
