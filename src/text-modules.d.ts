/** A style sheet as its text; the bundle has it in itself. */
declare module '*.css' {
  const text: string
  export default text
}
