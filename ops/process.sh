# shellcheck shell=bash
# Sourced. Processes by name, each in a session of its own, found again by a recorded id.
#
# $CLUSTER_DIR/pid/NAME holds "id start boot": the process id, when the process began (in ticks after the boot) and which boot
# it was. All three must fit, so that an id which the kernel gave to somebody else is never taken for ours, let alone killed.

boot_id() { cat /proc/sys/kernel/random/boot_id; }

# started_at ID: the ticks; fails where there is no such process, or only what is left of it until its parent looks.
started_at() {
  local stat
  { stat=$(< "/proc/$1/stat"); } 2> /dev/null || return 1
  read -ra stat <<< "${stat##*) }"
  [[ ${stat[0]} != [ZX] ]] && echo "${stat[19]}"
}

# pid_of NAME: its id if it lives, else failure.
pid_of() {
  local pid start boot
  { read -r pid start boot < "$CLUSTER_DIR/pid/$1"; } 2> /dev/null || return 1
  [ "$boot" = "$(boot_id)" ] && [ "$(started_at "$pid")" = "$start" ] && echo "$pid"
}

alive() { pid_of "$1" > /dev/null; }

paused() {
  local pid
  pid=$(pid_of "$1") && grep -q '^State:.T' "/proc/$pid/status"
}

# launch NAME COMMAND…: starts it, detached from this terminal; its output is log/NAME.log, that of the time before
# log/NAME.previous.log. The process records itself before it becomes the command: no moment without a record.
launch() {
  local name=$1 log=$CLUSTER_DIR/log/$1.log
  shift
  [ ! -e "$log" ] || mv -f "$log" "${log%.log}.previous.log"
  (
    cd "$CLUSTER_DIR" || exit 1
    local self=$BASHPID
    echo "$self $(started_at "$self") $(boot_id)" > "pid/$name"
    exec setsid "$@" > "$log" 2>&1 < /dev/null {LOCK}>&-
  ) &
  wait_recorded "$name" $!
}

wait_recorded() {
  until [ "$(cut -d' ' -f1 "$CLUSTER_DIR/pid/$1" 2> /dev/null)" = "$2" ]; do
    kill -0 "$2" 2> /dev/null || fail "$1 did not start"
    sleep 0.02
  done
}

# wait_until NAME COMMAND…: until the command succeeds; fails with the last lines of the log where NAME dies or takes longer
# than START_SECONDS.
wait_until() {
  local name=$1 end=$((SECONDS + START_SECONDS))
  shift
  while true; do
    alive "$name" || fail "$name died; the end of $CLUSTER_DIR/log/$name.log:
$(tail -n 15 "$CLUSTER_DIR/log/$name.log")"
    ! paused "$name" || fail "$name is paused; continue it: ops/engine.sh continue $name"
    ! "$@" > /dev/null 2>&1 || return 0
    ((SECONDS < end)) || fail "$name is not ready after $START_SECONDS s; see $CLUSTER_DIR/log/$name.log"
    sleep 0.1
  done
}

# signal SIGNAL NAME…: to those that live.
signal() {
  local signal=$1 name pid
  shift
  for name in "$@"; do
    if pid=$(pid_of "$name"); then kill "-$signal" "$pid" 2> /dev/null || true; fi
  done
}

any_alive() {
  local name
  for name in "$@"; do
    ! alive "$name" || return 0
  done
  return 1
}

# wait_gone SECONDS NAME…: fails where one of them still lives after that.
wait_gone() {
  local end=$((SECONDS + $1))
  shift
  while any_alive "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

# stop NAME…: asks all of them to end, wakes the paused, kills after STOP_SECONDS who would not, and waits until they are gone.
stop() {
  local name
  signal TERM "$@"
  signal CONT "$@"
  if ! wait_gone "$STOP_SECONDS" "$@"; then
    for name in "$@"; do
      ! alive "$name" || echo "$name did not end within $STOP_SECONDS s and is killed" >&2
    done
    kill_now "$@"
  fi
  for name in "$@"; do rm -f "$CLUSTER_DIR/pid/$name"; done
}

# stop_brokers NAME…: the same for Kafka. Of three, who ends last finds no majority of controllers any more to sign off at, and
# would wait for minutes. It is killed, which loses nothing: what it acknowledged, another has that ended well.
stop_brokers() {
  local alone=0
  signal TERM "$@"
  signal CONT "$@"
  while (($# > 1 && alone < 50)) && any_alive "$@"; do
    (($(count_alive "$@") * 2 > $#)) || alone=$((alone + 1))
    sleep 0.1
  done
  ((alone < 50)) || kill_now "$@"
  stop "$@"
}

count_alive() {
  local name count=0
  for name in "$@"; do
    ! alive "$name" || count=$((count + 1))
  done
  echo $count
}

kill_now() {
  signal KILL "$@"
  wait_gone 60 "$@" || fail "the kernel does not let go of: $*"
}
