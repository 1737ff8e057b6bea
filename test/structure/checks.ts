import { factsOf, type Tree } from './source-tree.ts'

const MOST_LINES = 300

/** Files that are too long. */
export function longFiles(tree: Tree): string[] {
  return Object.entries(tree)
    .map(([file, text]) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => `${file} has ${lines} lines; at most ${MOST_LINES}`)
}

/** Files and folders whose name says nothing. */
export function emptyNames(tree: Tree): string[] {
  return Object.keys(tree)
    .filter((file) => /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\.[a-z]+)*(?:\/|$)/iu.test(file))
    .map((file) => `${file}: name it after what it does`)
}

/** Which folders of src/ a folder may import from. */
export type Directions = Readonly<Record<string, readonly string[]>>

/** Imports that go the wrong way. Files directly in src/, which are a few words each, count as folders. */
export function wrongDirections(tree: Tree, directions: Directions): string[] {
  return staticImports(tree).flatMap(({ file, to }) => {
    const [from, target] = [folderOf(file), folderOf(to)]
    if (from === target || directions[from]?.includes(target)) return []
    return [`${file} imports ${to}: ${from} may not import ${target}`]
  })
}

/** Modules that stand outside a list and are loaded by a folder before anything runs. */
export function loadedBeside(tree: Tree, folder: string, allowed: readonly string[]): string[] {
  return staticImports(tree)
    .filter(({ file, to, typeOnly }) => file.startsWith(folder) && !typeOnly && !to.startsWith(folder) && !allowed.includes(to))
    .map(({ file, to }) => `${file} loads ${to}, which is not on the list of what may be loaded before the target starts`)
}

/** Packages that a folder loads; before the target starts there may be none but Node's own. */
export function packagesLoaded(tree: Tree, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    factsOf(file, tree[file] ?? '')
      .imports.filter(({ to, typeOnly, dynamic }) => !typeOnly && !dynamic && !to.startsWith('src/') && !to.startsWith('node:'))
      .map(({ to }) => `${file} loads the package ${to}`),
  )
}

/** Files that a file loads before anything runs, itself included. */
export function reachedFrom(tree: Tree, start: string): string[] {
  const reached = new Set<string>()
  const waiting = [start]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    for (const { to, typeOnly, dynamic } of factsOf(file, tree[file] ?? '').imports) {
      if (!typeOnly && !dynamic && to in tree) waiting.push(to)
    }
  }
  return [...reached].sort()
}

/** Files that import each other in a circle. Types make none, because nothing is left of them. */
export function circles(tree: Tree): string[] {
  const found = new Set<string>()
  for (const start of Object.keys(tree)) {
    for (const { to, typeOnly } of staticImports({ [start]: tree[start] ?? '' })) {
      if (!typeOnly && reachedFrom(tree, to).includes(start)) found.add(`${start} and ${to} are on a circle`)
    }
  }
  return [...found]
}

/** `import()` outside the few files that show what loads when. */
export function strayDynamicImports(tree: Tree, allowed: readonly string[]): string[] {
  return Object.entries(tree)
    .filter(([file, text]) => !allowed.includes(file) && factsOf(file, text).imports.some((one) => one.dynamic))
    .map(([file]) => `${file} has import(), which stands only in ${allowed.join(', ')}`)
}

/** Uses of the global process that are not in the list of a file. */
export function strayProcess(tree: Tree, allowed: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(tree).flatMap(([file, text]) =>
    factsOf(file, text)
      .process.filter((member) => !allowed[file]?.includes(member) && !allowed[file]?.includes('*'))
      .map((member) => `${file} uses process.${member}; take it from the World`),
  )
}

/** Commands that print JSON of what comes from outside with the control characters that JSON lets stand. */
export function rawJson(tree: Tree): string[] {
  return Object.entries(tree)
    .filter(([file, text]) => file.startsWith('src/commands/') && /\bJSON\s*\.\s*stringify\b/u.test(text))
    .map(([file]) => `${file} has JSON.stringify; a terminal is given printableJson`)
}

/** Tests that put something else in the place of a module. */
export function mockedModules(tree: Tree): string[] {
  return Object.entries(tree)
    .filter(([, text]) => /\bjest\s*\.\s*(?:unstable_)?(?:mock|mockModule|doMock)\s*\(/u.test(text))
    .map(([file]) => `${file} mocks a module; give it a World, or real files and a real receiver`)
}

/**
 * Tests that are left out without a word, or that leave out all others: `test.skip`, `it.only`, `xdescribe`. Where a component is
 * missing, test/support/needs.ts prints the reason, and fails in CI.
 */
export function leftOutTests(tree: Tree): string[] {
  return Object.entries(tree)
    .filter(([file, text]) => file.endsWith('.test.ts') && LEFT_OUT.test(withoutTexts(text)))
    .map(([file]) => `${file} leaves tests out; see test/support/needs.ts`)
}

const LEFT_OUT =
  /(?:\b(?:test|it|describe)(?:\s*\.\s*concurrent)?|\))\s*\.\s*(?:skip|only|todo|failing)\b|\b(?:xtest|xit|xdescribe|fdescribe)\s*[(.]/u

/** A source without what stands in quotes on one line. */
function withoutTexts(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gu, "''")
}

function staticImports(tree: Tree): { file: string; to: string; typeOnly: boolean }[] {
  return Object.entries(tree).flatMap(([file, text]) =>
    factsOf(file, text)
      .imports.filter(({ to, dynamic }) => !dynamic && to.startsWith('src/'))
      .map(({ to, typeOnly }) => ({ file, to, typeOnly })),
  )
}

function folderOf(file: string): string {
  return file.split('/')[1] ?? ''
}
