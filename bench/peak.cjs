// Preloaded to learn a process's own peak of memory, kB (getrusage would count what its parent had before exec), and its processor time, ms.
const fs = require('node:fs')
process.on('exit', () => {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]
  const { user, system } = process.cpuUsage()
  fs.writeFileSync(process.env.PEAK_FILE, kilobytes)
  fs.writeFileSync(`${process.env.PEAK_FILE}.cpu`, String((user + system) / 1_000))
})
