#!/usr/bin/env bash
# make bench: every benchmark program of the release build, one after another, on a machine that should do nothing else.
# BENCH=regular-expression chooses among them: make bench BENCH=state; BENCH=quality evaluates, as make bench-quality does (tools/bench_quality.py),
# BENCH=memory weighs a serving process (tools/bench_memory.py), BENCH=growth trains shops of growing size (tools/bench_growth.py),
# BENCH=training-speed measures kernels beside limits and peers (tools/bench_training_speed.py).
set -euo pipefail
cd "$(dirname "$0")/.."
ran=0
tools/build.sh release benchmarks
for program in build/release/*_benchmark; do
  if [[ -x $program && $program =~ ${BENCH:-.} ]]; then
    echo "== ${program##*/}"
    "$program"
    ran=$((ran + 1))
  fi
done
if [[ quality =~ ${BENCH:-.} ]]; then
  python3 tools/bench_quality.py
  ran=$((ran + 1))
fi
if [[ memory =~ ${BENCH:-.} ]]; then
  echo "== memory of vitrina serve"
  python3 tools/bench_memory.py
  ran=$((ran + 1))
fi
if [[ growth =~ ${BENCH:-.} ]]; then
  echo "== growth of training with a shop"
  python3 tools/bench_growth.py
  ran=$((ran + 1))
fi
if [[ training-speed =~ ${BENCH:-.} ]]; then
  echo "== speed of training"
  python3 tools/bench_training_speed.py
  ran=$((ran + 1))
fi
[ "$ran" -gt 0 ] || { echo "no benchmark is named like '${BENCH:-}'" >&2; exit 1; }
