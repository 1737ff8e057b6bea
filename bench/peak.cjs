// Preloaded to learn a process's own peak of memory: getrusage would count what its parent had before exec.
const fs = require('node:fs')
process.on('exit', () => {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]
  fs.writeFileSync(process.env.PEAK_FILE, kilobytes)
})
