#!/usr/bin/env bash
# make bench-cluster BENCH=mllib: our iALS against MLlib's ALS on the same pairs, Spark master, cores, rank and number of epochs. Prints
# seconds and CPU seconds of each, and Recall@20 and NDCG@20 of both on held-out pairs by the core's own metrics; the same as JSON
# in $BENCH_OUT/mllib.json (build/bench-cluster). Starts a cluster of its own at free ports.
#
#   MLLIB_DATA      a folder with train.txt.gz, valid.txt.gz, test.txt.gz (`user item item …`); without it a shop is made up
#   MLLIB_MASTERS   where it runs, one after the other ('local[2]'; also standalone, yarn)
#   MLLIB_RANK (64), MLLIB_EPOCHS (12), MLLIB_REPEATS (2; the best of each counts), MLLIB_SEED (1), MLLIB_SLICES (2), MLLIB_BLOCKS (2)
#   MLLIB_SETTINGS  alpha/regParam of MLlib; OURS_SETTINGS: α0/λ of ours. Of several the best on the validation pairs counts, by NDCG@20
set -euo pipefail
: "${MLLIB_MASTERS:=local[2]}" "${MLLIB_RANK:=64}" "${MLLIB_EPOCHS:=12}" "${MLLIB_REPEATS:=2}" "${MLLIB_SEED:=1}" "${MLLIB_SLICES:=2}" "${MLLIB_BLOCKS:=2}"
: "${MLLIB_SETTINGS:=40/0.05 100/0.05 100/0.2}" "${OURS_SETTINGS:=0.01/0.005 0.005/0.005 0.005/0.002}"
ENGINES=hdfs
# MLlib computes in Java: it gets the optimising compiler, a parallel collector and stacks that its long lineages need.
export SUBMIT_HEAP=${SUBMIT_HEAP:-4g} SUBMIT_JAVA=${SUBMIT_JAVA:--XX:TieredStopAtLevel=4 -XX:-UseSerialGC -XX:+UseParallelGC -Xss4m}
[[ $MLLIB_MASTERS != *standalone* ]] || ENGINES+=' spark'
[[ $MLLIB_MASTERS != *yarn* ]] || ENGINES+=' yarn'
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"
out=$(realpath -m "${BENCH_OUT:-build/bench-cluster}")
mkdir -p "$out"
engines=$(realpath -m "${VITRINA_ENGINES:-build/engines}")

[ -f build/jvm/spark/vitrina-spark.jar ] || tools/build_jvm.sh
tools/build.sh release vitrina_factorisation > /dev/null
ops/fetch.sh mllib
mkdir -p build/jvm/mllib
javac -Xlint:all,-classfile,-path,-processing,-serial -Werror --release 17 -d build/jvm/mllib/classes \
  -cp "build/jvm/spark/vitrina-spark.jar:$engines/spark/jars/*:$engines/mllib/*" jvm/mllib/AgainstMllib.java 2> build/jvm/mllib/javac.log ||
  { cat build/jvm/mllib/javac.log >&2; exit 1; }
jar --create --file build/jvm/mllib/against-mllib.jar -C build/jvm/mllib/classes .
cp build/jvm/spark/vitrina-spark.jar build/jvm/mllib/against-mllib.jar build/release/vitrina_factorisation "$CLUSTER_DIR" # a build beside it harms nothing
jars=$CLUSTER_DIR/vitrina-spark.jar,$(printf '%s\n' "$engines"/mllib/*.jar | paste -sd,)

data=${MLLIB_DATA:-}
files=("$data"/{train,valid,test}.txt.gz)
if [ ! -f "${files[0]}" ]; then
  [ -z "$data" ] || echo "skipped: data not found (${files[0]}); a made-up shop instead"
  mkdir "$CLUSTER_DIR/shop"
  "$CLUSTER_DIR/vitrina_factorisation" made "$CLUSTER_DIR/shop"
  files=("$CLUSTER_DIR"/shop/{train,valid,test}.txt)
fi
export ENGINES
ops/cluster.sh up > /dev/null
root=$(sed -n 's/^fs.defaultFS=//p' "$CLUSTER_DIR/cluster.properties")/vitrina

# run STAGE MASTER REPEATS OURS MLLIB: the lines of JSON of one session, with the figures of what it left.
run() {
  local stage=$1 master=$2 made=$CLUSTER_DIR/$1 name
  if [ ! -d "$made" ]; then
    mkdir "$made"
    "$CLUSTER_DIR/vitrina_factorisation" prepare "$made" "$stage" "${files[@]}"
  fi
  SPARK_MASTER=$master ops/submit.sh spark --jars "$jars" --class io.vitrina.spark.AgainstMllib \
    --conf spark.executor.extraJavaOptions=-Xss4m --conf spark.executor.memory=2g --conf spark.executor.memoryOverhead=1g "$CLUSTER_DIR/against-mllib.jar" \
    MADE="$made" ROOT="$root/$stage" RANK="$MLLIB_RANK" EPOCHS="$MLLIB_EPOCHS" SEED="$MLLIB_SEED" REPEATS="$3" SLICES="$MLLIB_SLICES" \
    MLLIB_BLOCKS="$MLLIB_BLOCKS" OURS="$4" MLLIB="$5" > "$made/runs" 2> "$CLUSTER_DIR/log/against-mllib.out" ||
    { tail -40 "$CLUSTER_DIR/log/against-mllib.out" >&2; return 1; }
  cat "$made/runs"
  for name in $4; do "$CLUSTER_DIR/vitrina_factorisation" measure "$made" "ours-${name/\//-}"; done
  for name in $5; do "$CLUSTER_DIR/vitrina_factorisation" measure "$made" "mllib-${name/\//-}"; done
}

load=$(cut -d' ' -f1 /proc/loadavg)
{
  ours=$OURS_SETTINGS mllib=$MLLIB_SETTINGS
  if [[ $ours$mllib == *' '* ]]; then
    run choosing 'local[2]' 1 "$ours" "$mllib" > "$CLUSTER_DIR/choosing.lines"
    sed 's/^{/{"stage": "choosing", /' "$CLUSTER_DIR/choosing.lines"
    ours=$(python3 jvm/mllib_table.py choose ours "$CLUSTER_DIR/choosing.lines")
    mllib=$(python3 jvm/mllib_table.py choose mllib "$CLUSTER_DIR/choosing.lines")
  fi
  for master in $MLLIB_MASTERS; do
    run testing "$master" "$MLLIB_REPEATS" "$ours" "$mllib" | sed "s/^{/{\"stage\": \"testing\", \"master\": \"$master\", /"
  done
} > "$out/mllib.lines"
python3 jvm/mllib_table.py table "$out/mllib.lines" "$out/mllib.json" "rank $MLLIB_RANK, $MLLIB_EPOCHS epochs, seed $MLLIB_SEED, \
data: ${data:-made up}; load of the machine before: $load on $(nproc) cores"
