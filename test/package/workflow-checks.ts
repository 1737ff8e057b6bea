import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly permissions?: string | Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly permissions?: string | Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

/** What a job that may publish may do: fetch what was packed, take a newer npm, compare, publish that file. */
const PUBLISHING = [
  /^actions\/download-artifact@/u,
  /^actions\/setup-node@/u,
  /^echo "\$SHA256 {2}\$TARBALL" \| sha256sum --check --strict$/u,
  /^npm publish "\.\/\$TARBALL" --provenance --access public --ignore-scripts$/u,
]

/** What is wrong with a workflow of GitHub Actions, by its text; a line for each fault. */
export function workflowFaults(text: string): string[] {
  const workflow = parse(text) as Workflow
  const jobs = Object.entries(workflow.jobs)
  return [
    ...unpinned(text),
    ...(/https?:\/\/|registry-url/u.test(text) ? ['names an address; what npm and GitHub take by themselves is right'] : []),
    ...(/\$\{\{\s*secrets\./u.test(text) ? ['reads a secret; trusted publishing needs none'] : []),
    ...(writes(workflow.permissions).length > 0 ? ['gives every job a right to write'] : []),
    ...(workflow.permissions === undefined ? ["leaves the jobs' rights to the repository's settings"] : []),
    ...jobs.flatMap(([name, job]) => jobFaults(name, job)),
  ]
}

function unpinned(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^\s*(?:-\s+)?uses:/u.test(line))
    .filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u.test(line))
    .map((line) => `${line.trim()}: name the commit, and its version behind it: owner/name@<40 digits> # v1.2.3`)
}

function jobFaults(name: string, { permissions, steps, needs }: Job): string[] {
  const rights = writes(permissions)
  const words = steps.flatMap(({ uses, run }) => [uses, run].filter((word): word is string => word !== undefined))
  const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'))
  return [
    ...checkouts.filter((step) => step.with?.['persist-credentials'] !== false).map(() => `${name}: its checkout leaves a token behind`),
    ...words.filter((word) => /\$\{\{/u.test(word)).map((word) => `${name}: ${word}: take values from the environment`),
    ...rights.filter((right) => right !== 'id-token').map((right) => `${name} may write ${right}`),
    ...(words.some((word) => /npm publish/u.test(word)) && !rights.includes('id-token') ? [`${name} publishes without the right to`] : []),
    ...(rights.includes('id-token') ? publishingFaults(name, words, needs) : []),
  ]
}

function publishingFaults(name: string, words: readonly string[], needs: Job['needs']): string[] {
  const [fetch, , check, publish] = PUBLISHING.map((part) => words.findIndex((word) => part.test(word)))
  return [
    ...words.filter((word) => !PUBLISHING.some((part) => part.test(word))).map((word) => `${name} may publish, and runs: ${word.trim()}`),
    ...(needs === undefined ? [`${name} publishes what no job before it has tested`] : []),
    ...([fetch, check, publish].every((at, index, all) => at !== undefined && at >= 0 && at > (all[index - 1] ?? -1))
      ? []
      : [`${name} has to fetch, check and publish the tarball, in this order`]),
  ]
}

function writes(permissions: Job['permissions']): string[] {
  if (permissions === undefined) return []
  if (typeof permissions === 'string') return permissions === 'read-all' ? [] : [permissions]
  return Object.entries(permissions).flatMap(([right, level]) => (level === 'write' ? [right] : []))
}
