/** What the bundler does with a style sheet: a module whose default is the text. */
export default {
  process: (text) => ({ code: `export default ${JSON.stringify(text)}` }),
}
