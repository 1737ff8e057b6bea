import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'

const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion'

/** A shell as people use it, with its own completions. */
export interface Shell {
  readonly name: string
  readonly isThere: boolean
  readonly words: readonly string[]
  /** What is typed before anything else. */
  readonly setUp: string
  /** Besides targets. */
  readonly offersFiles?: boolean
}

export const SHELLS: readonly Shell[] = [
  {
    name: 'bash',
    isThere: fs.existsSync(BASH_COMPLETION),
    words: ['--norc', '--noprofile', '-i'],
    setUp: `. ${BASH_COMPLETION}; bind 'set show-all-if-ambiguous on'; bind 'set page-completions off'; PS1='> '`,
  },
  {
    name: 'zsh',
    isThere: isOnPath('zsh'),
    words: ['-f', '-i'],
    setUp: "autoload -Uz compinit; compinit -u -D; PS1='> '; unsetopt zle_bracketed_paste 2>/dev/null; LISTMAX=1000",
    offersFiles: true,
  },
  { name: 'fish', isThere: isOnPath('fish'), words: ['--private', '-i'], setUp: "function fish_prompt; echo '> '; end" },
]

function isOnPath(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
