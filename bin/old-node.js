// What is done on a Node that is too old for the rest: `wrap` runs its target, and nothing is recorded.

var spawnSync = require('child_process').spawnSync
var words = process.argv.slice(2)

if (words[0] !== 'wrap') {
  process.stderr.write('send-metrics: this is Node ' + process.versions.node + '; it needs Node 20.19, 22.12 or later\n')
  process.exit(1)
}
process.exit(run(words.slice(1)))

function run(rest) {
  var end = rest.indexOf('--')
  var own = end === -1 ? rest : rest.slice(0, end)
  var make = process.env.MAKE || 'make'
  var args = []
  var target
  for (var at = 0; at < own.length; at++) {
    var pair = /^(--make|--file)=(.*)$/.exec(own[at])
    var name = pair ? pair[1] : own[at]
    if (name === '--make') make = pair ? pair[2] : own[++at]
    else if (name === '--file' || name === '-f') args.push('-f', pair ? pair[2] : own[++at])
    else if (name.charAt(0) !== '-') target = name
  }
  if (!target) return 2
  // As in `make -s`: words that are no program together.
  var parts = /\s/.test(make) && !require('fs').existsSync(make) ? make.trim().split(/\s+/) : [make]
  args = parts.slice(1).concat(args, prefix() + target)
  var ended = spawnSync(parts[0], end === -1 ? args : args.concat(rest.slice(end + 1)), { stdio: 'inherit' })
  if (ended.error) {
    process.stderr.write('send-metrics: cannot run ' + make + ': ' + ended.error.message + '\n')
    return 127
  }
  if (ended.signal) process.kill(process.pid, ended.signal)
  return ended.status
}

// The prefix from the nearest project file; the whole search is done by a Node that is new enough.
function prefix() {
  try {
    return JSON.parse(require('fs').readFileSync('send-metrics.json', 'utf8')).prefix || 'impl-'
  } catch (error) {
    return 'impl-'
  }
}
