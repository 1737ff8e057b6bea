import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { hasPrograms } from '../../support/programs.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, shell, WRAPPED } from '../../support/wrapped-project.ts'

const MAKEFILE = `${['pass', 'both', 'nothing', 'close'].map(WRAPPED).join('')}
impl-pass: ; @cat
impl-both: ; @echo to-stdout; echo to-stderr >&2
impl-nothing: ; @:
impl-close: ; @while echo line; do :; done 2>/dev/null; true
`

describe('what goes through stdin, stdout and stderr', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('a gigabyte goes through untouched, and none of it through us', async () => {
    if (!hasPrograms('python3')) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const gigabyte = 1024 ** 3
    // The peak of this process and all below it, which the shell reports in KB of the largest one.
    const script = `import resource, subprocess, sys
subprocess.run(['send-metrics', 'wrap', 'pass'], check=True)
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))`
    const idle = await shell(project, `python3 -c "${script}" < /dev/null > /dev/null`)
    const { stdout, stderr } = await shell(project, `head -c ${gigabyte} /dev/zero | python3 -c "${script}" | sha256sum`)
    const hash = createHash('sha256')
    const megabyte = Buffer.alloc(1024 * 1024)
    for (let at = 0; at < 1024; at++) hash.update(megabyte)
    expect(stdout).toBe(`${hash.digest('hex')}  -\n`)
    expect(Number(stderr)).toBeLessThan(Number(idle.stderr) + 50 * 1024)
  })

  test('stdout and stderr stay apart, and nothing is added to either', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    expect(await shell(project, 'make both')).toMatchObject({ stdout: 'to-stdout\n', stderr: 'to-stderr\n' })
    expect(await shell(project, 'x=$(make nothing); echo "[$x]"')).toMatchObject({ stdout: '[]\n', stderr: '' })
  })

  test.each(['>&-', '2>&-', '<&-', '<&- >&- 2>&-', '>/dev/full', '2>/dev/full'])(
    'with %s the target still runs and is recorded',
    async (redirection) => {
      const project = await agreedProject(there, { makefile: MAKEFILE })
      const bare = await shell(project, `make impl-nothing ${redirection}; echo $?`)
      const wrapped = await shell(project, `make nothing ${redirection}; echo $?`)
      expect(wrapped).toEqual(bare)
      expect(project.runs()).toMatchObject([{ exit_status: 0 }])
    },
  )

  test('a reader that goes away ends the target as it would without us', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const bare = await shell(project, 'make impl-close | head -n 2; echo "$PIPESTATUS"')
    const wrapped = await shell(project, 'make close | head -n 2; echo "$PIPESTATUS"')
    expect(wrapped.stdout).toBe(bare.stdout)
  })
})
