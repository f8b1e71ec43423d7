# shellcheck shell=bash
# Sourced by tests that need a cluster. One of its own is made where they said what to start (ENGINES, BROKERS, DATANODES) before
# sourcing, and is stopped and removed at the end. With VITRINA_TRIAL, a folder, tests share the cluster in it, Kafka and HDFS, which
# stays: one start serves all of make test (cmake/folders.cmake), and goes with the test that has VITRINA_TRIAL_LAST. SCRATCH is the test's own folder; settings_of gives it topics of its own.
#
# Where a test fails its logs are shown, and copied to KEEP where that is set.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
if [ -n "${VITRINA_TRIAL:-}" ]; then
  export CLUSTER_DIR=$VITRINA_TRIAL
  unset ENGINES BROKERS DATANODES BASE_PORT
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/vitrina-trial.XXXXXX")
else
  CLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/vitrina-cluster.XXXXXX")
  export CLUSTER_DIR BASE_PORT=free ENGINES BROKERS=${BROKERS:-1} DATANODES=${DATANODES:-1}
  SCRATCH=$CLUSTER_DIR/data/scratch
fi
mkdir -p "$SCRATCH/log"

finish() {
  local status=$?
  if [ $status != 0 ]; then
    find "$CLUSTER_DIR/log" "$SCRATCH/log" -type f -size +0 -print0 | xargs -0 -r tail -v -n 8 >&2 || true
    [ -z "${KEEP:-}" ] || cp -r "$CLUSTER_DIR" "$SCRATCH" "$KEEP" || true
  fi
  [ -n "${VITRINA_TRIAL:-}" ] && [ -z "${VITRINA_TRIAL_LAST:-}" ] || ops/cluster.sh clean || true
  rm -rf "$SCRATCH"
  exit $status
}
trap finish EXIT

# settings_of PREFIX: cluster.properties and cluster.toml in SCRATCH, of a shop with topics and a key of its own. Once the cluster is up.
settings_of() {
  sed -E "s|^topic.prefix=.*|topic.prefix=$1|; s|^shops.file=.*|shops.file=$SCRATCH/shops.json|" "$CLUSTER_DIR/cluster.properties" > "$SCRATCH/cluster.properties"
  sed -E "s|^topic_prefix = .*|topic_prefix = \"$1\"|; s|^shops_file = .*|shops_file = \"$SCRATCH/shops.json\"|" "$CLUSTER_DIR/cluster.toml" > "$SCRATCH/cluster.toml"
}

# step WHAT: prints it with the seconds since the step before.
step() {
  local now tenths
  now=$(date +%s%N)
  tenths=$(((now - ${last:-$now}) / 100000000))
  printf '%4d.%d s  %s\n' $((tenths / 10)) $((tenths % 10)) "$1"
  last=$now
}

wrong() {
  echo "FAILED: $*" >&2
  exit 1
}

# The processes whose command lines name this cluster's folder, as files of /proc, on one line. (Given by a file, the folder's name is not
# in the command line of grep.)
processes() { { grep -laF -f <(echo "$CLUSTER_DIR") /proc/[0-9]*/cmdline 2> /dev/null || true; } | sort | xargs; }
