/** A style sheet as its text; the bundle has it in itself. */
declare module '*.css' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: that is how a text comes as a module
  export default text
}

/** A shell's completion as its text. */
declare module '*.bash' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: that is how a text comes as a module
  export default text
}
declare module '*.zsh' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: that is how a text comes as a module
  export default text
}
declare module '*.fish' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: that is how a text comes as a module
  export default text
}
