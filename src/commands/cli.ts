import { type AddHelpTextContext, type AddHelpTextPosition, Command } from 'commander'
import { didYouMean } from '../did-you-mean.ts'
import { say } from '../messages.ts'

/** What somebody may want of a word that is no command, such as `wrap` for the name of a target; undefined for nothing. */
export type Otherwise = (word: string) => string | undefined

const HELP = 'help'

/**
 * The library's command with this tool's words for mistakes: each names what may have been meant, by the same rule as everywhere
 * here, and the command whose help says more. The methods are the library's own (commander 14, lib/command.js).
 */
export class Cli extends Command {
  private readonly otherwise: Otherwise

  constructor(name?: string, otherwise: Otherwise = () => undefined) {
    super(name)
    this.otherwise = otherwise
  }

  /** `help` works behind every command, see `follow`, and is offered once. */
  override createCommand(name?: string): Command {
    return new Cli(name).helpCommand(false)
  }

  /**
   * Goes down the commands that the words name, before the library does, which answers `--help` for whatever stands before it and
   * knows `help` only where a command does nothing itself. Prints the help that is asked for so; throws what the library throws. Of
   * the options before a subcommand none has a value.
   */
  follow(words: readonly string[]): void {
    let command: Cli = this
    for (const [at, word] of words.entries()) {
      if (command.commands.length === 0 || word === '--') return
      if (word.startsWith('-')) continue
      if (word === HELP) command.helpOn(words.slice(at + 1))
      command = command.subcommand(word)
    }
  }

  private helpOn(words: readonly string[]): never {
    let command: Cli = this
    for (const word of words) if (command.commands.length > 0 && word !== HELP && !word.startsWith('-')) command = command.subcommand(word)
    return command.help()
  }

  private subcommand(word: string): Cli {
    const found = this.commands.find((one) => one.name() === word)
    return found instanceof Cli ? found : this.unknownWord(word)
  }

  /** The command as it is typed: `send-metrics consent off`. */
  get typedName(): string {
    return this.parent instanceof Cli ? `${this.parent.typedName} ${this.name()}` : this.name()
  }

  /** Examples are written with the tool's own name, and shown with what is typed here. */
  override addHelpText(position: AddHelpTextPosition, text: string | ((context: AddHelpTextContext) => string)): this {
    const here = (shown: string) => shown.replaceAll(/^ {2}send-metrics(?= )/gmu, `  ${this.toolName}`)
    return super.addHelpText(position, (context) => here(typeof text === 'string' ? text : text(context)))
  }

  private get toolName(): string {
    return this.parent instanceof Cli ? this.parent.toolName : this.name()
  }

  /** Ends with a mistake in the command line, and says where there is help. Throws what the library throws. */
  override error(message: string, options?: Parameters<Command['error']>[1]): never {
    this.showHelpAfterError(say.seeHelp(this.typedName))
    return super.error(message, options)
  }

  /** A word that is none of this command's own: a mistake, in which one of them may be meant. */
  unknownWord(word: string, known: readonly string[] = this.subcommandNames()): never {
    if (this.commands.length > 0) return this.error(say.unknownCommand(word, didYouMean(word, known), this.otherwise(word)))
    return this.error(say.unexpected(word, didYouMean(word, known)))
  }

  unknownOption(typed: string): never {
    const [word] = this.args
    // What is an option of a mistyped command is unknown for that reason alone.
    if (this.commands.length > 0 && word !== undefined && !word.startsWith('-')) return this.unknownWord(word)
    const option = typed.replace(/=.*$/su, '')
    const all = [...this.optionFlags(), '--help']
    return this.error(say.unknownOption(option, option.startsWith('--') ? didYouMean(option, all) : undefined))
  }

  unknownCommand(): never {
    return this.unknownWord(this.args[0] ?? '')
  }

  missingArgument(name: string): never {
    const { description } = this.registeredArguments.find((argument) => argument.name() === name) ?? {}
    return this.error(say.needsArgument(this.name(), description || name))
  }

  _excessArguments(given: readonly string[]): never {
    const word = given[this.registeredArguments.length] ?? ''
    return word === HELP ? this.help() : this.unknownWord(word)
  }

  private subcommandNames(): string[] {
    return this.createHelp()
      .visibleCommands(this)
      .map((command) => command.name())
  }

  private optionFlags(): string[] {
    return this.createHelp()
      .visibleOptions(this)
      .flatMap(({ long }) => long ?? [])
  }
}
