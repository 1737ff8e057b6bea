import * as fs from 'node:fs'
import * as path from 'node:path'
import { parseSync } from '@swc/core'

/** Source files by their path from the project's root; tests build small ones of their own. */
export type Tree = Readonly<Record<string, string>>

/** One import as it stands in a file. */
export interface Import {
  /** Path from the root for a file of this project, else the name of a package. */
  readonly to: string
  /** Erased before anything runs. */
  readonly typeOnly: boolean
  /** `import()`, which loads at run time. */
  readonly dynamic: boolean
}

/** What the checks need to know of a file. */
export interface Facts {
  readonly imports: readonly Import[]
  /** Members of the global `process` that it uses; `(whole)` for the object itself. */
  readonly process: readonly string[]
}

/** Every file of a folder with one of these endings. */
export function readTree(folder: string, endings: readonly string[]): Tree {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => endings.includes(path.extname(name)))
  return Object.fromEntries(files.map((name) => [path.posix.join(folder, name), fs.readFileSync(path.join(folder, name), 'utf8')]))
}

/** Reads a file as TypeScript. */
export function factsOf(file: string, text: string): Facts {
  const imports: Import[] = []
  const globals: string[] = []
  const add = (name: string, typeOnly: boolean, dynamic: boolean) =>
    imports.push({ to: name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name, typeOnly, dynamic })
  visit(parseSync(text, { syntax: 'typescript', target: 'es2023' }), (node, shadowed) => {
    const { type, source } = node
    if (type === 'ImportDeclaration' || /^Export(?:Named|All)Declaration$/u.test(type)) {
      if (source) add(source.value, node.typeOnly === true || onlyTypes(node), false)
    } else if (type === 'TsImportType') add(node.argument.value, true, false)
    else if (type === 'CallExpression' && node.callee.type === 'Import') add(node.arguments[0].expression.value, false, true)
    else if (type === 'MemberExpression' && isProcess(node.object)) {
      if (!shadowed) globals.push(node.property.value ?? '(computed)')
      return 'seen'
    } else if (isProcess(node) && !shadowed) globals.push('(whole)')
    return undefined
  })
  return { imports, process: globals }
}

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree has some two hundred shapes
type Node = any

/** `import { type A, type B }` is erased like `import type { A, B }`. */
function onlyTypes(node: Node): boolean {
  const names: Node[] = node.specifiers ?? []
  return names.length > 0 && names.every((name) => name.isTypeOnly === true)
}

function isProcess(node: Node): boolean {
  return node.type === 'Identifier' && node.value === 'process'
}

/** Goes through a tree; `shadowed` within a function that has a parameter of the name `process`. */
function visit(node: Node, see: (node: Node, shadowed: boolean) => 'seen' | undefined, outside = false): void {
  if (typeof node !== 'object' || node === null) return
  const shadowed = outside || hasParameterProcess(node)
  if (typeof node.type === 'string' && see(node, shadowed) === 'seen') return
  for (const [key, child] of Object.entries(node)) {
    // A key or a property of that name is not the global.
    const isName = (key === 'key' || key === 'property') && (child as Node)?.type === 'Identifier'
    if (!isName) visit(child, see, shadowed)
  }
}

function hasParameterProcess(node: Node): boolean {
  const parameters: Node[] = Array.isArray(node.params) ? node.params : []
  return parameters.some((parameter) => isProcess(parameter.pat ?? parameter))
}
