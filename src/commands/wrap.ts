import type { Command } from 'commander'
import { examples } from './examples.ts'

/** The words of `wrap` for --help; main.ts runs it itself, without this library. */
export function define(command: Command): void {
  command
    .addHelpText(
      'before',
      examples([
        'send-metrics wrap build',
        'send-metrics wrap build -- -j4 DEBUG=1',
        'send-metrics wrap --make "$(MAKE)" -f other.mk build',
      ]),
    )
    .usage('[options] <target> [-- make arguments]')
    .argument('<target>', 'the public name; make runs impl-<target> (the prefix can be set in send-metrics.json)')
    .option('--make <program>', 'the make to run (default: $MAKE, else make)')
    .option('-f, --file <makefile>', 'a makefile to read; a make inside another does not inherit it')
    .option('--verbose', 'say on stderr what became of the record')
    .addHelpText('after', '\nIt ends exactly as the target did and prints nothing on stdout.')
}
