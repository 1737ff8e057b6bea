// Loads files of dist/, each of which is a function, with what V8 made of them in earlier runs. Node's own cache has no
// function that was not needed at once, and a run would compile them all again (docs/decisions/0014).

var fs = require('fs')
var path = require('path')
var Script = require('vm').Script

var dist = path.join(__dirname, '../dist') + '/'
// So many runs add to the code that is kept, whatever they find; later ones only what is new.
var FIRST_RUNS = 3
// The files of this run, by name: { exports, script, file, data, runs }.
var files = {}
var folder = process.argv[2] === 'wrap' ? codeFolder() : undefined

/**
 * Starts the tool. Throws where its first file is damaged; `runMake` is what is done where a later one is, before a target runs.
 * `noted` is whether the door found all that it wants to know beside the decisions.
 */
module.exports = function start(runMake, noted) {
  if (folder) process.on('exit', keep)
  load('./main.js').main(runMake, noted)
}

// Where compiled code is kept. It is made with the first decision; before one, nothing is written anywhere.
function codeFolder() {
  var chosen = process.env.XDG_CACHE_HOME
  var home = process.env.HOME || ''
  var base = chosen && path.isAbsolute(chosen) ? chosen : path.isAbsolute(home) && home + '/.cache'
  return base && isOurs(base + '/send-metrics') ? base + '/send-metrics/code' : undefined
}

// In a folder of somebody else, root would leave files that lock its owner out, and run whatever lies in it.
function isOurs(folder) {
  try {
    return !process.geteuid || fs.statSync(folder).uid === process.geteuid()
  } catch (error) {
    return false
  }
}

function load(name) {
  if (name.charAt(0) !== '.') return require(name)
  if (files[name]) return files[name].exports
  var text = fs.readFileSync(dist + name, 'utf8')
  var at = { exports: {}, file: folder && codeFile(name, text), data: undefined, runs: 0 }
  if (at.file) recall(at)
  at.script = new Script(text, { filename: dist + name, cachedData: at.data })
  if (at.script.cachedDataRejected) at.runs = 0
  files[name] = at
  at.script.runInThisContext()(at.exports, load, at, dist + name, dist.slice(0, -1))
  return at.exports
}

// A name for the very text, which begins with a sum of itself, and for this Node; the time is for a file that somebody edits.
function codeFile(name, text) {
  var time = Math.floor(fs.statSync(dist + name).mtimeMs).toString(36)
  return folder + '/' + process.version + '-' + process.arch + '-' + name.slice(2) + '-' + text.slice(2, 18) + '-' + time
}

// Format: 'sm-code1', the number of runs that have added to it as one digit, seven spaces, the code twice: V8 believes
// whatever it is given, and what a crash of the machine has damaged would crash Node before make is started.
function recall(at) {
  try {
    // Nothing waits on a pipe.
    if (!fs.statSync(at.file).isFile()) return
    var bytes = fs.readFileSync(at.file)
    var middle = 16 + (bytes.length - 16) / 2
    var data = bytes.subarray(16, middle)
    if (bytes.latin1Slice(0, 8) !== 'sm-code1' || !data.equals(bytes.subarray(middle))) return
    at.data = data
    at.runs = Number(bytes.latin1Slice(8, 9))
  } catch (error) {
    // There is none yet.
  }
}

// The first runs find most functions; a few later ones look for more.
function keep() {
  for (var name in files) {
    if (files[name].runs < FIRST_RUNS || process.pid % 64 === 0) return require(path.join(__dirname, 'keep-code.js'))(files, FIRST_RUNS)
  }
}
