#!/usr/bin/env bash
# The memory of the folds is bounded whatever the number of visitors: states of several times RocksDB's bound through an application with
# a small heap, which must stay below heap + bound + what a JVM with its libraries takes. Run by make test-cluster (labels cluster, long).
#
#   heap 160 MB + RocksDB 40 MiB + 312 MB for code, threads, buffers of Kafka's clients and the allocator (measured: 424 in all)
set -euo pipefail
export STREAMS_ALONE=true STREAMS_EVENTS=${STREAMS_EVENTS:-300000} STREAMS_VISITORS=${STREAMS_VISITORS:-150000}
export STREAMS_JAVA='-Xmx160m -XX:+UseSerialGC' STREAMS_RESIDENT_MB=512
export STREAMS_SETTINGS='streams.cache.bytes=8388608 streams.rocksdb.cache.bytes=8388608 streams.rocksdb.write.buffer.bytes=33554432'
unset BENCH_OUT
exec "$(dirname "$0")/streams_bench.sh"
