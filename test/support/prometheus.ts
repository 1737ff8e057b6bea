import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { eventually } from './patience.ts'
import { hasPrograms } from './programs.ts'

/** A server of Prometheus's family, running on loopback. */
export interface Server {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** Whether Debian's programs are there: prometheus, its gateway, its exporter, and promtool. */
export const hasPrometheus = (): boolean => hasPrograms('prometheus', 'prometheus-pushgateway', 'prometheus-node-exporter', 'promtool')

/** Starts a Pushgateway that forgets everything when it stops. */
export function pushgateway(): Promise<Server> {
  // Debian's own default is a file that outlives it.
  return start('prometheus-pushgateway', (port) => [`--web.listen-address=127.0.0.1:${port}`, '--persistence.file='])
}

/** Starts a node-exporter that reads the `.prom` files of a folder and nothing else. */
export function nodeExporter(folder: string): Promise<Server> {
  return start('prometheus-node-exporter', (port) => [
    `--web.listen-address=127.0.0.1:${port}`,
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${folder}`,
  ])
}

/** Starts a Prometheus that scrapes these, by name, once a second. */
export function prometheusServer(folder: string, targets: Readonly<Record<string, number>>): Promise<Server> {
  const jobs = Object.entries(targets).map(
    ([name, port]) => `  - job_name: ${name}\n    honor_labels: true\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`,
  )
  const config = path.join(folder, 'prometheus.yml')
  fs.writeFileSync(config, `global: { scrape_interval: 1s }\nscrape_configs:\n${jobs.join('')}`)
  const flags = (port: number) => [
    `--config.file=${config}`,
    `--storage.tsdb.path=${path.join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  return start('prometheus', flags)
}

/** Starts a Prometheus that already has samples: `name{labels} value seconds` lines (OpenMetrics), oldest first for each series. */
export function filledPrometheus(folder: string, samples: string): Promise<Server> {
  const [file, data, config] = ['samples', 'data', 'prometheus.yml'].map((name) => path.join(folder, name)) as [string, string, string]
  fs.writeFileSync(file, `${samples}# EOF\n`)
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data], { stdio: 'pipe' })
  fs.writeFileSync(config, 'scrape_configs: []\n')
  return start('prometheus', (port) => [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`])
}

/** One result of a query: its labels and its value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** All results of a query at a time, in seconds since 1970. Throws what Prometheus finds wrong with it. */
export async function samplesAt({ url }: Server, promql: string, at: number): Promise<Sample[]> {
  const answer = await fetch(`${url}/api/v1/query?time=${at}&query=${encodeURIComponent(promql)}`)
  const { data, error } = (await answer.json()) as { error?: string; data?: { result: Raw[] } }
  if (data === undefined) throw new Error(`${promql}: ${error}`)
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
}

interface Raw {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** The one value of a query, or undefined while there is none. */
export async function query({ url }: Server, promql: string): Promise<number | undefined> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`)
  const { data } = (await answer.json()) as { data?: { result: { value: [number, string] }[] } }
  const value = data?.result[0]?.value[1]
  return value === undefined ? undefined : Number(value)
}

/** What promtool has to say against metrics; nothing if they are right. */
export function complaints(text: string): string {
  try {
    return execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return String((error as { stderr?: string }).stderr) || String(error)
  }
}

async function start(program: string, flags: (port: number) => string[]): Promise<Server> {
  const port = await freePort()
  const child = spawn(program, flags(port), { stdio: 'ignore' })
  const server = { url: `http://127.0.0.1:${port}`, port, stop: () => stop(child) }
  await eventually(`${program} answers`, async () => {
    if (child.exitCode !== null) throw new Error(`${program} exited ${child.exitCode}`)
    // Those that read something first say 503 to that until they have; the exporter knows no such page.
    const answer = await fetch(`${server.url}/-/ready`).catch(() => undefined)
    return answer !== undefined && answer.status !== 503
  })
  return server
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    if (child.exitCode !== null || child.signalCode !== null) resolve()
  })
}

/** A port that nobody listens at on this machine. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}
