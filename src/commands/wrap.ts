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
        'send-metrics wrap -- make -k build test',
      ]),
    )
    .usage('[options] <target> [-- make arguments]\n       send-metrics wrap [options] -- <make> [make arguments]')
    .argument('[target]', 'the public name; make runs impl-<target> (the prefix can be set in send-metrics.json)')
    .argument('[make...]', 'after -- and without a target: a whole command line, run as it is; its goals are reported')
    .option('--make <program>', 'the make to run (default: $MAKE, else make)')
    .option('-f, --file <makefile>', 'a makefile to read; a make inside another does not inherit it')
    .option('--name <name>', 'what the run is called, whatever was run; sent if the list of targets has it')
    .option('--forwarded', 'for a generated GNUmakefile: stand in for the make that started this')
    .option('--spans', 'record which targets ran inside, for send-metrics trace; on this machine, if the project does not ask for it')
    .option('--verbose', 'say on stderr what became of the record')
    .addHelpText('after', '\nIt ends exactly as make did and prints nothing on stdout.')
}
