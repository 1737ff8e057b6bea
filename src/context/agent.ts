import type { Environment } from '../world.ts'

/** A variable that an agent sets in the shells it starts, and nobody else does; `value` where only that one is a mark. */
interface Mark {
  readonly variable: string
  readonly value?: string
  readonly agent: string
  /** Who says so. */
  readonly source: string
}

/**
 * Where it comes from: the agents' own code and pages, and what these packages look for: std-env 4.3.0, am-i-vibing
 * 0.5.0 and @vercel/detect-agent 1.2.7.
 *
 * Left out is what people have in their own shells, too: REPL_ID (each shell at Replit), CURSOR_TRACE_ID,
 * CODEIUM_EDITOR_APP_ROOT and TERM_PROGRAM (each terminal in an editor), and what is set to use a service:
 * GOOSE_PROVIDER, COPILOT_MODEL, COPILOT_GITHUB_TOKEN, COPILOT_ALLOW_ALL, AIDER_API_KEY, OPENCODE_CLIENT.
 */
export const MARKS: readonly Mark[] = [
  { variable: 'AI_AGENT', agent: 'a coding agent', source: 'github.com/agentsmd/agents.md/issues/136; all three packages' },
  { variable: 'AGENT', agent: 'a coding agent', source: 'github.com/agentsmd/agents.md/issues/136; Amp, Goose, Crush, Pi' },
  { variable: 'CLAUDECODE', agent: 'Claude Code', source: 'all three packages' },
  { variable: 'CLAUDE_CODE', agent: 'Claude Code', source: 'std-env, @vercel/detect-agent' },
  { variable: 'CURSOR_AGENT', agent: 'Cursor', source: 'std-env, @vercel/detect-agent' },
  { variable: 'CURSOR_EXTENSION_HOST_ROLE', value: 'agent-exec', agent: 'Cursor', source: '@vercel/detect-agent' },
  { variable: 'CODEX_SANDBOX', agent: 'Codex', source: 'std-env, @vercel/detect-agent' },
  { variable: 'CODEX_CI', agent: 'Codex', source: '@vercel/detect-agent' },
  { variable: 'CODEX_THREAD_ID', agent: 'Codex', source: 'all three packages' },
  { variable: 'GEMINI_CLI', agent: 'Gemini CLI', source: 'google-gemini/gemini-cli, shellExecutionService.ts; all three packages' },
  { variable: 'COPILOT_AGENT', agent: 'GitHub Copilot', source: 'github.com/microsoft/vscode/pull/316267; std-env' },
  { variable: 'COPILOT_CLI', agent: 'GitHub Copilot', source: 'std-env' },
  { variable: 'OPENCODE', value: '1', agent: 'OpenCode', source: 'all three packages' },
  { variable: 'AUGMENT_AGENT', agent: 'Auggie', source: 'all three packages' },
  { variable: 'ANTIGRAVITY_AGENT', agent: 'Antigravity', source: 'am-i-vibing, @vercel/detect-agent' },
  { variable: 'AMP_CURRENT_THREAD_ID', agent: 'Amp', source: 'am-i-vibing' },
  { variable: 'GOOSE_TERMINAL', agent: 'Goose', source: 'block/goose, its shell tool sets it beside AGENT=goose' },
  { variable: 'CRUSH', value: '1', agent: 'Crush', source: 'github.com/charmbracelet/crush/pull/2484; am-i-vibing' },
  { variable: 'QWEN_CODE', value: '1', agent: 'Qwen Code', source: 'am-i-vibing' },
  { variable: 'PI_CODING_AGENT', value: 'true', agent: 'Pi', source: 'github.com/earendil-works/pi/pull/2867; am-i-vibing' },
  { variable: 'CLINE_ACTIVE', value: 'true', agent: 'Cline', source: 'github.com/cline/cline/discussions/5366' },
]

/** A person whose editor or tmux was started by an agent says with it that no agent runs this. */
export const OVERRIDE = 'SEND_METRICS_AGENT'

/** Values by which a variable says that it is not meant. */
const NOT_MEANT = ['', '0', 'false', 'no', 'none', 'off']

/** The coding agent that runs this, by the variable that tells it; undefined where none is known to. Others than agents count as people. */
export function codingAgent(env: Environment): { readonly variable: string; readonly agent: string } | undefined {
  const own = env[OVERRIDE]?.toLowerCase()
  if (own) return NOT_MEANT.includes(own) ? undefined : { variable: OVERRIDE, agent: 'a coding agent' }
  return MARKS.find(({ variable, value }) => {
    const found = env[variable]?.trim().toLowerCase()
    return found !== undefined && (value === undefined ? !NOT_MEANT.includes(found) : found === value)
  })
}
