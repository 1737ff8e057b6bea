/** Programs that list names or pass them on, and options by which they do more. */
const READERS: Readonly<Record<string, RegExp>> = {
  ls: /^$/u,
  find: /\s-(?:exec|ok|delete|fprint|fls)/u,
  git: /^git(?!\s+(?:-C\s+\S+\s+)?(?:ls-files|ls-tree)\b)/u,
  fd: /\s(?:-[a-z]*[xX]|--exec)/u,
  rg: /\s--pre/u,
  tree: /\s-o/u,
  echo: /^$/u,
  printf: /^$/u,
  cat: /^$/u,
  grep: /^$/u,
  egrep: /^$/u,
  fgrep: /^$/u,
  sed: /\s(?:-[a-zA-Z]*i|--in-place|-f)/u,
  sort: /\s(?:-[a-zA-Z]*o|--output|--compress)/u,
  uniq: /^uniq(?:\s+-\S+)*\s+[^-\s]/u,
  head: /^$/u,
  tail: /^$/u,
  cut: /^$/u,
  tr: /^$/u,
  basename: /^$/u,
  dirname: /^$/u,
  cd: /^$/u,
  pwd: /^$/u,
  true: /^$/u,
}

/** Scripts of sed that start no program and write no file: substitutions, and lines that are left out or kept. */
const HARMLESS_SED =
  /^(?:s([^\w\s\\])(?:\\.|(?!\1)[^\\])*\1(?:\\.|(?!\1)[^\\])*\1[gpiI0-9]*(?:[;\s]+|$)|(?:\/(?:\\.|[^/\\])*\/|[\d,$]+)!?[dpq](?:[;\s]+|$))+$/u

/** Whether a command of a shell, with every variable of make in it expanded, only lists names; what is not understood does more. */
export function isHarmlessShell(command: string): boolean {
  const quoted: string[] = []
  const plain = command
    .replaceAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|"[\s\S]*/gu, (whole, single?: string, double?: string) => {
      if (single === undefined && double === undefined) return whole
      quoted.push(single ?? double ?? '')
      return `Q${quoted.length - 1}`
    })
    .replaceAll(/\d?>\s*\/dev\/null|2>&1/gu, '')
  if (/[`<>\\]|\$[({]/u.test(plain) || quoted.some((text) => /`|\$\(/u.test(text))) return false
  return plain.split(/\|\||&&|[|;&\n]/u).every((written) => {
    const one = written.trim()
    const more = READERS[/^[\w.-]+/u.exec(one)?.[0] ?? '']
    const whole = one.replaceAll(/Q(\d+)/gu, (_name, at: string) => quoted[Number(at)] ?? '')
    if (more === undefined || more.test(whole)) return false
    return !one.startsWith('sed') || scriptsOf(one, quoted).every((script) => HARMLESS_SED.test(script))
  })
}

function scriptsOf(sed: string, quoted: readonly string[]): string[] {
  const words = sed.split(/\s+/u).slice(1)
  const given = words.filter((_word, at) => words[at - 1] === '-e')
  const scripts = given.length > 0 ? given : words.filter((word) => !word.startsWith('-')).slice(0, 1)
  return scripts.map((word) => word.replace(/Q(\d+)/u, (_whole, at: string) => quoted[Number(at)] ?? ''))
}
