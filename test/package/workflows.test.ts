import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { workflowFaults } from './workflow-checks.ts'

const FOLDER = '.github/workflows'
const read = (name: string) => fs.readFileSync(path.join(FOLDER, name), 'utf8')
const RELEASE = read('release.yml')
const value = (name: string) => `\${{ ${name} }}`

describe('what runs on a push and for a release', () => {
  test.each(fs.readdirSync(FOLDER))('%s pins its actions, names no registry, and publishes from a job that runs nothing else', (name) => {
    expect(workflowFaults(read(name))).toEqual([])
  })

  test('the tarball is made once, where the tests ran, and published by its checksum', () => {
    const [build = '', publish = ''] = RELEASE.split(/\n {2}publish:\n/u)
    expect(RELEASE.match(/npm pack/gu)).toHaveLength(1)
    expect(build.indexOf('.ci/run')).toBeGreaterThan(0)
    expect(build.indexOf('npm pack')).toBeGreaterThan(build.indexOf('.ci/run'))
    // The checksum comes by another way than the file.
    expect(build).toContain(`sha256: ${value('steps.pack.outputs.sha256')}`)
    expect(publish).toContain(`SHA256: ${value('needs.build.outputs.sha256')}`)
  })
})

describe('a fault that is planted in it is seen', () => {
  test.each<[string, string, string, string]>([
    [
      'an action by its tag',
      'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
      'actions/checkout@v5',
      'name the commit',
    ],
    ['a commit without its version', '@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0', `@${'0'.repeat(40)}`, 'name the commit'],
    ['a registry', 'node-version: 24', 'registry-url: https://registry.npmjs.org', 'names an address'],
    ['a right for every job', 'permissions: {}', 'permissions: { id-token: write }', 'gives every job a right to write'],
    ['all rights', 'permissions: {}', 'permissions: write-all', 'gives every job a right to write'],
    ['the right to publish where tests run', 'contents: read', 'id-token: write', 'build may publish, and runs: .ci/run'],
    ['another right', 'id-token: write', 'contents: write', 'publish may write contents'],
    ['a checkout beside the right', 'download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093', `checkout@${'0'.repeat(40)}`, 'and runs'],
    ['another program', 'run: echo "$SHA256', 'run: npm ci; echo "$SHA256', 'publish may publish, and runs: npm ci'],
    ['no comparison', 'run: echo "$SHA256  $TARBALL" | sha256sum --check --strict', 'run: npm publish', 'in this order'],
    ['a folder in place of the tarball', 'npm publish "./$TARBALL"', 'npm publish', 'and runs: npm publish'],
    ['no tests before', '    needs: build\n', '', 'no job before it has tested'],
    ['a token that stays behind', 'persist-credentials: false', 'fetch-depth: 0', 'leaves a token behind'],
    ['a value within a script', '.ci/run', `.ci/run ${value('github.ref')}`, 'take values from the environment'],
    ['a secret', 'node-version: 24', `token: ${value('secrets.NPM_TOKEN')}`, 'reads a secret'],
  ])('%s', (_name, from, to, fault) => {
    expect(RELEASE).toContain(from)
    expect(workflowFaults(RELEASE.replace(from, () => to)).join('\n')).toContain(fault)
  })
})
