import { describe, expect, test } from '@jest/globals'
import { codingAgent, MARKS } from '../../src/context/agent.ts'

describe('a coding agent is known by what it sets', () => {
  test.each(MARKS.map(({ variable, value = '1', agent }) => [variable, value, agent]))('%s=%s: %s', (variable, value, agent) => {
    expect(codingAgent({ [variable]: value })).toMatchObject({ variable, agent })
    expect(codingAgent({ [variable]: value, SEND_METRICS_AGENT: 'none' })).toBeUndefined()
    expect(codingAgent({ [variable]: '' })).toBeUndefined()
    expect(codingAgent({ [variable]: '0' })).toBeUndefined()
    expect(codingAgent({ [variable]: 'false' })).toBeUndefined()
  })

  test('each row has a source and is there once', () => {
    expect(MARKS.filter(({ source }) => source.trim() === '')).toEqual([])
    expect(new Set(MARKS.map(({ variable }) => variable)).size).toBe(MARKS.length)
  })

  test.each([
    [{ AI_AGENT: 'claude-code@1.2.3' }, 'AI_AGENT'],
    [{ AGENT: 'amp' }, 'AGENT'],
    [{ CURSOR_AGENT: '1', CURSOR_TRACE_ID: 'x' }, 'CURSOR_AGENT'],
    [{ SEND_METRICS_AGENT: 'our-own' }, 'SEND_METRICS_AGENT'],
    // A typo says no less than nothing.
    [{ SEND_METRICS_AGENT: 'nnone', CLAUDECODE: '1' }, 'SEND_METRICS_AGENT'],
  ])('%j', (env, variable) => expect(codingAgent(env)?.variable).toBe(variable))
})

describe('a person is not taken for one', () => {
  test.each([
    ['at Replit', { REPL_ID: '6a', REPLIT_MODE: 'workspace' }],
    ['in a terminal of Cursor', { CURSOR_TRACE_ID: '6a', TERM_PROGRAM: 'vscode' }],
    ['in a terminal of Windsurf', { CODEIUM_EDITOR_APP_ROOT: '/opt/windsurf' }],
    ['in Warp', { TERM_PROGRAM: 'WarpTerminal' }],
    ['in Zed', { TERM_PROGRAM: 'zed' }],
    ['with Goose set up', { GOOSE_PROVIDER: 'anthropic', GOOSE_MODEL: 'm' }],
    ['with Copilot set up', { COPILOT_MODEL: 'm', COPILOT_GITHUB_TOKEN: 't', COPILOT_ALLOW_ALL: 'true' }],
    ['with Aider set up', { AIDER_API_KEY: 'k' }],
    ['with keys of services', { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'k' }],
    ['with settings of agents', { CLAUDE_CODE_USE_BEDROCK: '1', CODEX_HOME: '/c', OPENCODE_CONFIG: '/o', PI_CODING_AGENT_DIR: '/p' }],
    ['with other values of these', { OPENCODE: '/opt/opencode', CRUSH: 'candy', QWEN_CODE: '/opt', CURSOR_EXTENSION_HOST_ROLE: 'ui' }],
    ['with the keys of ssh', { SSH_AGENT_PID: '7', SSH_AUTH_SOCK: '/s' }],
    ['with nothing set', {}],
  ])('%s', (_who, env) => expect(codingAgent(env)).toBeUndefined())
})
