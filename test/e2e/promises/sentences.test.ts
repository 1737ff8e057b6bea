import * as fs from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { NEVER, statement } from '../../../src/consent/wording.ts'
import { DEMO, projectOf } from '../../support/projects.ts'
import { testdir } from '../../support/testdir.ts'

/** A sentence, and the test that holds it: its file and its name. One that promises nothing has none. */
type Held = readonly [sentence: string, file?: string, name?: string]

/** docs/privacy.md, sentence by sentence. A sentence that changes is to be thought over with its test. */
const PAGE: readonly Held[] = [
  ['You ran a target, and a question appeared.'],
  ['Here is what an answer does.'],
  [
    'Whether you answer, and what, never changes how your targets run.',
    'test/e2e/fidelity/same-as-without-us.test.ts',
    'the same as without us, for %s',
  ],
  [
    'The people who look after the repository you are in.',
    'test/consent/wording.test.ts',
    'says who gets it, through whom, how long it is kept, where the copy lies and how to change it',
  ],
  [
    'They wrote `send-metrics.json`, which names them (`recipient`) and the services that the data goes through (`destinations`). send-metrics is the tool they use; the people who write it get nothing.',
    'test/consent/wording.test.ts',
    'where no recipient is named it is the maintainers; where nothing is sent it says so',
  ],
  [
    'For each wrapped target that you run, what is listed here, and nothing else:',
    'test/event/serialize.test.ts',
    'what comes out is in the table, of this kind, and agreed to',
  ],
  [
    '[events.md](events.md) has a sentence and an example for each, and [destination-examples.md](destination-examples.md) what each kind of service gets of them.',
    'test/structure/generated.test.ts',
    'the generated files are fresh',
  ],
  [
    'At the question, `d` shows the very event of your run, with zeros for the pseudonym, which needs a secret that is made after a yes, and before it whatever did not fit on one screen; `send-metrics preview <target>` shows the event at any time.',
    'test/e2e/longest-question.test.ts',
    'the longest question fits 80 by 24, and says who gets it, where, and what goes unencrypted or with a key',
  ],
  [
    'A team can declare fields of its own; the question names each with what it is for.',
    'test/e2e/own-fields.test.ts',
    'the question says what each is for',
  ],
  [
    'They are numbers, yes or no, or one of a few listed values, never free text, and `d` shows where each comes from and what it may be.',
    'test/e2e/promises/no-free-text.test.ts',
    'd shows where each comes from, and its values',
  ],
  [
    'A variable that names people or holds secrets (`USER`, `HOSTNAME`, `…_TOKEN`) is refused as a source.',
    'test/e2e/promises/no-free-text.test.ts',
    "a team's own fields",
  ],
  [
    'Where the project asks for it, the question also names what Tilt knows (names and states of resources, image builds), which is only looked at while you run its collector, and how much of the machine Docker may use. [tilt.md](tilt.md) says how.',
    'test/e2e/collect/asking.test.ts',
    'lists all of it on d, and a yes covers all of it',
  ],
  [
    'Never: arguments, output, paths, host and user names, e-mails, remotes, branch names, environment variables.',
    'test/event/serialize.test.ts',
    'the facts of a real run all pass: nothing is measured that is not announced',
  ],
  [
    'Names of targets are reported only if the project lists them (`targets`) or, without a list, if they look like a plain name; anything else is `other`.',
    'test/event/allowlist.test.ts',
    'property: a name that is reported never holds a slash, a blank or a control character',
  ],
  [
    'A name with `/`, `@` or `:` in it, or that looks like a token, an address or a host, is no plain one, and a `%` in the list stands for none but `:`.',
    'test/e2e/promises/no-free-text.test.ts',
    'names of targets',
  ],
  [
    'The list is part of what you agreed to: what is added to it stays `other` until you are asked.',
    'test/e2e/promises/no-free-text.test.ts',
    'what a wider one adds is other until people agree to it; they are asked for that alone',
  ],
  [
    'Targets that ran inside a run ([spans.md](spans.md)) are reported only if the project asks for it and you agreed to that; without a list each is `other`.',
    'test/e2e/spans/consent.test.ts',
    'without a list of targets, gets no names',
  ],
  [
    '`is_test` is `no`, `yes`, or a word that the project lists (`tests`) and you agreed to.',
    'test/e2e/promises/no-free-text.test.ts',
    'a listed word goes as it is, once it was agreed to; a word that is listed later is asked about',
  ],
  [
    'The time of the last commit goes to the day.',
    'test/e2e/promises/named-by-a-time.test.ts',
    'goes to the day; nothing that is sent has the time of day',
  ],
  [
    'To the second it would name its author to everybody who has the repository, so a project has to ask for that (`"commitTime": "second"`), and the question says what it tells.',
    'test/e2e/promises/named-by-a-time.test.ts',
    'goes to the second where the project asks for it and people agreed to that, knowing what it can tell',
  ],
  [
    'What tells a flaky target is a pseudonym of the commit: a hash under a secret that never leaves your machine, and another one for each ID of yours.',
    'test/e2e/promises/named-by-a-time.test.ts',
    'is the same for one person on one commit, another for each commit and each person, and not that of git',
  ],
  [
    'What goes to Prometheus is less: totals by target and outcome, no run by itself.',
    'test/e2e/promises/privacy-page.test.ts',
    'Prometheus gets totals by target and outcome, and nothing of a run, the checkout or the machine',
  ],
  [
    "If the project names a program of its own (`exec`), the question shows its command line, and it runs on your machine with the events; before a yes it doesn't.",
    'test/e2e/destinations/exec.test.ts',
    'it is not run before a yes, nor after its command line has changed',
  ],
  ['Two things to know.'],
  ['Any server sees the address that a request comes from.'],
  [
    'And your random ID joins your own runs together, so that people with slow machines can be told from slow targets; a colleague who knows when you ran what could recognize you by that.',
  ],
  [
    'It is a random number, made with the first event that is sent, and different in every project.',
    'test/e2e/consent-bounds.test.ts',
    'another repository of the same name that sends elsewhere inherits neither yes nor ID',
  ],
  [
    'It stays the same when you switch off and on again.',
    'test/e2e/promises/privacy-page.test.ts',
    'the ID is the same after off and on again, and consent shows it',
  ],
  [
    'In CI it is derived from the project, so it stands for nobody.',
    'test/e2e/pipeline-without-a-home.test.ts',
    'the event arrives, under the ID of the pipeline, and nothing is said or left behind',
  ],
  ['| Answer | Recorded on your machine | Sent |'],
  ['| none yet | nothing | nothing |', 'test/e2e/before-a-yes.test.ts', 'before a yes'],
  [
    '| yes | each run, and each try to send it | each run; your yes |',
    'test/e2e/journal.test.ts',
    '--json has a line for each event and each try, with the documented keys',
  ],
  [
    '| local | each run | nothing |',
    'test/e2e/consent-bounds.test.ts',
    'the ledger is written, nothing is sent, and the code of no destination is needed',
  ],
  [
    '| no | nothing | nothing; after a yes, one last event that says so |',
    'test/e2e/consent-commands.test.ts',
    'empties the outbox, sends the one last event and nothing else, and says both',
  ],
  [
    'A yes at the end of a run covers that run, which you saw, and later ones.',
    'test/e2e/consent-bounds.test.ts',
    'a yes at the end of a run covers that run and none before it',
  ],
  ['Nothing from before is ever sent.', 'test/e2e/consent-bounds.test.ts', 'what was kept locally before a yes is never sent'],
  [
    'The answer holds for this project, for those recipients, for the fields in the text and for the lists of words that `d` shows.',
    'test/consent/standing-properties.test.ts',
    'property: from real files, nothing is sent without a young yes to this project and recipient, and only what it names',
  ],
  [
    'In a project of the same name that sends elsewhere only, you have not answered, and your ID there is another.',
    'test/e2e/consent-bounds.test.ts',
    'another repository of the same name that sends elsewhere inherits neither yes nor ID',
  ],
  [
    'Worktrees and fresh clones of this project share the answer.',
    'test/e2e/consent-bounds.test.ts',
    'a worktree and a fresh clone of the same project inherit both',
  ],
  [
    'It holds for the place that is really connected to: the host, also where your environment names it; a proxy on an unencrypted way; a file or program behind links.',
    'test/e2e/promises/where-data-goes.test.ts',
    'after a yes, a makefile that exports another way moves nothing',
  ],
  [
    'Another one is another place, whoever names it, and gets nothing until you agree.',
    'test/e2e/promises/where-data-goes.test.ts',
    'what a person agrees to, goes there, under the same ID',
  ],
  [
    "The question says where the way is `unencrypted`, so that others can read along, and `with your HONEYCOMB_API_KEY` where a key of yours goes to a host that is neither its service's own nor named by your environment.",
    'test/e2e/promises/keys.test.ts',
    "HONEYCOMB_API_KEY: the question names the host that is not Honeycomb's, and the key",
  ],
  [
    '`send-metrics consent`, `log` and `doctor` name the host with its scheme.',
    'test/e2e/promises/where-data-goes.test.ts',
    'log and the receipt name the host with its scheme',
  ],
  [
    'When the project or the tool asks for more, a field or a recipient, your yes goes on for what you agreed to and for nothing else.',
    'test/e2e/field-set.test.ts',
    'is not sent until agreed to; the question is about it alone, once; a yes sends it from then on',
  ],
  [
    'At the next run at a terminal you are asked about the difference, once: yes adds it, no is remembered.',
    'test/e2e/field-set.test.ts',
    'a no to it is remembered; what was agreed to goes on',
  ],
  [
    'What goes away needs no question.',
    'test/e2e/field-set.test.ts',
    'three versions: what was refused stays refused, what is new is asked about alone, what goes needs no question',
  ],
  [
    'A yes is as old as the data may get: after the announced time (365 days if the project says nothing) you are asked again, and until you answer nothing is sent.',
    'test/e2e/consent-bounds.test.ts',
    'after the retention',
  ],
  ['A no does not run out.', 'test/e2e/consent-bounds.test.ts', 'a no does not expire'],
  [
    'Only you can turn it on.',
    'test/e2e/promises/only-the-person.test.ts',
    'no file in a repository turns it on at a machine that a person works at',
  ],
  [
    'A file in a repository can switch it off, never on; so can `SEND_METRICS=off` and `DO_NOT_TRACK=1`, and your administrator, in `/etc/send-metrics/policy.json` (`/Library/Application Support/send-metrics/` on macOS, `%ProgramData%\\send-metrics\\` on Windows).',
    'test/consent/resolve-properties.test.ts',
    'off in the environment, in the policy or in the project file is off, whatever else is set',
  ],
  [
    'In CI it is off unless the owner of the pipeline sets `SEND_METRICS=on` there; a no or local of yours on that machine holds even so.',
    'test/e2e/consent-bounds.test.ts',
    'what a person said on that machine holds: local stays local',
  ],
  [
    "A makefile that exports `SEND_METRICS := on` does nothing at a terminal, nor without a plain sign of CI (`CI=true`, or a service's own mark).",
    'test/e2e/promises/only-the-person.test.ts',
    'at a terminal, a makefile that exports SEND_METRICS := on and %s records nothing, sends nothing, and asks nobody',
  ],
  [
    'On Linux it does nothing anywhere, because what make itself was started with counts.',
    'test/e2e/promises/only-the-person.test.ts',
    'does not count where a makefile exports %s',
  ],
  [
    "Elsewhere, in a run without a terminal, it can look like a pipeline's; a no of yours holds there, too.",
    'test/consent/resolve-properties.test.ts',
    'is on in CI against a stored no, a stored local, or a no to all projects',
  ],
  [
    'What is promised, and where it ends: [security.md](security.md).',
    'test/package/security-page.test.ts',
    'every test that the page names is there, under its title',
  ],
  [
    'After a run that passed, at a terminal, and not again for a day if you leave the question with Ctrl-C or let it go. stdin, stdout and stderr all have to be terminals: behind `make help | less` the pager has the screen.',
    'test/e2e/not-asked.test.ts',
    'nobody is asked',
  ],
  [
    'You are not asked where your answer could not be stored (no home folder, or one that cannot be written), because you would be asked with every run.',
    'test/consent/storable.test.ts',
    'an answer cannot be kept',
  ],
  [
    'Afterwards the terminal is as it was before the question, however that ended; only after a `kill -9` of send-metrics itself you need `stty sane`.',
    'test/e2e/fidelity/terminal-comes-back.test.ts',
    'the terminal is as it was before the question',
  ],
  [
    'A coding agent is not asked, and cannot agree for you: where the environment has a mark of one ([the list](../src/context/agent.ts)), `send-metrics consent on` and `local` are refused; `consent off` always works.',
    'test/e2e/consent-commands.test.ts',
    'consent %s is refused, nothing is stored, and it says how a person agrees',
  ],
  [
    'What an agent runs is otherwise a run like any other, and recorded if you said yes.',
    'test/e2e/promises/privacy-page.test.ts',
    'what a coding agent runs is recorded and sent as any other run',
  ],
  [
    'An editor or a tmux that an agent started passes its mark on to your own terminal; `SEND_METRICS_AGENT=none` says that you are a person.',
    'test/e2e/not-asked.test.ts',
    'is asked with SEND_METRICS_AGENT=none',
  ],
  [
    'A project that sends nothing anywhere, and has no collector, has nothing to ask for.',
    'test/e2e/not-asked.test.ts',
    'a project that sends nothing anywhere',
  ],
  [
    'At most once a day a line says how to keep a record on this machine.',
    'test/e2e/not-asked.test.ts',
    'asks nothing, and says once a day how to keep a record',
  ],
  [
    'Runs are not recorded, no connection is opened, git is not started (but for `preview` and `doctor`, if you call them, and for the details behind `d` at the question, for which Docker is asked as well where the project wants its limits).',
    'test/e2e/before-a-yes.test.ts',
    'while the question waits for its answer',
  ],
  [
    'Besides the decision itself, one thing is written without a yes: when you were last asked or given a hint, so that you are not asked again that day.',
    'test/e2e/before-a-yes.test.ts',
    'everything that is stored is for its owner’s eyes only',
  ],
  [
    "From the first decision on, this tool's compiled code is kept in `~/.cache/send-metrics`, which holds nothing about you; nor does the tracer that is put there with the first spans.",
    'test/e2e/compiled-code.test.ts',
    'is kept for the person alone, once there is a decision',
  ],
  [
    'Neither is run where anybody else may have written it.',
    'test/e2e/promises/files.test.ts',
    'compiled code is run only where nobody else can have written it',
  ],
  [
    '`SEND_METRICS_DEBUG=1 make build` prints each request as it goes out, without keys.',
    'test/e2e/promises/keys.test.ts',
    'keys are shown nowhere',
  ],
  ['`send-metrics consent off`, `local` or `on`, at any time.', 'test/e2e/consent-commands.test.ts', 'consent off'],
  [
    'Where your repository has the tool for itself, type `npx send-metrics` or `.send-metrics/bin/send-metrics`; the question and every message name the one that works.',
    'test/e2e/tool-name.test.ts',
    'the question and what follows it name what can be typed',
  ],
  [
    'After `off`, events that were waiting are removed; if you had said yes, one last event says that you opted out (`--silent`: none); and from then on there is not one connection.',
    'test/e2e/consent-commands.test.ts',
    'from then on not one connection, whatever is run',
  ],
  [
    '`send-metrics consent off --all-projects` says no to every project, and to those to come.',
    'test/e2e/consent-commands.test.ts',
    'every project, those to come, and what was waiting; nobody is asked or told',
  ],
  [
    '`send-metrics consent new-id` gives you another random ID, and removes what waits under the old one.',
    'test/e2e/promises/privacy-page.test.ts',
    'new-id removes what waits under the old one',
  ],
  [
    "`send-metrics consent forget` deletes this project's records, what waits to be sent, and your ID from this machine, and prints the old ID: what was sent under it only the recipient can delete, so ask them with it.",
    'test/e2e/consent-commands.test.ts',
    'deletes ledger, outbox and ID, prints the old ID and whom to ask; then it is undecided',
  ],
  ['A no is kept, since to forget it would be to ask you again.', 'test/e2e/consent-commands.test.ts', 'keeps a no'],
  [
    'If a decision cannot be stored, the command says which file and why, and exits 1; `SEND_METRICS=off` works without storing anything.',
    'test/e2e/consent-commands.test.ts',
    '%j exits 1, says which file and why, and names SEND_METRICS=off',
  ],
  [
    'A decisions file that is damaged, even in one value, is kept beside, with a date in its name, when you decide the next time; a no in it holds, also what may have been one, and a yes has to be given again.',
    'test/consent/unsound-store.test.ts',
    'consent %s can be said, keeps what was there, and heals it',
  ],
  [
    "In somebody else's home nothing is written and nobody is asked: as root with HOME kept by `sudo` or in a container, for example.",
    'test/e2e/foreign-home.test.ts',
    "root in somebody else's home, %s",
  ],
  [
    'A no that its owner has said counts there; a yes counts as off for that run.',
    'test/e2e/foreign-home.test.ts',
    'who has said %s: asked nothing, writes nothing, sends nothing; her own runs are as ever',
  ],
  [
    "Nobody is asked either who became another user by `sudo`, since the answer would be that user's.",
    'test/e2e/foreign-home.test.ts',
    'root by sudo in a home of his own is not asked, and may decide by command',
  ],
  [
    'What the owner of a pipeline sends (`SEND_METRICS=on` in CI) needs no home.',
    'test/e2e/foreign-home.test.ts',
    "a pipeline of root with the home of another user, as in a container of CI: its owner's yes holds, and the home stays",
  ],
  [
    'A yes that was given while the clock was ahead lies in the future, and what runs before then is not sent; `send-metrics consent` and `doctor` say so.',
    'test/e2e/clocks.test.ts',
    'by %s when a yes was given: it is said, and what to do, which mends it',
  ],
  [
    '`send-metrics consent on` again mends it.',
    'test/e2e/clocks.test.ts',
    'by %s when a yes was given: it is said, and what to do, which mends it',
  ],
  ['Decisions and IDs:'],
  [
    '`~/.config/send-metrics/config.json`, and beside it, from the first event that is sent, the secret for pseudonyms of commits (`commit-secret`).',
    'test/e2e/promises/named-by-a-time.test.ts',
    'the secret lies beside the decisions, readable by its owner alone, from the first run after the yes',
  ],
  ['Records:'],
  [
    '`~/.local/state/send-metrics/`, a folder for each project, readable by you alone, in files of JSON lines.',
    'test/journal/ledger.test.ts',
    'one line a run and one an attempt, in the month of each, readable by nobody else',
  ],
  [
    'A file or folder that others own or may write to is not used, and no link in place of a record is followed; in decisions a no there counts, a yes does not.',
    'test/e2e/promises/files.test.ts',
    'a yes in %s is none',
  ],
  [
    'Files of months that ended longer ago than the announced time (`retentionDays`, 365 days if the project says nothing) are removed with a later run.',
    'test/journal/ledger.test.ts',
    'how long it is kept',
  ],
  [
    'Where spans are recorded, `spans-….jsonl` has the targets that ran inside under their own names, which for many are names of files.',
    'test/journal/ledger.test.ts',
    'targets that ran inside have a file of their own, which those who read runs do not see, and which goes with its month',
  ],
  [
    'A run here has the time of its commit to the second (`commit_time_here`), which `log --json` shows and nobody is sent.',
    'test/e2e/promises/named-by-a-time.test.ts',
    'the record here keeps it to the second',
  ],
  [
    'The folder also holds what would otherwise be found out anew with each run: when the commit that is checked out was made, its pseudonym, and which branch is the default (`checkout.json`), the checked project file (`project.json`), what Docker may use (`docker.json`), and which builds were reported (`collect/`); none of that is sent.',
    'test/event/serialize.test.ts',
    'what comes out is in the table, of this kind, and agreed to',
  ],
  [
    'If Prometheus is among the destinations, or you call `send-metrics export`, it holds running totals by target and outcome (`totals/`): those for a destination are what it gets, made of the runs that it may have.',
    'test/e2e/destinations/prometheus.test.ts',
    'runs from parallel processes: every way to Prometheus has each of them once, and a second version goes on',
  ],
  ['Undelivered events are kept for 30 days and 1,000 of them at most.', 'test/journal/outbox.test.ts', 'its bounds'],
  [
    'You may delete any of it yourself.',
    'test/e2e/promises/privacy-page.test.ts',
    'whatever one deletes of the records is made again, and a yes goes on',
  ],
  [
    'What was sent is with the recipient, and only they can delete it: give them your ID, which `send-metrics consent` shows.',
    'test/e2e/promises/privacy-page.test.ts',
    'the ID is the same after off and on again, and consent shows it',
  ],
]

/** The question, row by row. The rows of fields are made of the table that the gate goes by. */
const STATEMENT: readonly Held[] = [
  ['Demo asks', 'test/e2e/question.test.ts', 'yes: the run arrives with exactly the documented keys, and the next one without a question'],
  ['To', 'test/e2e/promises/where-data-goes.test.ts', 'log and the receipt name the host with its scheme'],
  ['Why'],
  ['Run', 'test/consent/field-set.test.ts', 'the question names what the serializer lets through'],
  ['Checkout', 'test/consent/field-set.test.ts', 'the question names what the serializer lets through'],
  ['Machine', 'test/consent/field-set.test.ts', 'the question names what the serializer lets through'],
  ['Answer', 'test/consent/field-set.test.ts', 'the question names what the serializer lets through'],
  ['Tool', 'test/consent/field-set.test.ts', 'the question names what the serializer lets through'],
  ['IDs', 'test/consent/field-set.test.ts', 'the question names what the serializer lets through'],
  ['Never', 'test/event/serialize.test.ts', 'the facts of a real run all pass: nothing is measured that is not announced'],
  ['Kept', 'test/e2e/consent-bounds.test.ts', 'after the retention'],
  ['Change', 'test/e2e/consent-commands.test.ts', 'consent off'],
  [
    'Policy',
    'test/consent/wording.test.ts',
    'says who gets it, through whom, how long it is kept, where the copy lies and how to change it',
  ],
]

/** The sentences of a page without its headings, its blocks of code and what is made from the source; a row of a table counts as one. */
function sentencesOf(page: string): string[] {
  const made = /<!-- fields[\s\S]*?end of fields -->|```[\s\S]*?```|^#.*$|^\| ---.*$/gmu
  const blocks = page.replace(made, '').split(/\n\s*\n|\n(?=\|)/u)
  return blocks
    .map((block) => block.replace(/\s+/gu, ' ').trim())
    .filter((block) => block !== '')
    .flatMap((block) => (block.startsWith('|') ? [block] : block.split(/(?<=[.:?]) (?=[A-Z`])/u)))
}

const PRIVACY = fs.readFileSync('docs/privacy.md', 'utf8')

describe('every sentence that people read before they agree is held by a test', () => {
  test('docs/privacy.md has these sentences and no others', () => {
    expect(sentencesOf(PRIVACY)).toEqual(PAGE.map(([sentence]) => sentence))
  })

  test('the question has these rows and no others', () => {
    const project = projectOf({ cwd: testdir({ 'send-metrics.json': JSON.stringify(DEMO) }), uid: process.getuid?.() })
    const text = statement(project, { tool: 'send-metrics', titles: ['A'], stateFolder: '/x' }, 10_000)
    expect(text.split('\n').map((row) => row.split(/:| (?=may)/u)[0])).toEqual(STATEMENT.map(([label]) => label))
  })

  test('the page and the question say the same of what is never taken', () => {
    expect(sentencesOf(PRIVACY)).toContain(`Never: ${NEVER}.`)
  })

  const held = [...PAGE, ...STATEMENT].filter(([, file]) => file !== undefined) as (readonly [string, string, string])[]
  test.each(held)('%s', (_sentence, file, name) => {
    expect(fs.readFileSync(file, 'utf8')).toContain(name)
  })

  test('a sentence that is new, changed or gone is seen', () => {
    const known = PAGE.map(([sentence]) => sentence)
    expect(sentencesOf(`${PRIVACY}\nAnd nothing else.\n`)).not.toEqual(known)
    expect(sentencesOf(PRIVACY.replace('A no does not run out.', ''))).not.toEqual(known)
  })
})
