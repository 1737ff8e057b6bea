#!/bin/sh
":" /* send-metrics

# A POSIX shell script and JavaScript in one file (docs/decisions/0015-a-door-in-sh.md).
# The shell reads it first. Where nothing can follow a run, or no Node can be started, it becomes make by `exec`;
# otherwise it becomes Node, which is given the JavaScript at the end. (Node that is called with this file sees one long
# comment here.) A shell runs a file as it reads it: each part below ends with what can be told by then, so that a no costs no
# more than it must, and Node is only started from the last line. A file that was damaged by a download, a merge or a full
# disk never gets there, and a makefile that asks first (`--door`) has no answer and runs the target as it is.
# Only what the shell has built in runs on the way to make: each program that is started costs a millisecond.
# To JavaScript an asterisk before a slash ends the comment, so none may be in here.

# Part 1: what the environment, and what is noted of a decision, say of a run here.

# Whether the environment alone says that nothing can follow a run.
sm_is_switched_off() {
  case ${SEND_METRICS_DEBUG-} in '') ;; *) return 1 ;; esac
  case ${DO_NOT_TRACK-} in '' | 0 | [Ff][Aa][Ll][Ss][Ee]) ;; *) return 0 ;; esac
  case ${SEND_METRICS-} in
  '' | [Ll][Oo][Cc][Aa][Ll]) ;;
  [Oo][Nn] | [Oo][Nn]:* | 1 | [Tt][Rr][Uu][Ee] | [Yy][Ee][Ss]) return 1 ;;
  *) return 0 ;;
  esac
  # The general marks of src/context/ci.ts, and services with a mark of their own alone; the others are left to Node.
  case ${CI-} in
  false) return 1 ;;
  ?*) return 0 ;;
  esac
  case ${BUILD_ID-}${BUILD_NUMBER-}${CI_APP_ID-}${CI_BUILD_ID-}${CI_BUILD_NUMBER-}${CI_NAME-}${CONTINUOUS_INTEGRATION-}${RUN_ID-} in
  ?*) return 0 ;;
  esac
  case ${TF_BUILD-}${TEAMCITY_VERSION-}${CODEBUILD_BUILD_ARN-} in ?*) return 0 ;; esac
  return 1
}

# Looks for the project file from here up to the git root, or to the root of the file system: 0 where it is found, 1 where
# there certainly is none, 2 where Node has to look: outside git, one of somebody else's does not count.
sm_find_project() {
  sm_up=. sm_root=
  sm_name=${PWD%/}
  until [ -e "$sm_up/send-metrics.json" ]; do
    if [ -e "$sm_up/.git" ]; then return 1; fi
    if [ ! -e "$sm_up/.." ]; then return 2; fi
    if [ "$sm_up" -ef "$sm_up/.." ]; then return 1; fi
    sm_up=$sm_up/.. sm_name=${sm_name%/*}
  done
  # A link on the way here makes the name one of another folder.
  if [ "${sm_name:-/}" -ef "$sm_up" ]; then sm_root=$sm_name; fi
  if [ "$sm_up" = . ] || [ -O "$sm_up/send-metrics.json" ]; then return 0; fi
  sm_above=$sm_up
  until [ -e "$sm_above/.git" ]; do
    if [ "$sm_above" -ef "$sm_above/.." ] || [ ! -e "$sm_above/.." ]; then return 2; fi
    sm_above=$sm_above/..
  done
}

# Sets sm_known to `no` or `go`, or leaves it where Node has to look. What src/consent/door-notes.ts notes beside the
# decisions counts only while config.json and the project file have the very times that they had then.
sm_read_decision() {
  case ${XDG_CONFIG_HOME-} in
  /*) set -- "$XDG_CONFIG_HOME" ;;
  *) case ${HOME-} in /*) set -- "$HOME/.config" "$HOME/Library/Preferences" ;; *) return 0 ;; esac ;;
  esac
  if [ -n "${APPDATA-}" ]; then set -- "$@" "$APPDATA"; fi
  for sm_config in "$@"; do
    sm_config=$sm_config/send-metrics
    if [ -n "${APPDATA-}" ] && [ -e "$sm_config/Config/config.json" ]; then sm_config=$sm_config/Config; fi
    [ -e "$sm_config/config.json" ] || [ -h "$sm_config/config.json" ] || continue
    if sm_is_as_noted "$sm_config/config.json" "$sm_config/no-to-all/config"; then
      sm_known=no
      return 0
    fi
    [ -n "$sm_root" ] || return 0
    sm_notes=$sm_config/door$sm_root/.notes
    # Nobody else can have made a folder that is ours.
    [ -O "$sm_notes" ] || return 0
    sm_is_as_noted "$sm_config/config.json" "$sm_notes/config" || return 0
    sm_is_as_noted "$sm_up/send-metrics.json" "$sm_notes/project" || return 0
    # Told by what is there: nothing that could be a pipe is opened.
    # Both may be there where a run noted a no while a person said yes.
    if [ -f "$sm_notes/go" ]; then
      [ -f "$sm_notes/no" ] || sm_known=go
    elif [ -f "$sm_notes/no" ]; then
      sm_known=no
    fi
    return 0
  done
}

# Whether a file was last changed between the times of two others. A shell that compares whole seconds is told by these, whose
# times are microseconds apart; it goes by others, seconds apart, which are made only once nothing can change in between.
sm_is_as_noted() {
  if [ "$1" -nt "$2.from" ] && [ "$1" -ot "$2.to" ]; then return 0; fi
  if [ "$2.to" -nt "$2.from" ]; then return 1; fi
  [ "$1" -nt "$2.before" ] && [ "$1" -ot "$2.after" ]
}

# Sets sm_follows to `off` where nothing can follow a run anywhere, to `no` where nothing can in the project around this folder,
# to `maybe` where it depends on what the project file says, else to `yes`.
sm_look() {
  sm_root= sm_known= sm_notes= sm_prefix=impl- sm_follows=yes
  if [ -n "${SEND_METRICS_DEBUG-}" ]; then return 0; fi
  if sm_is_switched_off; then sm_follows=off; return 0; fi
  sm_find_project
  case $? in
  1) sm_follows=no ;;
  2) ;;
  *)
    case $sm_new_line${SEND_METRICS_INSIDE-}$sm_new_line in
    *"$sm_new_line!$sm_root$sm_new_line"*) if [ -n "$sm_root" ]; then sm_follows=no; return 0; fi ;;
    esac
    sm_read_decision
    case $sm_known in
    no) sm_follows=no ;;
    '') sm_follows=maybe ;;
    esac
    ;;
  esac
}

# For makefiles: sets `send_metrics` to the program to start this file with, or to nothing, and `send_metrics_answer`, which it
# also prints, to `go|<program>` or `no|<project>`. They count only if this file was read without an error.
sm_answer() {
  send_metrics=$1 send_metrics_answer=$2
  printf %s "$2"
}

sm_new_line='
'
sm_look
case ${1-}$sm_follows in
--dooroff | --doorno)
  sm_answer '' "no|$sm_root"
  return 0 2>/dev/null || exit 0
  ;;
esac

# Part 2: what the project file says.

# Whether the project file says `"enabled": false`.
sm_is_disabled() {
  sm_read_project && sm_find_key enabled || return 1
  case $sm_after in false*) ;; *) return 1 ;; esac
  sm_trim "${sm_after#false}"
  case $sm_after in [,}]*) return 0 ;; esac
  return 1
}

# Sets sm_prefix to what is before the real target's name; false where only Node can tell.
sm_find_prefix() {
  sm_prefix=impl-
  sm_find_project
  case $? in 1) return 0 ;; esac
  # A run that was recorded, or refused, has noted it.
  if [ -z "$sm_known" ]; then sm_read_decision; fi
  if [ -n "$sm_known" ] && [ -n "$sm_notes" ]; then
    for sm_word in "$sm_notes"/prefix.*; do
      if [ -f "$sm_word" ]; then sm_prefix=${sm_word#"$sm_notes/prefix."}; return 0; fi
    done
  fi
  sm_read_project || return 1
  sm_find_key prefix
  case $? in 1) return 0 ;; 2) return 1 ;; esac
  case $sm_after in '"'*'"'*) ;; *) return 0 ;; esac
  sm_after=${sm_after#?}
  sm_after=${sm_after%%\"*}
  case $sm_after in '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.+-]*) return 1 ;; esac
  sm_prefix=$sm_after
}

# Sets sm_text to the project file, with a question mark for each character that is escaped; false where there is none, where
# it is too long, or where a key could be written in escapes. Reads it once.
sm_read_project() {
  if [ "$sm_text_of" = "$sm_up" ]; then return $sm_unclear; fi
  sm_text= sm_text_of=$sm_up sm_unclear=1
  [ -f "$sm_up/send-metrics.json" ] && [ -r "$sm_up/send-metrics.json" ] || return 1
  # `read` would go on to the end of a line, however long that is. bash tells of each zero byte.
  { sm_text=$(head -c 65537 "$sm_up/send-metrics.json"); } 2>/dev/null || return 1
  [ ${#sm_text} -le 65536 ] || return 1
  sm_unclear=0
  sm_join_blanks
  # What a shell does with a text takes the square of its length, so Node looks at a long one. Each step below copies what is left.
  if [ ${#sm_text} -gt 8192 ]; then sm_unclear=1; return 1; fi
  sm_steps=0 sm_most=$((4000000 / (${#sm_text} + 1)))
  while :; do
    sm_steps=$((sm_steps + 1))
    if [ $sm_steps -gt $sm_most ]; then sm_unclear=1; return 1; fi
    case $sm_text in
    *\\u*) sm_unclear=1 ;;
    *\\*) ;;
    *) return $sm_unclear ;;
    esac
    sm_after=${sm_text#*\\}
    sm_text=${sm_text%%\\*}?${sm_after#?}
  done
}

# Makes one blank of several. What takes them away one by one would take the square of their number.
sm_join_blanks() {
  case $- in *f*) sm_globs=-f ;; *) sm_globs=+f ;; esac
  sm_ifs=${IFS-unset}
  set -f
  IFS=" $sm_new_line	"
  set -- $sm_text
  sm_text=$*
  case $sm_ifs in unset) unset IFS ;; *) IFS=$sm_ifs ;; esac
  set $sm_globs
}

# Sets sm_after to what follows the last `"key":` of the project file's own object; 1 where it has none, 2 where only Node can
# tell.
sm_find_key() {
  sm_before= sm_rest_of_text=$sm_text sm_value= sm_steps=0
  while [ $sm_steps -le $sm_most ]; do
    case $sm_rest_of_text in *"\"$1\""*) ;; *) break ;; esac
    sm_steps=$((sm_steps + 1))
    sm_before=$sm_before${sm_rest_of_text%%"\"$1\""*}
    sm_rest_of_text=${sm_rest_of_text#*"\"$1\""}
    sm_trim "$sm_rest_of_text"
    case $sm_after in :*) if sm_is_at_the_top "$sm_before"; then sm_value=${sm_after#:}; fi ;; esac
    # As long as the key, so that the quotes go on being counted in pairs.
    sm_before="$sm_before\"\""
  done
  [ $sm_steps -le $sm_most ] || return 2
  sm_trim "$sm_value"
  [ -n "$sm_after" ]
}

# Whether a text that ends between two values is inside one object and nothing else. The words inside its quotes do not count.
sm_is_at_the_top() {
  sm_rest=$1 sm_open=
  while [ $sm_steps -le $sm_most ]; do
    sm_steps=$((sm_steps + 1))
    sm_plain=${sm_rest%%\"*}
    while [ $sm_steps -le $sm_most ]; do
      sm_steps=$((sm_steps + 1))
      case $sm_plain in
      *[][{}]*) ;;
      *) break ;;
      esac
      sm_skipped=${sm_plain%%[][\{\}]*}
      sm_plain=${sm_plain#"$sm_skipped"}
      case $sm_plain in
      [[{]*) sm_open=x$sm_open ;;
      *) sm_open=${sm_open#x} ;;
      esac
      sm_plain=${sm_plain#?}
    done
    case $sm_rest in *\"*) ;; *) break ;; esac
    sm_rest=${sm_rest#*\"}
    case $sm_rest in *\"*) ;; *) return 1 ;; esac
    sm_rest=${sm_rest#*\"}
  done
  [ "$sm_open" = x ]
}

sm_trim() {
  sm_after=$1
  while :; do
    case $sm_after in
    [[:space:]]*) sm_after=${sm_after#?} ;;
    *) return 0 ;;
    esac
  done
}

sm_text_of=
if [ "$sm_follows" = maybe ] && sm_is_disabled; then
  sm_follows=no
  case ${1-} in
  --door)
    sm_answer '' "no|$sm_root"
    return 0 2>/dev/null || exit 0
    ;;
  esac
fi

# Part 3: becoming make.

# Whether `wrap` can become make as it was called: it is no mistake, asks for no word of ours, and is about this folder.
sm_can_pass() {
  sm_program=${MAKE:-make} sm_targets= sm_own=yes sm_take= sm_named= sm_elsewhere=
  for sm_word; do
    if [ -n "$sm_take" ]; then
      case $sm_word in '') return 1 ;; esac
      if [ "$sm_take" = make ]; then sm_program=$sm_word; fi
      sm_take=
    elif [ -n "$sm_own" ]; then
      case $sm_word in
      --) sm_own= ;;
      --make) sm_take=make sm_named=yes ;;
      -f | --file) sm_take=file sm_named=yes ;;
      --name) sm_take=name ;;
      --make=?*) sm_program=${sm_word#*=} sm_named=yes ;;
      -f?* | --file=?*) sm_named=yes ;;
      --name=?* | --spans) ;;
      -* | '' | *=*) return 1 ;;
      *) sm_targets=x$sm_targets ;;
      esac
    elif [ -z "$sm_targets" ]; then
      case $sm_word in --[!d]* | --de*) ;; -*C* | --d*) sm_elsewhere=yes ;; esac
      if [ "$sm_named" = program ]; then continue; fi
      case $sm_word$sm_named in '' | -* | *yes) return 1 ;; esac
      sm_program=$sm_word sm_named=program
    fi
  done
  case $sm_take$sm_targets$sm_named in x | xyes | program) ;; *) return 1 ;; esac
  # The message about one that is missing is Node's.
  command -v "${sm_program%%[[:space:]]*}" >/dev/null 2>&1
}

# Tells the runs inside this one that nobody is asked in the middle of it, and the tracer of a run around this one that
# nothing in here is to be noted, as src/wrap/plan.ts does.
sm_mark() {
  if [ -n "$sm_root" ]; then
    SEND_METRICS_INSIDE=${SEND_METRICS_INSIDE:+$SEND_METRICS_INSIDE$sm_new_line}!$sm_root
  else
    SEND_METRICS_INSIDE=${SEND_METRICS_INSIDE-}
  fi
  export SEND_METRICS_INSIDE
  if [ -z "${SEND_METRICS_SPANS-}" ]; then return 0; fi
  unset SEND_METRICS_SPANS
  sm_others=
  for sm_word in ${MAKEFILES-}; do
    case $sm_word in *[/]sub.mk) ;; *) sm_others=${sm_others:+$sm_others }$sm_word ;; esac
  done
  if [ -n "$sm_others" ]; then MAKEFILES=$sm_others; else unset MAKEFILES; fi
}

# Becomes make, for a command line of `wrap`.
sm_make() {
  sm_program=${MAKE:-make} sm_target= sm_own=yes sm_left=$#
  while [ "$sm_left" -gt 0 ]; do
    sm_word=$1
    shift
    sm_left=$((sm_left - 1))
    if [ -z "$sm_own" ]; then
      set -- "$@" "$sm_word"
      continue
    fi
    sm_value=${sm_word#*=}
    case $sm_word in
    --make | --file | -f | --name)
      if [ "$sm_left" -eq 0 ]; then exit 2; fi
      sm_value=$1
      shift
      sm_left=$((sm_left - 1))
      ;;
    -f?*) sm_value=${sm_word#-f} ;;
    esac
    case $sm_word in
    --)
      sm_own=
      if [ -n "$sm_target" ]; then
        sm_be_quiet "$@"
        set -- "$@" $sm_quiet "$sm_prefix$sm_target"
      fi
      ;;
    --make | --make=*) sm_program=$sm_value ;;
    --name | --name=*) ;;
    -f* | --file | --file=*) set -- "$@" -f "$sm_value" ;;
    --forwarded) sm_stand_in ;;
    -*) ;;
    *) sm_target=$sm_word ;;
    esac
  done
  if [ -n "$sm_own" ]; then
    if [ -z "$sm_target" ]; then exit 2; fi
    sm_be_quiet "$@"
    set -- "$@" $sm_quiet "$sm_prefix$sm_target"
  fi
  if [ -z "$sm_target" ]; then exec "$@"; fi
  # As in `make -s`: words that are no program together.
  case $sm_program in
  *[[:space:]]*) if ! command -v "$sm_program" >/dev/null 2>&1; then exec $sm_program "$@"; fi ;;
  esac
  exec "$sm_program" "$@"
}

# A make below another one announces its folder; typed by hand it would not. Sets sm_quiet for these words of make.
sm_be_quiet() {
  sm_quiet=
  case ${MAKELEVEL:-0} in 0) return 0 ;; esac
  sm_quiet=--no-print-directory
  sm_first=yes
  for sm_flag in ${MAKEFLAGS-} "$@"; do
    case $sm_flag in
    --no-print-d*) return 0 ;;
    --print-d*) sm_quiet= ;;
    -- | --* | *=*) ;;
    -*w*) sm_quiet= ;;
    *w*) case ${MAKEFLAGS-} in "$sm_flag"*) sm_quiet= ;; esac ;;
    esac
  done
}

# Takes back what the make that started us added for a make below it, as src/wrap/stand-in.ts does.
sm_stand_in() {
  unset MFLAGS
  case ${MAKELEVEL:-0} in
  0 | 1) unset MAKELEVEL ;;
  *) MAKELEVEL=$((MAKELEVEL - 1)) ;;
  esac
}

# Where make goes to another folder, the project is the one there.
sm_passes() {
  shift
  sm_can_pass "$@" || return 1
  case $sm_follows$sm_elsewhere in off* | no) ;; *) return 1 ;; esac
  [ -z "$sm_targets" ] || sm_find_prefix
}

case ${1-} in
wrap)
  if sm_passes "$@"; then
    shift
    sm_mark
    sm_make "$@"
  fi
  ;;
esac

# Part 4: becoming Node.

# Sets sm_node to the first Node on PATH that can be started and is new enough. One that is noted is known to be;
# a script or a program of many names (asdf, nodenv, Volta, mise) is asked which Node it would start.
sm_find_node() {
  sm_node= sm_noted=false
  # The part for Node is not whole; a test holds the number to what is below.
  if [ ${#sm_script} -ne 11015 ]; then return 1; fi
  case $- in *f*) sm_globs=-f ;; *) sm_globs=+f ;; esac
  sm_ifs=${IFS-unset}
  set -f
  IFS=:
  for sm_folder in ${PATH-}; do
    sm_found=${sm_folder:-.}/node
    [ -f "$sm_found" ] && [ -x "$sm_found" ] || continue
    # The shell itself would tell of one that dies of a signal.
    if sm_is_good "$sm_found" 2>/dev/null; then break; fi
    sm_node=
  done
  case $sm_ifs in unset) unset IFS ;; *) IFS=$sm_ifs ;; esac
  set $sm_globs
  [ -n "$sm_node" ]
}

# Whether a Node is good, and which one it is: sets sm_node. A noted one is asked all the same where other libraries may be loaded.
sm_is_good() {
  sm_node=$1
  if [ "$sm_known" = go ] && [ -z "${LD_LIBRARY_PATH-}${LD_PRELOAD-}${DYLD_LIBRARY_PATH-}${DYLD_INSERT_LIBRARIES-}" ] &&
    [ "$1" -ef "$sm_notes/node" ] && sm_is_as_noted "$1" "$sm_notes/node" && sm_has_its_libraries; then
    # With the times that serve any shell, nothing is left to be noted.
    if [ -e "$sm_notes/config.after" ] && [ -e "$sm_notes/project.after" ]; then sm_noted=true; fi
    return 0
  fi
  sm_line=
  IFS= read -r sm_line <"$1"
  case $sm_line in
  '#!'*) sm_is_shim=yes ;;
  *) if [ "$1" -ef "${1%node}npm" ]; then sm_is_shim=yes; else sm_is_shim=; fi ;;
  esac
  # A version manager may wait for an answer, or for a download.
  sm_limit=
  if [ -n "$sm_is_shim" ] && command -v timeout >/dev/null; then sm_limit='timeout 5'; fi
  if [ -n "$sm_is_shim" ]; then
    sm_line=$(sm_set_aside; IFS=" "; $sm_limit "$1" -p 'process.version + process.execPath' </dev/null) || return 1
    sm_node=${sm_line#"${sm_line%%/*}"}
    [ -x "$sm_node" ] || return 1
  else
    sm_line=$(sm_set_aside; "$1" --version </dev/null) || return 1
  fi
  case $sm_line in
  v20.19.* | v20.[2-9][0-9].* | v22.1[2-9].* | v22.[2-9][0-9].* | v23.* | v2[4-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) return 0 ;;
  esac
  return 1
}

# Whether nothing was put into, or taken from, the folders of the libraries that the noted Node has loaded.
sm_has_its_libraries() {
  sm_at=0
  while [ -h "$sm_notes/library.$sm_at" ]; do
    sm_is_as_noted "$sm_notes/library.$sm_at" "$sm_notes/library.$sm_at" || return 1
    sm_at=$((sm_at + 1))
  done
}

# Takes what speaks to Node out of the environment: it is meant for the target, and may keep ours from starting or ending. The
# JavaScript below puts it back. Only whom to trust is for us, too.
sm_set_aside() {
  sm_options=${NODE_OPTIONS-} sm_aside=
  for sm_word in NODE_OPTIONS NODE_V8_COVERAGE NODE_DEBUG NODE_DEBUG_NATIVE NODE_REDIRECT_WARNINGS NODE_CHANNEL_FD \
    NODE_CHANNEL_SERIALIZATION_MODE NODE_UNIQUE_ID OPENSSL_CONF; do
    eval "sm_value=\${$sm_word-}"
    if [ -z "$sm_value" ]; then continue; fi
    eval "SEND_METRICS_ASIDE_$sm_word=\$sm_value"
    export "SEND_METRICS_ASIDE_$sm_word"
    unset "$sm_word"
    sm_aside="$sm_aside $sm_word"
  done
  case $sm_options in
  *--use-system-ca*) NODE_OPTIONS=--use-system-ca ;;
  *--use-openssl-ca*) NODE_OPTIONS=--use-openssl-ca ;;
  esac
  if [ -n "${NODE_OPTIONS-}" ]; then export NODE_OPTIONS; fi
}

# Becomes Node, which is given the JavaScript itself: of a file it would first read each package.json around it, and
# end at one that is damaged.
sm_start() {
  sm_set_aside
  # Without the ends of the comments around it.
  sm_line=${sm_script#??????}
  exec "$sm_node" -e "var noted = $sm_noted, aside = \"$sm_aside\"${sm_line%???}" "$0" "$@"
}

# Says once a day at a terminal, to somebody who said yes, why nothing is recorded.
sm_hint() {
  if [ "${sm_known-}" != go ] || [ ! -t 0 ]; then return 0; fi
  if [ -e "$sm_notes/hinted" ] && [ ! -f "$sm_notes/hinted" ]; then return 0; fi
  if [ -n "$(find "$sm_notes/hinted" -mtime -1 2>/dev/null)" ]; then return 0; fi
  { : >"$sm_notes/hinted"; } 2>/dev/null || return 0
  { echo 'send-metrics: not recorded, no Node that can be started is on PATH; to see why: node --version' >/dev/tty; } 2>/dev/null
}

# The number of words comes before them: a last line that was cut off has another one, and does nothing.
sm_main() {
  case ${1-} in $(($# - 1))) shift ;; *) return 1 ;; esac
  if sm_find_node; then
    case ${1-} in
    --door) sm_answer /bin/sh 'go|/bin/sh' ;;
    *) sm_start "$@" ;;
    esac
    return 0
  fi
  case ${1-} in
  --door)
    sm_hint
    sm_answer '' ''
    ;;
  wrap)
    shift
    sm_hint
    sm_find_prefix
    sm_mark
    sm_make "$@"
    ;;
  *)
    echo 'send-metrics: no Node that can be started is on PATH; it needs Node 20.19, 22.12, or 24 and later' >&2
    exit 1
    ;;
  esac
}

sm_script='
# */

// On the way to make this parses on any Node. Where the rest cannot run, for an old Node or for files that are
// damaged, it runs make as it would have been run, and nothing is recorded. No single quote may be in here.

var fs = require("fs")
var path = require("path")

// The shell has set these aside; SEND_METRICS_ASIDE_ is before the name of each.
var names = typeof aside === "string" ? aside.split(" ") : []
for (var one = 1; one < names.length; one++) {
  process.env[names[one]] = process.env["SEND_METRICS_ASIDE_" + names[one]]
  delete process.env["SEND_METRICS_ASIDE_" + names[one]]
}

var wraps = process.argv[2] === "wrap"
if (!process.getBuiltinModule) tooOld()
else start()

function tooOld() {
  if (wraps) return runMake()
  process.stderr.write("send-metrics: this is Node " + process.versions.node + "; it needs Node 20.19, 22.12, or 24 and later\n")
  process.exit(1)
}

// Whatever goes wrong before a target runs, for a damaged file or a fault of ours, make is run as it is.
function start() {
  try {
    var bin = path.dirname(fs.realpathSync.native(process.argv[1]))
    loader(bin, wraps ? codeFolder() : undefined)("./main.js").main(runMake, typeof noted === "boolean" && noted)
  } catch (error) {
    if (wraps) return runMake()
    process.stderr.write("send-metrics: its own files are damaged (" + error.message.split("\n")[0] + "); install it anew, or restore " + path.dirname(bin || process.argv[1]) + "\n")
    process.exit(1)
  }
}

// Where compiled code is kept. It is made with the first decision; before one, nothing is written anywhere, or believed.
function codeFolder() {
  var chosen = process.env.XDG_CACHE_HOME
  var home = path.isAbsolute(process.env.HOME || "") && process.env.HOME
  var base = chosen && path.isAbsolute(chosen) ? chosen : home && home + "/.cache"
  if (!base || !isDecided(home) || !isOurs(base + "/send-metrics")) return undefined
  var folder = base + "/send-metrics/code"
  return !fs.existsSync(folder) || isOurs(folder) ? folder : undefined
}

// Whether there is a file of decisions, where src/disk/places.ts has it.
function isDecided(home) {
  var chosen = process.platform === "win32" ? process.env.APPDATA : process.env.XDG_CONFIG_HOME
  var base = chosen && path.isAbsolute(chosen) ? chosen : home && home + (process.platform === "darwin" ? "/Library/Preferences" : "/.config")
  return Boolean(base) && fs.existsSync(base + (process.platform === "win32" ? "/send-metrics/Config" : "/send-metrics") + "/config.json")
}

// In a folder of somebody else, root would leave files that lock its owner out. A link says nothing of who made what is behind it.
function isOurs(folder) {
  try {
    return isOwn(fs.statSync(folder)) && isOwn(fs.lstatSync(folder), true)
  } catch (error) {
    return false
  }
}

// As src/disk/own.ts has it: V8 runs whatever it is given, so nobody else may have written it.
function isOwn(stat, mayBeLink) {
  if (!process.geteuid) return true
  if (stat.uid !== process.geteuid()) return false
  return (mayBeLink && stat.isSymbolicLink()) || !(stat.mode & 2 || (stat.mode & 16 && stat.gid !== stat.uid))
}

// Loads files of dist/, each of which is a function, with what V8 made of them in earlier runs. The cache of Node itself has no
// function that was not needed at once, and a run would compile them all again (docs/decisions/0014). Throws where a file is
// damaged. Not by `require`, which reads each package.json on the way, and ends at one that is damaged.
function loader(bin, folder) {
  var Script = require("vm").Script
  var dist = path.join(bin, "../dist") + "/"
  // The files of this run, by name: { exports, script, file, data, runs }.
  var files = {}
  if (folder) process.on("exit", keep)
  return load

  function load(name) {
    if (name.charAt(0) !== ".") return require(name)
    if (files[name]) return files[name].exports
    var text = fs.readFileSync(dist + name, "utf8")
    var at = { exports: {}, file: folder && codeFile(dist + name, text), data: undefined, runs: 0 }
    if (at.file) recall(at)
    at.script = new Script(text, { filename: dist + name, cachedData: at.data })
    if (at.script.cachedDataRejected) at.runs = 0
    files[name] = at
    at.script.runInThisContext()(at.exports, load, at, dist + name, dist.slice(0, -1))
    return at.exports
  }

  // A name for the very text, which begins with a sum of itself, and for this Node; the time is for a file that somebody edits.
  function codeFile(file, text) {
    var time = Math.floor(fs.statSync(file).mtimeMs).toString(36)
    return folder + "/" + process.version + "-" + process.arch + "-" + path.basename(file) + "-" + text.slice(2, 18) + "-" + time
  }

  // The first runs find most functions; a few later ones look for more.
  function keep() {
    // So many runs add to the code that is kept, whatever they find; later ones only what is new.
    var firstRuns = 3
    for (var name in files) {
      if (files[name].runs >= firstRuns && process.pid % 64 !== 0) continue
      try {
        return require(path.join(bin, "keep-code.js"))(files, firstRuns)
      } catch (error) {
        // It is damaged, or a package.json around it is.
        return
      }
    }
  }
}

// Format: "sm-code1", the number of runs that have added to it as one digit, seven spaces, the code twice: V8 believes
// whatever it is given, and what a crash of the machine has damaged would crash Node before make is started.
function recall(at) {
  var descriptor
  try {
    // No link is followed, and nothing waits on a pipe.
    descriptor = fs.openSync(at.file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
    var stat = fs.fstatSync(descriptor)
    if (!stat.isFile() || !isOwn(stat)) return
    var bytes = fs.readFileSync(descriptor)
    var middle = 16 + (bytes.length - 16) / 2
    var data = bytes.subarray(16, middle)
    if (bytes.latin1Slice(0, 8) !== "sm-code1" || !data.equals(bytes.subarray(middle))) return
    at.data = data
    at.runs = Number(bytes.latin1Slice(8, 9))
  } catch (error) {
    // There is none yet.
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
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
  var named = /^[^]*--jobserver-(?:auth|fds)=(\d+),(\d+)/.exec(process.env.MAKEFLAGS || "")
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
":" //; sm_main $# "$@"
