# shellcheck shell=bash
# Sourced. A block of 40 ports that nobody uses, for clusters beside each other.
#
# Blocks lie below the range that the kernel hands out by itself, so that no outgoing connection takes a port while its engine
# is being restarted. Who has which block stands in a folder that all clusters of this user share; an entry counts as long as
# the cluster's folder records that block.

# choose_ports COMMAND: sets BASE_PORT, then runs COMMAND (which records it) before anybody else may choose.
choose_ports() {
  local all=${TMPDIR:-/tmp}/vitrina-ports-$UID lock block owner
  mkdir -p "$all"
  exec {lock}> "$all/lock"
  flock "$lock"
  for block in $(shuf -i 0-279); do
    BASE_PORT=$((20000 + 40 * block))
    owner=$(cat "$all/$BASE_PORT" 2> /dev/null || true)
    if [ -n "$owner" ] && grep -qs "^BASE_PORT=\"$BASE_PORT\"" "$owner/cluster.env"; then
      continue
    fi
    if ports_are_free; then
      echo "$CLUSTER_DIR" > "$all/$BASE_PORT"
      "$@"
      exec {lock}>&-
      return 0
    fi
  done
  fail "no block of 40 free ports between 20000 and 31200; stop a cluster, or say BASE_PORT=number"
}

# Whether nothing listens on any port of the block.
ports_are_free() {
  local address state port
  while read -r _ address _ state _; do
    [ "$state" = 0A ] || continue
    port=$((16#${address##*:}))
    ((port < BASE_PORT || port >= BASE_PORT + 40)) || return 1
  done < <(cat /proc/net/tcp /proc/net/tcp6 2> /dev/null)
}
