/**
 * Everything this tool says in a line, on one screen, so that it speaks with one voice:
 * what happened, where, and what to do next. Lower case, no full stop in a single clause.
 */
export const say = {
  prefixed: (text: string) => `send-metrics: ${text}\n`,

  noTarget: (tool: string) =>
    `wrap needs a target, or a command line of make: ${tool} wrap <target> [-- make arguments], or ${tool} wrap -- make build`,
  makeTwice: (tool: string) =>
    `--make and -f go with a target; after -- alone comes the whole command line: ${tool} wrap -- make -f other.mk build`,
  noMakeFirst: (tool: string, word: string) => `after -- comes make itself, then its arguments: ${tool} wrap -- make ${printable(word)}`,
  forwardedTarget: () => '--forwarded is for a generated GNUmakefile and goes with a whole command line after --',
  assignmentAsTarget: (target: string) =>
    `'${printable(target)}' is not a target: make would read it as a variable; put variables after --`,
  emptyTarget: (tool: string) => `the target is empty; name the one to run: ${tool} wrap build`,
  unknownWrapOption: (option: string, hint: string | undefined) =>
    `wrap has no option '${printable(option)}'${meant(hint) || "; make's own options go after --"}`,
  optionNeedsValue: (option: string) => `${option} needs a value`,
  extraArgument: (tool: string, word: string) =>
    `unexpected '${printable(word)}'; arguments for make go after --: ${tool} wrap <target> -- ${printable(word)}`,
  missingTarget: (target: string, behind: string, makefile: string, near: string) =>
    `no target '${printable(target)}': ${makefile} has no ${printable(behind)}${meant(near)}`,
  plainTarget: (tool: string, target: string, { behind, makefile, near }: { behind: string; makefile: string; near: string }) => {
    const other = target === near ? `, but a ${printable(near)} of its own` : meant(near).replace(/\?$/u, '')
    return `no target '${printable(target)}': ${makefile} has no ${printable(behind)}${other}: ${tool} wrap -- make ${printable(near)}`
  },
  makeMissing: (make: string) => `cannot find '${printable(make)}' (from --make, $MAKE or PATH); install GNU make or name it with --make`,
  makeUnusable: (make: string, reason: string) => `cannot run '${printable(make)}': ${printable(reason, 300)}`,

  projectProblem: (problem: { file: string; what: string }) =>
    `${printable(problem.file, 300)}: ${printable(problem.what, 600)}; this run is not recorded`,
  question: () => 'Your answer: count and send? yes, local (here only), no, d for details:',
  questionMore: (local: boolean) =>
    local ? 'Record these too, on this machine only? yes, no, or d for details:' : 'Send these too? yes, no, or d for details:',
  pleaseAnswerMore: () => 'Please answer yes or no; Ctrl-C to be asked another day.',
  answeredMore: (local: boolean) => `Thank you. They are ${local ? 'recorded on this machine' : 'sent'} from the next run on.`,
  refusedMore: () => 'What you agreed to before goes on, and nothing more.',
  pleaseAnswer: () => 'Please answer yes, local, no or d; Ctrl-C to be asked another day.',
  undecided: () => 'No answer, so nothing is recorded. You are asked again after a day or later.',
  answered: {
    on: (tool: string) => `Thank you. See it: ${tool} log. Opt out: ${tool} consent off`,
    local: (tool: string) => `Kept on this machine. See it: ${tool} log. Stop: ${tool} consent off`,
    off: (tool: string) => `Nothing is recorded or sent. Change your mind: ${tool} consent on`,
  },
  notStored: (reason: string) =>
    `${printable(reason, 600)}; nothing was sent. To switch off everywhere, set in the environment: SEND_METRICS=off`,
  seeHelp: (command: string) => `(see ${command} --help)`,
  unknownCommand: (word: string, near: string | undefined, otherwise: string | undefined) =>
    `unknown command '${printable(word)}'${meant(near)}${otherwise === undefined ? '' : `${near ? ' or,' : ';'} ${otherwise}`}`,
  wrapTheTarget: (tool: string, target: string) => `to run the target: ${tool} wrap ${printable(target)}`,
  unknownOption: (option: string, near: string | undefined) => `unknown option '${printable(option)}'${meant(near)}`,
  unexpected: (word: string, near: string | undefined) => `unexpected '${printable(word)}'${meant(near)}`,
  needsArgument: (command: string, what: string) => `${command} needs ${what}`,
  noProject: (tool: string, file: string) =>
    `no ${file} here or above, up to the git root, so nothing is recorded or sent; to write one: ${tool} init`,
  offElsewhere: (tool: string) =>
    `to say no to every project: ${tool} consent off --all-projects; or set in the environment: SEND_METRICS=off`,
  noFolder: () => 'the folder you are in was deleted; cd to one that is there',
  agentCannotAgree: (tool: string, variable: string, agent: string, choice: string) =>
    `${variable} is set, so ${agent} runs this, and only a person can agree; if you are one: SEND_METRICS_AGENT=none ${tool} consent ${choice}`,
  consentIs: (choice: string, project: string) => `Consent for ${printable(project)}: ${choice}.`,
  yesAhead: ({ time, withholds }: { time: string; withholds: boolean }) =>
    `your yes is of ${printable(time)}, which lies in the future${withholds ? '; what runs before then is recorded here and not sent' : ''}`,
  howToMendYesAhead: (tool: string) => `To mend it, set the clock if it is wrong, then: ${tool} consent on`,
  howToOptOut: (tool: string) => `To see what is recorded: ${tool} log. To opt out: ${tool} consent off`,
  outranked: (records: boolean, reason: string) => `It is stored, but nothing is ${records ? 'sent' : 'recorded'} for now: ${reason}.`,
  waitingRemoved: (count: number) =>
    `${count} ${count === 1 ? 'event that was' : 'events that were'} waiting to be sent ${count === 1 ? 'is' : 'are'} removed.`,
  notEmptied: (tool: string, reason: string) =>
    `what waits there is not removed, and not sent: ${printable(reason, 300)}; see ${tool} doctor`,
  acceptTold: (fate: string) => `One event tells them that you agreed: ${fate}.`,
  declineTold: (fate: string) => `One last event told them that you opted out: ${fate}.\nNothing is sent from now on.`,
  declineNotTold: (reason: string) =>
    `Not everybody could be told that you opted out (${printable(reason, 200)}).\nNothing waits, and nothing is sent from now on.`,
  notTold: (reason: string) => `The event that tells of it could not be recorded: ${printable(reason, 200)}`,
  noToAll: (day: string) => `You said no to all projects on ${day}; what you decided later for one stands below.`,
  noDecisions: () => 'Nothing is decided for any project.',
  noIdYet: () => 'There is no ID yet; it is made with the first event that is sent.',
  newId: (old: string, fresh: string) => `Your anonymous ID is now ${fresh}; it was ${old}. What was sent before stays under the old one.`,
  forgotten: (project: string, recipient: string, id: string | null) =>
    [
      `The records of ${printable(project)}, what waited to be sent, and your ID are deleted from this machine.`,
      id === null
        ? 'Nothing was ever sent under an ID of yours.'
        : `Your old ID was ${id}. What was sent under it only the recipient can delete; ask: ${printable(recipient, 200)}`,
    ].join('\n'),
  allRefused: (tool: string) =>
    `Consent for all projects, and those to come: off. One project can be switched on again there: ${tool} consent on`,
  noReceipt: (tool: string, project: string) =>
    `nothing is decided for ${printable(project)}; decide with: ${tool} consent on, local or off`,
  nothingYet: (project: string) => `nothing is recorded for ${printable(project)} yet; run make, then look again`,
  emptyLog: (project: string, reason: string) => `nothing is recorded for ${printable(project)}: ${reason}`,
  passedOver: (tool: string, all: readonly { file: string; lines: number; reason: string }[]) => {
    const named = all.slice(0, 3).map(({ file, lines, reason }) => {
      const what = lines === 0 ? '' : `${lines} ${lines === 1 ? 'line' : 'lines'} of `
      return `${what}${printable(file, 300)} (${printable(reason)})`
    })
    const more = all.length > named.length ? ` and ${all.length - named.length} more` : ''
    // Of a line nothing can be mended.
    const todo = all.some(({ lines }) => lines === 0) ? `; ${tool} doctor says what to do` : ''
    return `passed over ${named.join(', ')}${more}${todo}`
  },
  noRuns: (project: string, off: { reason: string; todo: string | undefined } | undefined) =>
    `no run of ${printable(project)} in this time; ${
      off === undefined
        ? 'run a wrapped target, then look again; --since all looks at everything'
        : `nothing is recorded: ${off.reason}${off.todo === undefined ? '' : `; ${off.todo}`}`
    }`,
  noRunsIn: (where: string, leastPeople: number | undefined) =>
    `no run of this time ${printable(where, 300)}${leastPeople === undefined ? '' : ` that ${leastPeople} people have in common`}; --since all looks at everything`,
  optionNeeds: (option: string, other: string) => `${option} goes with ${other}`,
  notWritten: (reason: string) => `the output could not be written: ${printable(reason, 200)}`,
  reportWritten: (file: string) => `wrote ${printable(file, 300)}; open it in a browser`,
  nothingToOpen: () => 'there is no file to open without one to write; leave out --open, or name a file with -o',
  notOpened: (reason: string) => `the report is written, but not opened: ${printable(reason, 200)}; open it yourself`,
  noRunOf: (target: string, near: string | undefined, known: readonly string[]) => {
    const names = known.slice(0, 10).map((name) => printable(name, 50))
    const more = known.length > names.length ? ` and ${known.length - names.length} more` : ''
    return `no run of '${printable(target, 50)}' in this time${meant(near)}; there are ${names.join(', ')}${more}`
  },
  notOnList: (target: string, near: string) =>
    `'${printable(target, 50)}' is not in the project's list of targets, so it is reported as 'other'${meant(near)}`,
  runsInFolder: (folder: string) =>
    `${printable(folder, 200)} is a folder; name the files in it: --input ${printable(folder.replace(/(?<!\/)\/+$/u, ''), 200)}/*`,
  cannotReadRuns: (file: string, reason: string) =>
    `cannot read runs from ${printable(file, 200)}: ${printable(reason, 200)}; --input takes files of JSON lines, or - for standard input`,
  leftOut: (wrongClock: number, unreadable: number, first?: string) => {
    const parts = [
      ...(wrongClock > 0 ? [`${wrongClock} from a time that cannot be, by a clock that was wrong`] : []),
      ...(unreadable > 0 ? [`${unreadable} that cannot be read as a run${first ? `, the first at ${printable(first, 300)}` : ''}`] : []),
    ]
    return `left out: ${parts.join(', and ')}`
  },
  nothingRuns: () => 'nothing runs now; Ctrl-C ends this',
  noRunWithSpans: (tool: string, project: string) =>
    `no run of ${printable(project)} has spans yet; record one: ${tool} wrap --spans -- make build, or put "spans": true in send-metrics.json`,
  noSuchRun: (tool: string, run: string) => `no run with spans begins with '${printable(run)}'; the last one is shown by: ${tool} trace`,
  oneFormat: () => 'one of --json and --chrome',
  nothingIsSent: (reason: string) => `nothing is sent: ${reason}`,
  noDestination: () => 'the project file names no destination that is set up; nothing can be sent',
  notCovered: (title: string) => `${title} is new since your yes; nothing is sent there until you agree`,
  destinationMissing: (type: string, what: string) => `${type}: ${what}`,
  previewOfOne: (tool: string, word: string) =>
    `unexpected '${printable(word)}'; one target, or a whole command line after --: ${tool} preview -- make build test`,
  whyOfMake: (word: string, line: string) =>
    `unexpected '${printable(word)}'; a whole command line of make goes after --: ${printable(line, 300)}`,
  whyNotOfMake: (word: string, line: string) =>
    `'${printable(word)}' is no make, and only a command line of make is judged: ${printable(line, 300)}`,
  previewOnly: (consent: string, noId: boolean) =>
    `this is what a run would send; nothing is sent now (consent: ${consent})${noId ? '; the anonymous ID is made with the first event' : ''}`,
  hint: (tool: string, project: string) => `${printable(project)} asks to count runs like this one; to decide: ${tool} consent`,
  hintLocal: (tool: string) => `to keep a record on this machine: ${tool} consent local`,
  noSpans: (reason: string) => `which targets ran inside is not recorded: ${printable(reason, 300)}`,
  nothingRecorded: () => 'nothing is recorded on this machine yet, so there is nothing to count',
  listening: (address: string) => `counting at ${address}; Ctrl-C ends it`,
  sendTestNeedsYes: (tool: string, reason: string) =>
    `a test event needs your yes, and nothing was sent: ${printable(reason, 200)}; see ${tool} consent`,
  fault: (tool: string, reason: string) => `this run could not be recorded (${printable(reason, 200)}); see ${tool} doctor`,
  lostEvent: (why: string, reason: string) =>
    `this run's event is lost: ${printable(why, 200)}; it cannot be kept either (${printable(reason, 200)}): set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME, to a folder that can be written`,
  slower: ({ target, took, usual, ratio, slow }: { target: string; took: string; usual: string; ratio: number; slow: number }) => {
    const times =
      ratio < 1.75
        ? `${Math.round((ratio - 1) * 100)}% longer than`
        : ratio < 2.25
          ? 'twice as long as'
          : `${ratio.toFixed(1)} times as long as`
    return `${printable(target)} took ${took}, ${times} usual (${usual})${slow > 0 ? `; ${slow} of the 5 before ${slow === 1 ? 'was' : 'were'} as slow` : ''}`
  },
  progressIs: (tool: string, on: boolean) =>
    on
      ? `A run that took unusually long gets a line. Stop it: ${tool} progress off`
      : `No run gets a line. To get one for a run that took unusually long: ${tool} progress on`,
  settingNotStored: (reason: string) => printable(reason, 300),
  ran: (goals: readonly string[], ms: number, fate: string) =>
    `${printable(goals.join(' ')) || 'the default goal'} took ${(ms / 1000).toFixed(1)} s, ${fate}`,
} as const

/** What may have been meant, for the end of a sentence; nothing for nothing. */
function meant(near: string | undefined): string {
  return near === undefined ? '' : `; did you mean ${printable(near, 50)}?`
}

/** JSON of what comes from outside, safe for a terminal: what JSON lets stand of control and direction characters becomes escapes, too. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped)
}

/** As JSON has them, so that JSON stays JSON. */
function escaped(characters: string): string {
  return Array.from({ length: characters.length }, (_, at) => `\\u${characters.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
}

/** The group is what we write to a terminal ourselves: colours, and the way back to the start of a line that changes (ECMA-48: SGR, EL). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const CONTROLS = /(?<own>^\r(?:\u001b\[K)?|\u001b\[(?:K|(?:[0-3]?\d|9[0-7])m))|(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/**
 * A text as it may be written to a stream: of control and direction characters those that we write ourselves, and those only at a
 * terminal or where colours were asked for. Whatever comes from outside is made printable where it is put into a sentence; this is
 * for what anybody has forgotten. JSON stays valid.
 */
export function fitForStream(text: string, takesColours: () => boolean): string {
  return text.replace(CONTROLS, (part, own: string | undefined) => (own !== undefined && takesColours() ? part : escaped(part)))
}

const LONGEST = 120

/** What shows as nothing, and in a row of which a new line of a terminal can be made to begin anywhere. */
const BLANKS = /[\p{Zs}\u115F\u1160\u2800\u3164\uFFA0]+/gu

/** Text from outside made safe for a terminal: control and direction characters as escapes, blanks as one, cut at `most` characters. */
export function printable(text: string, most = LONGEST): string {
  const plain = inOneBlank(text)
  return printableAsLaidOut(plain.length > most ? `${plain.slice(0, most).replace(/[\uD800-\uDBFF]$/u, '')}…` : plain)
}

/** The same for a line whose blanks lay it out, whole. */
export function printableAsLaidOut(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** A text with one blank between its words, whatever stood there. */
export function inOneBlank(text: string): string {
  return text.replace(BLANKS, ' ')
}
