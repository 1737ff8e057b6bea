/** A style sheet as its text; the bundle has it in itself. */
declare module '*.css' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: that is how a text comes as a module
  export default text
}
