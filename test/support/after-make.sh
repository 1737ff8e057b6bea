#!/bin/sh
# For the trap of a recipe, in place of a pause: `after-make 2; trap - INT; kill -INT $$`. Waits until each make above it
# has looked at the signal of that number, which shows as a handler that is gone (proc(5): SigCgt is a mask of those that
# have one): GNU make 4.3 itself stumbles, "wait: No child processes", over a recipe that is dead before.
# Only for signals that all of them get, as from a terminal; what is above that has a session of its own, and another make.
look() {
  name='' parent=1 session=0 caught=0
  while read -r key value _; do
    case $key in
      Name:) name=$value ;;
      PPid:) parent=$value ;;
      NSsid:) session=$value ;;
      SigCgt:) caught=$((0x$value >> ($2 - 1) & 1)) ;;
    esac
  done 2>/dev/null <"/proc/$1/status"
}

look $$ "$1"
own=$session
# Elsewhere there is no /proc to look into.
[ "$own" -gt 0 ] || exec sleep 0.5
pid=$PPID
while look "$pid" "$1" && [ "$session" = "$own" ]; do
  case $name in
    make* | gmake*) [ "$caught" -eq 0 ] || { sleep 0.01; continue; } ;;
  esac
  pid=$parent
done
