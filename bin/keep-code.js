// Keeps the code that V8 has compiled in this run, for later ones; send-metrics.js has the format, and reads it.

var fs = require('fs')
var path = require('path')

/** Days after which code is removed that no run has added to: other versions, of Node and of this tool. */
var MOST_DAYS = 60

module.exports = function keepCode(files, firstRuns) {
  try {
    for (var name in files) keepFile(files[name], firstRuns)
  } catch (error) {
    // A full disk, or a folder that cannot be written: the next run compiles again.
  }
}

function keepFile(at, firstRuns) {
  var code = at.script.createCachedData()
  // In a long run V8 drops what it has not used for a while; the run counts all the same, or each later one would compare.
  if (at.runs > 0 && code.length < at.data.length) code = at.data
  if (at.runs >= firstRuns && code.length === at.data.length) return
  var header = Buffer.from('sm-code1' + Math.min(at.runs + 1, 9) + '       ', 'latin1')
  var folder = path.dirname(at.file)
  if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 })
  else if (at.runs === 0) removeOld(folder)
  var draft = at.file + '.' + process.pid
  try {
    // One that a crash has left, of a process of the same number.
    fs.rmSync(draft, { force: true })
    fs.writeFileSync(draft, Buffer.concat([header, code, code]), { mode: 0o600, flag: 'wx' })
    fs.renameSync(draft, at.file)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  }
}

function removeOld(folder) {
  fs.readdirSync(folder).forEach(function (name) {
    var file = path.join(folder, name)
    if (Date.now() - fs.statSync(file).mtimeMs > MOST_DAYS * 86400000) fs.rmSync(file, { force: true })
  })
}
