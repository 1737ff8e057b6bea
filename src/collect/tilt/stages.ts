import type { Observation } from '../collector.ts'
import { at, between, listAt, textAt, timeAt } from './read.ts'

/** Instructions of a Dockerfile that BuildKit names stages after (docs.docker.com/reference/dockerfile). */
const INSTRUCTIONS = 'ADD|COPY|ENV|FROM|RUN|USER|VOLUME|WORKDIR'

/**
 * `[base 1/2] COPY a b`, `[1/2] RUN …`, `[linux/amd64 base 1/2] FROM …`, `[linux/arm64->amd64 base 1/2] RUN …`: what is before
 * the number is a stage's name, which has no blanks. Of ten or more, the first nine have another blank: `[base  1/12] RUN …`.
 */
const NUMBERED = new RegExp(
  `^\\[(?:([a-z0-9]+/[a-z0-9]+(?:/v\\d)?(?:->[a-z0-9]+(?:/[a-z0-9]+)?)?) )?(?:([a-zA-Z0-9][\\w.-]{0,29}) )? {0,3}(\\d{1,4}/\\d{1,4})\\] (?:(${INSTRUCTIONS})\\b)?`,
  'u',
)

/** What BuildKit says besides, by its first words; what follows them may hold names and addresses. */
const OTHERS = [
  '[internal] load build definition',
  '[internal] load .dockerignore',
  '[internal] load build context',
  '[internal] load metadata',
  '[internal] settings cache mount permissions',
  '[auth]',
  'exporting to image',
  'exporting to oci image format',
  'exporting cache',
  'importing cache manifest',
  'resolve image config',
  'sending tarball',
]

/** A stage's name as it may leave this machine: its kind and number, never its text, which holds commands and paths. */
export function stageName(text: string): string {
  const numbered = NUMBERED.exec(text)
  if (numbered) return [...numbered.slice(1, 4), numbered[4] ?? 'step'].filter(Boolean).join(' ')
  const other = OTHERS.find((start) => text.startsWith(start))
  return other === undefined ? 'other' : other.replace(/[[\]]/gu, '')
}

/** The stages of an image build as parts of it. One without its times is left out. */
export function stagesOf(status: unknown): NonNullable<Observation['parts']> {
  return listAt(status, 'stageStatuses').flatMap((stage) => {
    const start = timeAt(stage, 'startedAt')
    const durationMs = between(start, timeAt(stage, 'finishedAt'))
    if (start === undefined || durationMs === undefined) return []
    const cached = at(stage, 'cached') === true
    return {
      name: stageName(textAt(stage, 'name') ?? ''),
      start: Date.parse(start),
      durationMs,
      outcome: textAt(stage, 'error') === undefined ? 'success' : 'failure',
      ...(cached && { cached }),
    }
  })
}

/** How many stages there were, and how many of them came from the cache. */
export function stageCounts(status: unknown): { stage_count: number; cached_stage_count: number } {
  const stages = listAt(status, 'stageStatuses')
  return { stage_count: stages.length, cached_stage_count: stages.filter((stage) => at(stage, 'cached') === true).length }
}
