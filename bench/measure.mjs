import { spawn } from 'node:child_process'

/** A command to measure: program, arguments, environment and folder; `before` runs outside the measured time. */

/** Wall time of one run, ms, from before the fork to the end; throws if it ends with anything but 0. */
export async function timed({ program, args, env, cwd, before }) {
  await before?.()
  const start = performance.now()
  const child = spawn(program, args, { env, cwd, stdio: 'ignore' })
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (exit, signal) => resolve(signal ?? exit))
  })
  const ms = performance.now() - start
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`)
  return ms
}

/** Output of a command that prepares something; throws if it fails. The receivers go on meanwhile. */
export function run({ program, args, env, cwd }) {
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (part) => {
      said[stream] += part
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(said.stdout)
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${said.stderr}`))
    })
  })
}

/** Runs measurers in turn, first one then the other first, so that a machine that gets slower slows both. */
export async function interleaved(measurers, pairs, warmUp = 3) {
  const samples = measurers.map(() => [])
  for (let round = -warmUp; round < pairs; round++) {
    const order = [...measurers.keys()]
    if (round % 2 !== 0) order.reverse()
    for (const at of order) {
      const sample = await measurers[at]()
      if (round >= 0) samples[at].push(sample)
    }
  }
  return samples
}

/** The value below which a share of the samples lies, interpolated between neighbours (the R-7 definition). */
export function quantile(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)]
  return low + (sorted[Math.ceil(at)] - low) * (at % 1)
}

export const median = (samples) => quantile(samples, 0.5)
