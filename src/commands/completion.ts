import type { Command } from 'commander'
import { printable } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { nextWords } from './completion/next-words.ts'
import bash from './completion/send-metrics.bash'
import fish from './completion/send-metrics.fish'
import zsh from './completion/send-metrics.zsh'
import { examples } from './examples.ts'
import { goalNames, runNames, targetNames } from './project-targets.ts'

const SHELLS = { bash, zsh, fish }

/** `send-metrics completion bash`: a script for the shell, which asks `completion words` at each Tab. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command.addHelpText(
    'before',
    examples([
      'eval "$(send-metrics completion bash)"     # in ~/.bashrc',
      'eval "$(send-metrics completion zsh)"      # in ~/.zshrc',
      'send-metrics completion fish | source      # in ~/.config/fish/config.fish',
    ]),
  )
  for (const [shell, script] of Object.entries(SHELLS)) {
    const sub = command.command(shell).description(`print the completion for ${shell}`)
    sub.action(() => {
      world.stdout.write(script)
      done({ code: 0 })
    })
  }
  const words = command.command('words', { hidden: true }).argument('[typed...]', 'the words so far, after --')
  words.description('What may come next, a line each: the word, a tab, what it does; :files where a file may')
  words.action((typed: string[]) => {
    const names = { targets: () => targetNames(world), runs: () => runNames(world), goals: () => goalNames(world) }
    const { words: next, files } = nextWords(command.parent ?? command, typed, names)
    const lines = next.map(({ word, about }) => (about === '' ? printable(word, 200) : `${printable(word, 200)}\t${printable(about, 200)}`))
    world.stdout.write([...(files ? [':files'] : []), ...lines].map((line) => `${line}\n`).join(''))
    done({ code: 0 })
  })
}
