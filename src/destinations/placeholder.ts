/** Texts that stand in examples in the place of a key. */
const PLACEHOLDER = new RegExp(
  [
    String.raw`(?:your|my|the|some|insert|enter|put|paste|add)[-_ ].*`,
    String.raw`(?:segment[-_ ])?(?:write|api)[-_ ]?(?:key|token)(?:[-_ ]here)?`,
    String.raw`<.*>|\[.*\]|\{\{.*\}\}|\$\{?\w+\}?`,
    String.raw`x{3,}|\.{3}|…|\*{3,}`,
    'change[-_ ]?me|todo|tbd|placeholder|redacted|replace[-_ ].*|example|secret',
  ]
    .map((form) => `^(?:${form})$`)
    .join('|'),
  'iu',
)

/** Whether words are those of an example: what a team calls itself or its data may begin in many ways. */
export function isExampleText(text: string): boolean {
  return /^(?:your[-_ ].*|<.*>|\[.*\]|\{\{.*\}\}|x{3,}|…|change[-_ ]?me|todo|tbd|placeholder)$/iu.test(text.trim())
}

/** Whether a key is one that an example has, so that nothing would ever arrive. */
export function isPlaceholder(key: string): boolean {
  return PLACEHOLDER.test(key.trim())
}
