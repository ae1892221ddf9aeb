# Becomes R, and leaves a guard behind in R's process group: nothing of the group
# outlives the process that started it, not even when that is killed.
#
# sh guard.sh LIMIT PROGRAM...: standard input is the leash, whose other end only the
# parent holds; standard output is R's pipe to the parent, and standard error the log.
# LIMIT is a number of KiB of memory, or "unlimited".
exec 3<&0 4>&1 </dev/null >&2
(
  trap '' TERM INT HUP QUIT
  exec <&3 3<&- 4>&- >/dev/null 2>&1
  read -r _
  kill -TERM 0
  sleep 0.2
  rm -rf -- "$TMPDIR"
  kill -KILL 0
) &
# What can't be set (on macOS, or above a limit of the system) R still heeds by itself.
[ "$1" = unlimited ] || ulimit -v "$1" 2>/dev/null
shift
exec "$@" 3<&-
