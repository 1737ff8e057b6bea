import { printable } from '../messages.ts'

const shown = (text: string) => printable(text, 300)

const UNTIL = 'nothing is recorded until'
const counted = (number: number, what: string) => `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`

/** As many names as a line can take. */
const FEW = 5
const few = (names: readonly string[]) => {
  const more = names.length - FEW
  return `${names
    .slice(0, FEW)
    .map((name) => printable(name))
    .join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`
}

/** All that `init` says in a line; apart from the rest, which is loaded with every run. */
export const words = {
  noMakefile: (folder: string) =>
    `no GNUmakefile, makefile or Makefile in ${shown(folder)}, nor above it up to the git root; go to the folder that make is called in`,
  noMakefileHere: (folder: string, above: string) =>
    `no GNUmakefile, makefile or Makefile in ${shown(folder)}; there is one in ${shown(above)}: call init there`,
  makefileGone: (folder: string) =>
    `GNUmakefile in ${shown(folder)} is ours, and there is no Makefile for it to measure; bring that back, or call init --undo`,
  makefileNotYet: (folder: string) => `no Makefile in ${shown(folder)} yet; call init once ./configure has written it`,
  makefileBroken: (file: string, complaint: string) => `make cannot read ${shown(file)}: ${shown(complaint)}`,
  makefileMend: (file: string) => `mend ${shown(file)}; until then no target runs`,
  makefileSlow: (file: string, seconds: number) => `make was still reading ${shown(file)} after ${seconds} s`,
  makefileHasten: () => 'find out what its $(shell …) waits for',
  makefileUnreadable: (file: string, reason: string) => `cannot read ${shown(file)}: ${shown(reason)}`,
  noTargets: (tool: string, file: string) =>
    `${shown(file)} has no target that a person would type; give it one, or name some yourself: ${tool} init --explicit build,test`,
  manyTargets: (left: readonly string[]) =>
    `${counted(left.length, 'name')} found no place on the list and ${left.length === 1 ? 'is' : 'are'} reported as 'other': ${few(left)}`,
  families: (families: readonly (readonly [family: string, names: number])[]) =>
    `on the list as families: ${few(families.map(([family, names]) => `${family} (${counted(names, 'target')})`))}`,
  takenOff: (names: readonly string[], file: string) =>
    `${few(names)} ${names.length === 1 ? 'was' : 'were'} taken off the list and ${names.length === 1 ? 'stays' : 'stay'} off; to change that, edit ${file}`,
  personal: (names: readonly string[], file: string) =>
    `left off the list, since ${names.length === 1 ? 'it names' : 'they name'} you or this machine: ${few(names)}; to list one, add it to "targets" in ${file}`,
  passing: (names: readonly string[]) =>
    `left off the list, since make gives ${names.length === 1 ? 'it another name' : 'them other names'} each time: ${few(names)}`,
  anyName: (makefile: string, rule: string, found: number) => [
    `${shown(makefile)} takes any name (${shown(rule)}): found ${found === 0 ? 'none' : found}; others are 'other'`,
    '% on the list reports all that is typed, typos and file names too',
  ],
  notConfigured: () => './configure has not been run here; once it has, call init again: it adds the targets that are new',
  projectFileWrong: (file: string, what: string) => `${shown(file)}: ${printable(what, 600)}; nothing was changed`,
  unreadable: (file: string, reason: string) => `cannot read ${shown(file)}: ${shown(reason)}; nothing was changed`,
  unwritable: (file: string, reason: string) => `cannot write ${shown(file)}: ${shown(reason)}; nothing was changed`,
  changedMeanwhile: (file: string) => `${shown(file)} was changed while the question stood; nothing was written; call init again`,
  recordDamaged: (file: string) => `${shown(file)}, which says how to undo init, is damaged; move it away, and restore files with git`,
  leadsOut: (name: string) =>
    `${shown(name)} is, or leads to, a file outside of this checkout, which init does not change; put a copy in its place`,
  recordReachesOut: (file: string, name: string) =>
    `${shown(file)}, which says how to undo init, names ${shown(name)}, which init never writes; move it away, and restore files with git`,
  nowhereToKeep: () => 'no home folder is known in which to keep what --undo needs; set HOME or XDG_STATE_HOME',
  notKeptInForeignHome: (reason: string) =>
    `what --undo needs cannot be kept: ${reason}; run init as the owner of the files, or in a git checkout`,
  foreignGnumakefile: (tool: string) =>
    `this repository has a GNUmakefile of its own, which stays as it is; to add three lines to it: ${tool} init --include`,
  alreadyForwarded: (tool: string) => `GNUmakefile measures every target already; to go the other way, first: ${tool} init --undo`,
  alreadyIncluded: (tool: string, makefile: string) =>
    `${shown(makefile)} includes send-metrics.mk, which measures every target already; to go the other way, first: ${tool} init --undo`,
  alreadyInRules: (undo: string | undefined, makefile: string, targets: readonly string[]) =>
    `${shown(makefile)} calls wrap in its own rules (${few(targets)}), so every run would count twice; first take the calls out${undo === undefined ? ' by hand' : `: ${undo} init --undo`}`,
  countedTwice: (makefile: string, targets: readonly string[]) =>
    `GNUmakefile measures every target, and ${shown(makefile)} calls wrap in its own rules (${few(targets)}) too, so their runs count twice`,
  takeOneAway: (tool: string) => `take one of the two away, by hand or by ${tool} init --undo`,
  inRules: (makefile: string, targets: readonly string[]) =>
    `${shown(makefile)} calls wrap in its own rules, so only these are measured: ${few(targets)}`,
  notInRules: (tool: string, targets: readonly string[]) => `to measure others too: ${tool} init --explicit ${shown(targets.join(','))}`,
  notRewritten: (name: string, why: string) => `${printable(name)} cannot be rewritten: ${shown(why)}`,
  nothingChanged: () => 'nothing was changed',
  clash: (file: string, why: string) => `${shown(file)} cannot be put here: ${shown(why)}`,
  clashThere: (file: string, why: string) => `${shown(file)} is in the way here: ${shown(why)}`,
  clashReading: (file: string, complaint: string) => `${shown(file)} cannot be put here: with it there, ${shown(complaint)}`,
  includesIt: (makefile: string) => `${shown(makefile)} includes it`,
  makesIt: (place: string) => `${shown(place)} takes it for a target`,
  listsIt: (makefile: string, list: string) => `${shown(makefile)} lists it under ${list}`,
  needsIt: (target: string, makefile: string) => `${shown(target)} in ${shown(makefile)} needs it`,
  needsItMade: (target: string, makefile: string) => `${shown(target)} in ${shown(makefile)} would have it made`,
  needsMadeOfIt: (target: string, makefile: string, made: string) =>
    `${shown(target)} in ${shown(makefile)} would need ${shown(made)} because of it`,
  takesIt: (target: string, makefile: string, name: string | undefined) =>
    `${shown(target)} in ${shown(makefile)} takes ${name === undefined ? 'it' : `${shown(name)}, which it makes of it,`} for one of its own`,
  worksOnIt: (target: string, makefile: string) => `${shown(target)} in ${shown(makefile)} works on it as on every file that it lists`,
  clashHarmless: (file: string, why: string, howToLeaveOut: string) => `${shown(file)}: ${why}; ${howToLeaveOut}`,
  clashLeaveOut: (names: string, list: string | undefined) =>
    list === undefined
      ? `leave it out there: put $(filter-out ${shown(names)},…) around the list of names`
      : `leave it out there, as in $(filter-out ${shown(names)},${shown(list)})`,
  clashUndo: (howToLeaveOut: string, tool: string) => `${howToLeaveOut}, or: ${tool} init --undo`,
  orUndo: (tool: string) => `or take it all back: ${tool} init --undo`,
  clashInclude: (tool: string) => `or add three lines to the makefile in its place: ${tool} init --include`,
  clashWithoutCopy: (tool: string) => `or install it with a package manager, and call ${tool} init without --vendor`,
  clashExplicit: (tool: string, names: string) => `or measure single targets: ${tool} init --explicit ${shown(names)}`,
  emptyList: (tool: string) => `--explicit needs names of targets: ${tool} init --explicit build,test`,
  localOutside: () => '--local needs a git checkout that git can read, for its list of ignored files; without it the files are just there',
  localTracked: (file: string) => `git tracks ${shown(file)}, so --local cannot hide a change in it; leave --local out`,
  localLeaves: (file: string) =>
    `git tracks ${shown(file)}, so --local leaves it as it is; targets that are not on its list are reported as 'other'`,
  isTheCopy: (folder: string) => `this is the copy in ${folder} itself; call init --vendor of the send-metrics that should take its place`,
  copyIsNewer: (folder: string, there: string, own: string) =>
    `the copy in ${folder} is version ${shown(there)}, and this is ${own}; call init --vendor of one as new, or to go back: rm -r ${folder}`,
  copyIsLinked: (name: string) => `${shown(name)} is a link, and what it leads to is left as it is; remove the link, then call init again`,
  noToolFolder: () => 'cannot find the files of send-metrics itself, so there is nothing to copy; install it anew',
  vendoredModified: (file: string) =>
    `${file} was changed by hand; delete it if that is not needed any more, then call init --vendor again`,
  noTerminal: (undo: boolean) => `nobody can be asked here; --yes ${undo ? 'takes it back' : 'writes it'}, --dry-run shows it`,
  question: (undo: boolean) => (undo ? 'Take this back?' : 'Write this?'),
  notWritten: () => 'Nothing was written.',
  newOnList: (names: readonly string[]) => `new on the list: ${few(names)}`,
  nothingToDo: () => 'nothing to do',
  nothingToUndo: () => 'nothing to undo: no record of an init in this folder; what was committed, git can take back',
  changedSince: (place: string) => `${shown(place)}: init wrote this, and it was changed since`,
  noJson: (place: string) => `${shown(place)}: this is no JSON any more; mend it, or delete the file`,
  putBackOrDelete: (file: string) => `put back what init wrote in ${shown(file)}, or delete the file, and call this again`,
  putBackOrTakeOut: (file: string) => `put back what init wrote in ${shown(file)}, or delete the whole rule there, and call this again`,
  severalNames: (file: string, names: readonly string[]) =>
    `${shown(file)} is gone, and what init wrote in it is in ${few(names)}; keep one of them, or none`,
  staysForTheirs: (file: string) => `${shown(file)} stays, with what you wrote in it`,
  staysAndIncludes: (file: string, makefile: string) =>
    `${shown(file)} stays, with what you wrote in it; it now includes ${shown(makefile)}`,
  staysUnread: (file: string) => `${shown(file)} stays, with what you wrote in it; no makefile includes it now`,
  goneSince: (file: string) => `${shown(file)} is gone; if you moved it, take out there what init wrote`,
  projectStays: (file: string) => `${file} stays: here is no record of who made it`,
  copyAlone: () => 'no makefile here, so only the copy is made; makefiles in folders below use it: call init there',
  copyIsAbove: (copy: string) => `${shown(copy)} is used; to bring it up to date, call init --vendor there`,
  toolMissing: (manager: string | undefined) => `make finds no send-metrics here${manager ? `; only ${manager} does` : ''}`,
  getAdded: (command: string) => `${UNTIL} you add it to package.json: ${command}`,
  getInstalled: (command: string) => `${UNTIL} you install what package.json has: ${command}`,
  getGlobally: () => `${UNTIL} each of you installs it: npm install --global send-metrics`,
  getCopied: (tool: string) => `or keep a copy in the repository: ${tool} init --vendor`,
  first: (command: string) => `First, so that make finds send-metrics: ${command}\n`,
  way: ({ explicit, include }: { explicit: readonly string[] | undefined; include: boolean }, makefile: string) => {
    if (explicit !== undefined) return `${makefile}: the rules of ${few(explicit)} call send-metrics`
    return include
      ? `${makefile} includes send-metrics.mk, which hands every make here to it`
      : 'GNUmakefile hands every make here to send-metrics'
  },
  askRecipient: () => 'Who gets the data?',
  askWhere: () => 'Where does it go?',
  noSuchPlace: (name: string, known: readonly string[]) =>
    `--to takes ${known.join(', ')}, not '${printable(name)}'; as in --to segment=KEY`,
  fileOfAnother: (file: string) => `${shown(file)} is no file of events, and they would be appended to it; name one that is not there`,
  placeNeeds: (name: string) => `--to ${name} needs what it goes to, as in --to ${name}=http://push.example.com:9091`,
  projectIsThere: (option: string, file: string) => `${option} is for a new project file; ${shown(file)} is there, so change it there`,
  leftOut: (what: string) => `Before anything arrives: ${what}.`,
  hidden: (file: string, place: string) => `git ignores ${shown(file)} by ${shown(place)}, so: git add --force ${shown(file)}`,
  next: (tool: string, files: string, local: boolean, who: 'somebody' | 'nobody' | undefined, hidden: readonly string[] = []) =>
    [
      local ? 'git ignores these files here, and nobody else gets them.' : `Commit ${files}.`,
      ...hidden,
      ...(who === 'somebody'
        ? ['Nothing leaves a machine before the person at it agrees; each is asked once, after a run at a terminal.']
        : []),
      ...(who === 'nobody' ? ['Nothing leaves a machine: send-metrics.json names no destination.'] : []),
      `To take all of it back: ${tool} init --undo`,
    ].join('\n'),
} as const
