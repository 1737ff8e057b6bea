#!/bin/sh
# make runs this in place of a shell, by a link whose path ends in that of the real one. It notes when a recipe line
# began, when it ended and how, and ends as the line did. A line that cannot be noted runs all the same.
# Format of the notes: src/spans/read-lines.ts. line.c does the same faster, and exactly; docs/spans.md.
case $0 in
*/by-path/*) real=${0##*/by-path} ;;
*) real=${0##*/} ;;
esac
target=${SEND_METRICS_TARGET-} log=${SEND_METRICS_SPANS-}
unset SEND_METRICS_TARGET

# Not a line of a recipe: $(shell …), or a script that a recipe hands to $(SHELL). And what one write cannot hold.
[ "$log" ] && [ "$target" ] && [ ${#target} -lt 1000 ] || exec "$real" "$@"
# What this shell has to say of a child's death goes to a file, not to the person, so it needs a free descriptor.
[ -e /proc/$$/fd/2 ] && [ ! -e /proc/$$/fd/9 ] || exec "$real" "$@"
{
  read -r now rest </proc/uptime && printf 's %s %s %s u%s %s\n' $$ $PPID "$MAKELEVEL" "$now" "$target" >>"$log"
} 2>/dev/null || exec "$real" "$@"
command exec 9>&2 2>>"$log.deaths" || exec "$real" "$@"

# A line in which there is nothing for a shell to do make would start by itself, and so does this where that is certain:
# one start less, and a Ctrl-C that the program outlives is its own affair.
if [ "$real $# $1" = '/bin/sh 2 -c' ]; then
  case $2 in
  *[!A-Za-z0-9_./+:,@%=\ -]*) ;;
  *)
    first=${2%% *}
    case $first in
    '' | *=* | . | : | alias | bg | break | builtin | case | cd | chdir | command | continue | coproc | declare | dirs | do) ;;
    done | echo | elif | else | enable | esac | eval | exec | exit | export | false | fc | fg | fi | for | function) ;;
    getopts | hash | help | history | if | in | jobs | kill | let | local | login | logout | popd | printf | pushd | pwd) ;;
    read | readonly | return | select | set | shift | shopt | source | suspend | test | then | time | times | trap | true) ;;
    type | typeset | ulimit | umask | unalias | unset | until | wait | while) ;;
    */*) [ -f "$first" ] && [ -x "$first" ] && real= && set -f -- $2 ;;
    *) command -v "$first" >/dev/null 2>&1 && real= && set -f -- $2 ;;
    esac
    ;;
  esac
fi

# A terminal's signals are for the line, which may take its time; this waits for it.
trap 'pressed=130' INT
trap 'pressed=131' QUIT
(exec ${real:+"$real"} "$@" 2>&9 9>&-)
status=$?
{
  read -r now rest </proc/uptime && printf 'e %s u%s %s\n' $$ "$now" $status >>"$log"
} 2>/dev/null
# Died of a signal, or exited with that number? Shells tell of the first, except of what a terminal sends.
if [ $status -gt 128 ] && { [ "${pressed-}" = $status ] || [ -s "$log.deaths" ]; }; then
  { : >"$log.deaths" && ulimit -c 0; } 2>/dev/null
  trap - INT QUIT
  kill -$((status - 128)) $$
fi 2>/dev/null
exit $status
