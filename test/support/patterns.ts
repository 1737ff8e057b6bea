import { type Expression, type Module, parseSync, printSync } from '@swc/core'
import type { Tree } from '../structure/source-tree.ts'

/** A regular expression, and the file that it stands in. */
export interface Pattern {
  readonly file: string
  readonly source: string
  readonly flags: string
}

/** Every regular expression of these files, those included that are put together from texts: an `x` stands for what only a run knows. */
export function patternsOf(tree: Tree): Pattern[] {
  return Object.entries(tree).flatMap(([file, text]) => {
    const { body } = parseSync(text, { syntax: file.endsWith('.ts') ? 'typescript' : 'ecmascript', target: 'es2023' })
    const found: Pattern[] = []
    const constants = new Map<string, Expression>()
    visit(body, (node) => {
      if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) constants.set(node.id.value, node.init)
      if (node.type === 'RegExpLiteral') found.push({ file, source: node.pattern, flags: node.flags })
    })
    visit(body, (node) => {
      if (node.type !== 'NewExpression' || node.callee.value !== 'RegExp') return
      const [source = '', flags = ''] = node.arguments.map(
        ({ expression }: { expression: Expression }) => `${comesTo(expression, constants)}`,
      )
      found.push({ file, source, flags })
    })
    return found
  })
}

// A syntax tree of swc has no type of its own for any node.
// biome-ignore lint/suspicious/noExplicitAny: see above
function visit(node: any, look: (node: any) => void): void {
  if (typeof node !== 'object' || node === null) return
  if (typeof node.type === 'string') look(node)
  for (const child of Object.values(node)) visit(child, look)
}

/** Can be called, looked into, and read as a text. */
const ANYTHING: object = new Proxy(() => {}, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => 'x' : ANYTHING),
  apply: () => ANYTHING,
})

/** What an expression comes to where every name in it is a text of the file's own, or stands for anything. */
function comesTo(expression: Expression, constants: ReadonlyMap<string, Expression>): unknown {
  const names = new Set<string>()
  visit(expression, ({ type, value }) => {
    if (type === 'Identifier' && value !== 'String') names.add(value)
  })
  const values = [...names].map((name) => {
    const init = constants.get(name)
    return init && /^(?:StringLiteral|TemplateLiteral|TaggedTemplateExpression)$/u.test(init.type) ? comesTo(init, constants) : ANYTHING
  })
  const span = { start: 0, end: 0, ctxt: 0 }
  const program = { type: 'Module', span, body: [{ type: 'ExpressionStatement', span, expression }], interpreter: '' } satisfies Module
  const text = printSync(program)
    .code.replace(/^#!.*\n/u, '')
    .trim()
    .replace(/;$/u, '')
  return new Function(...names, `return (${text})`)(...values)
}
