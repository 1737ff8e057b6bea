// What is done where the rest cannot run, on an old Node or with files missing: `wrap` runs make as it would have been
// run, and nothing is recorded.

var fs = require('fs')
var words = process.argv.slice(2)

if (words[0] !== 'wrap') {
  process.stderr.write('send-metrics: this is Node ' + process.versions.node + '; it needs Node 20.19, 22.12 or later\n')
  process.exit(1)
}
run(read(words.slice(1)))

// The command line of `wrap`; without a target, a whole one of make stands behind the `--`.
function read(rest) {
  var end = rest.indexOf('--')
  var own = end === -1 ? rest : rest.slice(0, end)
  var behind = end === -1 ? [] : rest.slice(end + 1)
  var wanted = { make: process.env.MAKE || 'make', args: [], forwarded: false }
  var target
  for (var at = 0; at < own.length; at++) {
    var pair = /^(--make|--file|--name)=(.*)$/.exec(own[at])
    var name = pair ? pair[1] : own[at]
    var value = /^(--make|--file|--name|-f)$/.test(name) ? (pair ? pair[2] : own[++at]) : ''
    if (name === '--make') wanted.make = value
    else if (name === '--file' || name === '-f') wanted.args.push('-f', value)
    else if (name === '--forwarded') wanted.forwarded = true
    else if (name.charAt(0) !== '-') target = name
  }
  if (target) wanted.args = wanted.args.concat(prefix() + target, behind)
  else if (behind.length > 0) wanted = { make: behind[0], args: behind.slice(1), forwarded: wanted.forwarded }
  else process.exit(2)
  return wanted
}

function run(wanted) {
  // As in `make -s`: words that are no program together.
  var parts = /\s/.test(wanted.make) && !fs.existsSync(wanted.make) ? wanted.make.trim().split(/\s+/) : [wanted.make]
  var env = wanted.forwarded ? standInEnvironment() : process.env
  var more = wanted.forwarded ? notHandedDown() : []
  // The terminal's signals reach make by themselves; what is sent to us alone is passed on.
  var child
  process.on('SIGINT', function () {})
  process.on('SIGQUIT', function () {})
  process.on('SIGTERM', function () {
    if (child) child.kill('SIGTERM')
  })
  child = require('child_process').spawn(parts[0], parts.slice(1).concat(more, wanted.args), { stdio: streams(), env: env })
  child.on('error', function (error) {
    process.stderr.write('send-metrics: cannot run ' + wanted.make + ': ' + error.message + '\n')
    process.exit(127)
  })
  child.on('exit', function (code, signal) {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code)
  })
}

// The prefix from the nearest project file; the whole search is done by a Node that is new enough.
function prefix() {
  try {
    return JSON.parse(fs.readFileSync('send-metrics.json', 'utf8')).prefix || 'impl-'
  } catch (error) {
    return 'impl-'
  }
}

// The three streams, and make's jobserver where MAKEFLAGS names one pipe; see src/wrap/descriptors.ts.
function streams() {
  var stdio = ['inherit', 'inherit', 'inherit']
  var named = /.*--jobserver-(?:auth|fds)=(\d+),(\d+)/.exec(process.env.MAKEFLAGS || '')
  if (!named) return stdio
  try {
    var ends = [fs.fstatSync(Number(named[1])), fs.fstatSync(Number(named[2]))]
    if (!ends[0].isFIFO() || ends[0].ino !== ends[1].ino) return stdio
  } catch (error) {
    return stdio
  }
  var most = Math.max(named[1], named[2])
  for (var at = 3; at <= most; at++) stdio.push(at === Number(named[1]) || at === Number(named[2]) ? at : 'ignore')
  return stdio
}

// What src/wrap/stand-in.ts does, in few words.
function standInEnvironment() {
  var env = {}
  for (var name in process.env) env[name] = process.env[name]
  var level = Number(env.MAKELEVEL || 0) - 1
  delete env.MAKELEVEL
  delete env.MFLAGS
  if (level > 0) env.MAKELEVEL = String(level)
  // Makes below this one are not handed over either.
  if (env.SEND_METRICS_INSIDE === undefined) env.SEND_METRICS_INSIDE = ''
  var flags = env.MAKEFLAGS || ''
  var first = flags.split(/\s/)[0]
  if (flags && first.charAt(0) !== '-' && first.indexOf('=') === -1 && !/(?:^| )-O(?!none|recurse)/.test(flags)) {
    env.MAKEFLAGS = flags.replace(/^(?:(?![jlIOCfoWE])[A-Za-z])+/, function (letters) {
      return letters.replace('w', '')
    })
  }
  return env
}

// -o and -W of the make that started us, each with its file: it does not hand them down.
function notHandedDown() {
  var found = []
  try {
    var given = fs
      .readFileSync('/proc/' + process.ppid + '/cmdline', 'utf8')
      .split('\0')
      .slice(1, -1)
    for (var at = 0; at < given.length && given[at] !== '--'; at++) {
      if (/^-[A-Za-z]*[oW]$/.test(given[at])) found.push('-' + given[at].slice(-1), given[++at])
      else if (/^-[oW]./.test(given[at])) found.push(given[at])
      else if (/^-[A-Za-z]*[CfI]$/.test(given[at])) at++
    }
  } catch (error) {
    // No /proc.
  }
  return found
}
