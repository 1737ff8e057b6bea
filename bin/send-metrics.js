#!/bin/sh
":" /* send-metrics

# A POSIX shell script and JavaScript in one file (docs/decisions/0015-a-door-in-sh.md).
# The shell reads it first. Where nothing can follow a run, or no Node can be started, it becomes make by `exec`;
# otherwise it becomes Node, which reads the same file and sees one long comment here. A shell that is damaged by a
# download, a merge or a full disk never reaches the last line, where all of it is called, so a makefile that
# asks first (`--door`) gets no answer and runs the target as it is.
# Only what the shell has built in runs on the way to make: each program that is started costs a millisecond.
# To JavaScript an asterisk before a slash ends the comment, so none may be in here.

send_metrics_main() {
  send_metrics_new_line='
'
  case ${1-} in
  --door) send_metrics_answer ;;
  wrap)
    shift
    if send_metrics_can_pass "$@" && ! send_metrics_may_follow 1 2 && send_metrics_find_prefix; then
      send_metrics_mark
      send_metrics_make "$@"
    elif send_metrics_find_node; then
      send_metrics_start wrap "$@"
    else
      send_metrics_hint
      send_metrics_find_prefix
      send_metrics_make "$@"
    fi
    ;;
  *)
    if send_metrics_find_node; then send_metrics_start "$@"; fi
    echo 'send-metrics: no Node that can be started is on PATH; it needs Node 20.19, 22.12, or 24 and later' >&2
    exit 1
    ;;
  esac
}

# For makefiles: sets `send_metrics` to the program to start this file with, or to nothing, and prints `go|<program>` or
# `no|<project>`. A program whose name make would have to quote, or that needs care (NODE_OPTIONS), is started from here.
send_metrics_answer() {
  send_metrics=
  if ! send_metrics_may_follow; then
    printf 'no|%s' "$send_metrics_root"
  elif send_metrics_find_node; then
    send_metrics=$send_metrics_node
    case $send_metrics${NODE_OPTIONS:+ } in *[!A-Za-z0-9_/.@+,:~-]*) send_metrics=/bin/sh ;; esac
    printf 'go|%s' "$send_metrics"
  else
    send_metrics_hint
  fi
}

# Whether anything can follow a run; false only where it is certain that nothing can. The arguments are further
# descriptors that have to be terminals for a question. Sets send_metrics_root to the project's folder, where it
# is known by name, and send_metrics_up to a way there.
send_metrics_may_follow() {
  send_metrics_root= send_metrics_up=. send_metrics_known=
  case ${SEND_METRICS_DEBUG-} in '') ;; *) return 0 ;; esac
  send_metrics_on=
  case ${SEND_METRICS-} in
  '' | [Ll][Oo][Cc][Aa][Ll]) ;;
  [Oo][Nn] | 1 | [Tt][Rr][Uu][Ee] | [Yy][Ee][Ss]) send_metrics_on=yes ;;
  *) return 1 ;;
  esac
  case ${DO_NOT_TRACK-} in '' | 0 | [Ff][Aa][Ll][Ss][Ee]) ;; *) return 1 ;; esac

  send_metrics_find_project || return 1
  case $send_metrics_new_line${SEND_METRICS_INSIDE-}$send_metrics_new_line in
  *"$send_metrics_new_line!$send_metrics_root$send_metrics_new_line"*) [ -z "$send_metrics_root" ] || return 1 ;;
  esac

  # The general marks of src/context/ci.ts; a service that sets none of them is left to Node.
  send_metrics_ci=${CI-}
  case $send_metrics_ci in
  '') send_metrics_ci=${BUILD_ID-}${BUILD_NUMBER-}${CI_APP_ID-}${CI_BUILD_ID-}${CI_BUILD_NUMBER-}${CI_NAME-}${CONTINUOUS_INTEGRATION-}${RUN_ID-} ;;
  false) send_metrics_ci= ;;
  esac
  if [ -n "$send_metrics_ci" ] && [ -z "$send_metrics_on" ]; then return 1; fi

  send_metrics_read_decision
  case $send_metrics_known in
  no) return 1 ;;
  go) return 0 ;;
  esac
  if send_metrics_is_disabled; then return 1; fi
  # Nobody has decided anything, and nobody can be asked.
  if [ "$send_metrics_known" = nothing ] && [ -z "$send_metrics_on" ]; then
    for send_metrics_stream in 0 "$@"; do [ -t "$send_metrics_stream" ] || return 1; done
  fi
  return 0
}

# False where there is certainly no project file from here up to the git root, or to the root of the file system.
send_metrics_find_project() {
  send_metrics_name=${PWD%/}
  until [ -e "$send_metrics_up/send-metrics.json" ]; do
    if [ -e "$send_metrics_up/.git" ]; then return 1; fi
    if [ ! -e "$send_metrics_up/.." ]; then return 0; fi
    if [ "$send_metrics_up" -ef "$send_metrics_up/.." ]; then return 1; fi
    send_metrics_up=$send_metrics_up/.. send_metrics_name=${send_metrics_name%/*}
  done
  # A link on the way here makes the name one of another folder.
  if [ "${send_metrics_name:-/}" -ef "$send_metrics_up" ]; then send_metrics_root=$send_metrics_name; fi
}

# Sets send_metrics_known to `no`, `go` or `nothing` (no decision of any kind is stored), or leaves it where Node has
# to look. What src/consent/door-notes.ts notes beside the decisions counts only while config.json and the project
# file have the very times that they had then.
send_metrics_read_decision() {
  case ${XDG_CONFIG_HOME-} in
  /*) set -- "$XDG_CONFIG_HOME" ;;
  *) case ${HOME-} in /*) set -- "$HOME/.config" "$HOME/Library/Preferences" ;; *) return 0 ;; esac ;;
  esac
  if [ -n "${APPDATA-}" ]; then set -- "$@" "$APPDATA"; fi
  for send_metrics_config in "$@"; do
    send_metrics_config=$send_metrics_config/send-metrics
    if [ -n "${APPDATA-}" ] && [ -e "$send_metrics_config/Config/config.json" ]; then send_metrics_config=$send_metrics_config/Config; fi
    [ -e "$send_metrics_config/config.json" ] || [ -h "$send_metrics_config/config.json" ] || continue
    if send_metrics_is_as_noted "$send_metrics_config/config.json" "$send_metrics_config/no-to-all/config"; then
      send_metrics_known=no
      return 0
    fi
    [ -n "$send_metrics_root" ] || return 0
    send_metrics_notes=$send_metrics_config/door$send_metrics_root/.notes
    send_metrics_is_as_noted "$send_metrics_config/config.json" "$send_metrics_notes/config" || return 0
    send_metrics_is_as_noted "$send_metrics_up/send-metrics.json" "$send_metrics_notes/project" || return 0
    IFS= read -r send_metrics_known <"$send_metrics_notes/answer"
    return 0
  done
  send_metrics_known=nothing
}

# Whether a file was last changed between the times of two others; a shell that compares whole seconds says no.
send_metrics_is_as_noted() {
  [ "$1" -nt "$2.from" ] && [ "$1" -ot "$2.to" ]
}

# Whether the project file says `"enabled": false`, told only of a file in which that can be nothing else: the word
# occurs once, no character is written as an escape, and no brace or bracket but the first is open before it.
send_metrics_is_disabled() {
  send_metrics_read_project || return 1
  case $send_metrics_text in *"\\"* | *'"enabled"'*'"enabled"'*) return 1 ;; *'"enabled"'*) ;; *) return 1 ;; esac
  send_metrics_after=${send_metrics_text#*'"enabled"'}
  send_metrics_trim "$send_metrics_after"
  case $send_metrics_after in :*) ;; *) return 1 ;; esac
  send_metrics_trim "${send_metrics_after#:}"
  case $send_metrics_after in false*) ;; *) return 1 ;; esac
  send_metrics_trim "${send_metrics_after#false}"
  case $send_metrics_after in [,}]*) ;; *) return 1 ;; esac
  send_metrics_is_at_the_top "${send_metrics_text%%'"enabled"'*}"
}

# Whether a text that ends between two values is inside one object and nothing else. The words inside its quotes do not count.
send_metrics_is_at_the_top() {
  send_metrics_rest=$1 send_metrics_open=
  while :; do
    send_metrics_plain=${send_metrics_rest%%\"*}
    while :; do
      case $send_metrics_plain in
      *[][{}]*) ;;
      *) break ;;
      esac
      send_metrics_before=${send_metrics_plain%%[][\{\}]*}
      send_metrics_plain=${send_metrics_plain#"$send_metrics_before"}
      case $send_metrics_plain in
      [[{]*) send_metrics_open=x$send_metrics_open ;;
      *) send_metrics_open=${send_metrics_open#x} ;;
      esac
      send_metrics_plain=${send_metrics_plain#?}
    done
    case $send_metrics_rest in *\"*) ;; *) break ;; esac
    send_metrics_rest=${send_metrics_rest#*\"}
    case $send_metrics_rest in *\"*) ;; *) return 1 ;; esac
    send_metrics_rest=${send_metrics_rest#*\"}
  done
  [ "$send_metrics_open" = x ]
}

send_metrics_trim() {
  send_metrics_after=$1
  while :; do
    case $send_metrics_after in
    [[:space:]]*) send_metrics_after=${send_metrics_after#?} ;;
    *) return 0 ;;
    esac
  done
}

# Sets send_metrics_text to the project file; false where there is none, or where it is too long for a shell to read.
send_metrics_read_project() {
  send_metrics_text=
  [ -f "$send_metrics_up/send-metrics.json" ] && [ -r "$send_metrics_up/send-metrics.json" ] || return 1
  while IFS= read -r send_metrics_line || [ -n "$send_metrics_line" ]; do
    send_metrics_text=$send_metrics_text$send_metrics_line$send_metrics_new_line
    [ ${#send_metrics_text} -le 4096 ] || return 1
  done <"$send_metrics_up/send-metrics.json"
}

# Sets send_metrics_node to the first Node on PATH that can be started and is new enough. One that is noted is known to be;
# a script or a program of many names (asdf, nodenv, Volta, mise) is asked which Node it would start.
send_metrics_find_node() {
  send_metrics_node=
  case $- in *f*) send_metrics_globs=-f ;; *) send_metrics_globs=+f ;; esac
  send_metrics_ifs=${IFS-unset}
  set -f
  IFS=:
  for send_metrics_folder in ${PATH-}; do
    send_metrics_found=${send_metrics_folder:-.}/node
    [ -f "$send_metrics_found" ] && [ -x "$send_metrics_found" ] || continue
    if send_metrics_is_good "$send_metrics_found"; then break; fi
    send_metrics_node=
  done
  case $send_metrics_ifs in unset) unset IFS ;; *) IFS=$send_metrics_ifs ;; esac
  set $send_metrics_globs
  [ -n "$send_metrics_node" ]
}

# Whether a Node is good, and which one it is: sets send_metrics_node.
send_metrics_is_good() {
  send_metrics_node=$1
  if [ "$send_metrics_known" = go ] && IFS= read -r send_metrics_line <"$send_metrics_notes/node" &&
    [ "$send_metrics_line" = "$1" ] && send_metrics_is_as_noted "$1" "$send_metrics_notes/node"; then
    return 0
  fi 2>/dev/null
  send_metrics_line=
  IFS= read -r send_metrics_line <"$1" 2>/dev/null
  case $send_metrics_line in
  '#!'*) send_metrics_is_shim=yes ;;
  *) if [ "$1" -ef "${1%node}npm" ]; then send_metrics_is_shim=yes; else send_metrics_is_shim=; fi ;;
  esac
  if [ -n "$send_metrics_is_shim" ]; then
    send_metrics_line=$(NODE_OPTIONS= "$1" -p 'process.version + process.execPath' </dev/null 2>/dev/null) || return 1
    send_metrics_node=${send_metrics_line#"${send_metrics_line%%/*}"}
    [ -x "$send_metrics_node" ] || return 1
  else
    send_metrics_line=$(NODE_OPTIONS= "$1" --version </dev/null 2>/dev/null) || return 1
  fi
  case $send_metrics_line in
  v20.19.* | v20.[2-9][0-9].* | v22.1[2-9].* | v22.[2-9][0-9].* | v23.* | v2[4-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) return 0 ;;
  esac
  return 1
}

# Becomes Node. What NODE_OPTIONS asks for is for the target, and may keep Node from starting; only whom to trust is also for us.
send_metrics_start() {
  if [ -n "${NODE_OPTIONS-}" ]; then
    SEND_METRICS_NODE_OPTIONS=$NODE_OPTIONS
    export SEND_METRICS_NODE_OPTIONS
    case $NODE_OPTIONS in
    *--use-system-ca*) NODE_OPTIONS=--use-system-ca ;;
    *--use-openssl-ca*) NODE_OPTIONS=--use-openssl-ca ;;
    *) unset NODE_OPTIONS ;;
    esac
  fi
  exec "$send_metrics_node" "$0" "$@"
}

# Whether `wrap` can become make as it was called: it is no mistake, asks for no word of ours, and is about this folder.
send_metrics_can_pass() {
  send_metrics_program=${MAKE:-make} send_metrics_targets= send_metrics_own=yes send_metrics_take= send_metrics_named=
  for send_metrics_word; do
    if [ -n "$send_metrics_take" ]; then
      case $send_metrics_word in '') return 1 ;; esac
      if [ "$send_metrics_take" = make ]; then send_metrics_program=$send_metrics_word; fi
      send_metrics_take=
    elif [ -n "$send_metrics_own" ]; then
      case $send_metrics_word in
      --) send_metrics_own= ;;
      --make) send_metrics_take=make send_metrics_named=yes ;;
      -f | --file) send_metrics_take=file send_metrics_named=yes ;;
      --name) send_metrics_take=name ;;
      --make=?*) send_metrics_program=${send_metrics_word#*=} send_metrics_named=yes ;;
      -f?* | --file=?*) send_metrics_named=yes ;;
      --name=?* | --spans) ;;
      -* | '' | *=*) return 1 ;;
      *) send_metrics_targets=x$send_metrics_targets ;;
      esac
    elif [ -z "$send_metrics_targets" ]; then
      case $send_metrics_word in -*C* | --d*) return 1 ;; esac
      if [ "$send_metrics_named" = program ]; then continue; fi
      case $send_metrics_word$send_metrics_named in '' | -* | *yes) return 1 ;; esac
      send_metrics_program=$send_metrics_word send_metrics_named=program
    fi
  done
  case $send_metrics_take$send_metrics_targets$send_metrics_named in x | xyes | program) ;; *) return 1 ;; esac
  # The message about one that is missing is Node's.
  command -v "${send_metrics_program%%[[:space:]]*}" >/dev/null 2>&1
}

# Sets send_metrics_prefix to what stands before the real target's name; false where only Node can tell.
send_metrics_find_prefix() {
  send_metrics_prefix=impl- send_metrics_up=.
  if ! send_metrics_find_project || [ ! -e "$send_metrics_up/send-metrics.json" ]; then return 0; fi
  send_metrics_read_project || return 1
  case $send_metrics_text in *'"prefix"'*) ;; *"\\"*) return 1 ;; *) return 0 ;; esac
  case $send_metrics_text in *'"prefix"'*'"prefix"'*) return 1 ;; esac
  send_metrics_is_at_the_top "${send_metrics_text%%'"prefix"'*}" || return 1
  send_metrics_trim "${send_metrics_text#*'"prefix"'}"
  send_metrics_trim "${send_metrics_after#:}"
  case $send_metrics_after in '"'*'"'*) ;; *) return 1 ;; esac
  send_metrics_after=${send_metrics_after#?}
  send_metrics_after=${send_metrics_after%%\"*}
  case $send_metrics_after in '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.+-]*) return 1 ;; esac
  send_metrics_prefix=$send_metrics_after
}

# Tells the runs inside this one that nobody is asked in the middle of it, as src/wrap/plan.ts does.
send_metrics_mark() {
  if [ -n "$send_metrics_root" ]; then
    SEND_METRICS_INSIDE=${SEND_METRICS_INSIDE:+$SEND_METRICS_INSIDE$send_metrics_new_line}!$send_metrics_root
  else
    SEND_METRICS_INSIDE=${SEND_METRICS_INSIDE-}
  fi
  export SEND_METRICS_INSIDE
}

# Becomes make, for a command line of `wrap`.
send_metrics_make() {
  send_metrics_program=${MAKE:-make} send_metrics_target= send_metrics_own=yes send_metrics_left=$#
  while [ "$send_metrics_left" -gt 0 ]; do
    send_metrics_word=$1
    shift
    send_metrics_left=$((send_metrics_left - 1))
    if [ -z "$send_metrics_own" ]; then
      set -- "$@" "$send_metrics_word"
      continue
    fi
    send_metrics_value=${send_metrics_word#*=}
    case $send_metrics_word in
    --make | --file | -f | --name)
      if [ "$send_metrics_left" -eq 0 ]; then exit 2; fi
      send_metrics_value=$1
      shift
      send_metrics_left=$((send_metrics_left - 1))
      ;;
    -f?*) send_metrics_value=${send_metrics_word#-f} ;;
    esac
    case $send_metrics_word in
    --)
      send_metrics_own=
      if [ -n "$send_metrics_target" ]; then
        send_metrics_be_quiet "$@"
        set -- "$@" $send_metrics_quiet "$send_metrics_prefix$send_metrics_target"
      fi
      ;;
    --make | --make=*) send_metrics_program=$send_metrics_value ;;
    --name | --name=*) ;;
    -f* | --file | --file=*) set -- "$@" -f "$send_metrics_value" ;;
    --forwarded) send_metrics_stand_in ;;
    -*) ;;
    *) send_metrics_target=$send_metrics_word ;;
    esac
  done
  if [ -n "$send_metrics_own" ]; then
    if [ -z "$send_metrics_target" ]; then exit 2; fi
    send_metrics_be_quiet "$@"
    set -- "$@" $send_metrics_quiet "$send_metrics_prefix$send_metrics_target"
  fi
  if [ -z "$send_metrics_target" ]; then exec "$@"; fi
  # As in `make -s`: words that are no program together.
  case $send_metrics_program in
  *[[:space:]]*) if ! command -v "$send_metrics_program" >/dev/null 2>&1; then exec $send_metrics_program "$@"; fi ;;
  esac
  exec "$send_metrics_program" "$@"
}

# A make below another one announces its folder; typed by hand it would not. Sets send_metrics_quiet for these words of make.
send_metrics_be_quiet() {
  send_metrics_quiet=
  case ${MAKELEVEL:-0} in 0) return 0 ;; esac
  send_metrics_quiet=--no-print-directory
  send_metrics_first=yes
  for send_metrics_flag in ${MAKEFLAGS-} "$@"; do
    case $send_metrics_flag in
    --no-print-d*) return 0 ;;
    --print-d*) send_metrics_quiet= ;;
    -- | --* | *=*) ;;
    -*w*) send_metrics_quiet= ;;
    *w*) case ${MAKEFLAGS-} in "$send_metrics_flag"*) send_metrics_quiet= ;; esac ;;
    esac
  done
}

# Takes back what the make that started us added for a make below it, as src/wrap/stand-in.ts does.
send_metrics_stand_in() {
  unset MFLAGS
  case ${MAKELEVEL:-0} in
  0 | 1) unset MAKELEVEL ;;
  *) MAKELEVEL=$((MAKELEVEL - 1)) ;;
  esac
}

# Says once a day at a terminal, to somebody who said yes, why nothing is recorded.
send_metrics_hint() {
  if [ "${send_metrics_known-}" != go ] || [ ! -t 0 ]; then return 0; fi
  if [ -n "$(find "$send_metrics_notes/hinted" -mtime -1 2>/dev/null)" ]; then return 0; fi
  { : >"$send_metrics_notes/hinted"; } 2>/dev/null || return 0
  { echo 'send-metrics: not recorded, no Node that can be started is on PATH; to see why: node --version' >/dev/tty; } 2>/dev/null
}

send_metrics_script='
# */

// On the way to make this parses on any Node. Where the rest cannot run, for an old Node or for files that are
// damaged, it runs make as it would have been run, and nothing is recorded. No single quote may be in here.

var fs = require("fs")

if (process.env.SEND_METRICS_NODE_OPTIONS !== undefined) {
  process.env.NODE_OPTIONS = process.env.SEND_METRICS_NODE_OPTIONS
  delete process.env.SEND_METRICS_NODE_OPTIONS
}

var wraps = process.argv[2] === "wrap"
if (!process.getBuiltinModule) tooOld()
else start()

function tooOld() {
  if (wraps) return runMake()
  process.stderr.write("send-metrics: this is Node " + process.versions.node + "; it needs Node 20.19, 22.12, or 24 and later\n")
  process.exit(1)
}

function start() {
  try {
    require("./load.js")(runMake)
  } catch (error) {
    if (!wraps) throw error
    runMake()
  }
}

function runMake() {
  spawn(read(process.argv.slice(3)))
}

// The command line of `wrap`; without a target, a whole one of make is after the `--`.
function read(rest) {
  var end = rest.indexOf("--")
  var own = end === -1 ? rest : rest.slice(0, end)
  var after = end === -1 ? [] : rest.slice(end + 1)
  var wanted = { make: process.env.MAKE || "make", args: [], forwarded: false }
  var target
  for (var at = 0; at < own.length; at++) {
    var pair = /^(--make|--file|--name)=(.*)$/.exec(own[at]) || /^(-f)(.+)$/.exec(own[at])
    var name = pair ? pair[1] : own[at]
    var value = /^(--make|--file|--name|-f)$/.test(name) ? (pair ? pair[2] : own[++at]) : ""
    if (name === "--make") wanted.make = value
    else if (name === "--file" || name === "-f") wanted.args.push("-f", value)
    else if (name === "--forwarded") wanted.forwarded = true
    else if (name.charAt(0) !== "-") target = name
  }
  if (target) wanted.args = wanted.args.concat(quiet(), prefix() + target, after)
  else if (after.length > 0) wanted = { make: after[0], args: after.slice(1), forwarded: wanted.forwarded }
  else process.exit(2)
  return wanted
}

function quiet() {
  var flags = process.env.MAKEFLAGS || ""
  return Number(process.env.MAKELEVEL || 0) > 0 && !/^[A-Za-z]*w|(?:^| )-[A-Za-z]*w/.test(flags) ? ["--no-print-directory"] : []
}

function spawn(wanted) {
  // As in `make -s`: words that are no program together.
  var parts = /\s/.test(wanted.make) && !fs.existsSync(wanted.make) ? wanted.make.trim().split(/\s+/) : [wanted.make]
  var env = wanted.forwarded ? standInEnvironment() : process.env
  var more = wanted.forwarded ? notHandedDown() : []
  // The signals of a terminal reach make by themselves; what is sent to us alone is passed on.
  var child
  process.on("SIGINT", function () {})
  process.on("SIGQUIT", function () {})
  process.on("SIGTERM", function () {
    if (child) child.kill("SIGTERM")
  })
  child = require("child_process").spawn(parts[0], parts.slice(1).concat(more, wanted.args), { stdio: streams(), env: env })
  child.on("error", function (error) {
    process.stderr.write("send-metrics: cannot run " + wanted.make + ": " + error.message + "\n")
    process.exit(127)
  })
  child.on("exit", function (code, signal) {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code)
  })
}

// The prefix from the nearest project file, up to the git root.
function prefix() {
  for (var folder = "."; fs.existsSync(folder); folder += "/..") {
    try {
      return JSON.parse(fs.readFileSync(folder + "/send-metrics.json", "utf8")).prefix || "impl-"
    } catch (error) {
      if (error.code !== "ENOENT" || fs.existsSync(folder + "/.git") || folder.length > 300) return "impl-"
    }
  }
  return "impl-"
}

// The three streams, and the jobserver of make where MAKEFLAGS names one pipe; see src/wrap/descriptors.ts.
function streams() {
  var stdio = ["inherit", "inherit", "inherit"]
  var named = /.*--jobserver-(?:auth|fds)=(\d+),(\d+)/.exec(process.env.MAKEFLAGS || "")
  if (!named) return stdio
  try {
    var ends = [fs.fstatSync(Number(named[1])), fs.fstatSync(Number(named[2]))]
    if (!ends[0].isFIFO() || ends[0].ino !== ends[1].ino) return stdio
  } catch (error) {
    return stdio
  }
  var most = Math.max(named[1], named[2])
  for (var at = 3; at <= most; at++) stdio.push(at === Number(named[1]) || at === Number(named[2]) ? at : "ignore")
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
  if (env.SEND_METRICS_INSIDE === undefined) env.SEND_METRICS_INSIDE = ""
  var flags = env.MAKEFLAGS || ""
  var first = flags.split(/\s/)[0]
  if (flags && first.charAt(0) !== "-" && first.indexOf("=") === -1 && !/(?:^| )-O(?!none|recurse)/.test(flags)) {
    env.MAKEFLAGS = flags.replace(/^(?:(?![jlIOCfoWE])[A-Za-z])+/, function (letters) {
      return letters.replace("w", "")
    })
  }
  return env
}

// -o and -W of the make that started us, each with its file: it does not hand them down.
function notHandedDown() {
  var found = []
  try {
    var given = fs
      .readFileSync("/proc/" + process.ppid + "/cmdline", "utf8")
      .split("\0")
      .slice(1, -1)
    for (var at = 0; at < given.length && given[at] !== "--"; at++) {
      if (/^-[A-Za-z]*[oW]$/.test(given[at])) found.push("-" + given[at].slice(-1), given[++at])
      else if (/^-[oW]./.test(given[at])) found.push(given[at])
      else if (/^-[A-Za-z]*[CfI]$/.test(given[at])) at++
    }
  } catch (error) {
    // No /proc.
  }
  return found
}

/*
'
# */
":" //; send_metrics_main "$@"
