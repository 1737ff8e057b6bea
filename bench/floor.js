const { spawn } = require('node:child_process')
const child = spawn(process.env.MAKE || 'make', [`impl-${process.argv[2]}`], { stdio: 'inherit' })
child.on('exit', (code, signal) => {
  process.exit(signal ? 1 : code)
})
