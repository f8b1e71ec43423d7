#!/usr/bin/env bash
# The C++ side of a cluster against real brokers: topics, producer and migration (cluster/kafka_test.cpp), then a serving node that is
# asked over HTTP while its broker is killed: what it acknowledged must be in the topic, and answers must go on. Prints the seconds of
# each step. Run by ctest (label cluster).
set -euo pipefail
ENGINES=kafka
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"

step "begins in $CLUSTER_DIR"
ops/cluster.sh up > /dev/null
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
step "a broker"

VITRINA_TEST_KAFKA=$BOOTSTRAP_SERVERS build/release/vitrina_cluster_test --gtest_filter='Kafka.*' --gtest_brief=1
step "topics, producer and migration"

vitrina=build/release/vitrina
settings_of node.
config=$SCRATCH/vitrina.toml
{
  cat "$SCRATCH/cluster.toml"
  echo 'accept_timeout_ms = "3s"'
} > "$config"
"$vitrina" cluster init --config "$config" > /dev/null
"$vitrina" cluster init --config "$config" | grep '^made' && wrong "a second init made something"
for store in visitors-hot visitors-cold users items catalog item-success; do # in the place of the Streams application
  ops/tool.sh topics --create --topic "node.folds-$store-changelog" --partitions 2 > /dev/null
done
export VITRINA_SECRET_KEY=a-secret-key-for-this-test-only-000
"$vitrina" serve --data "$SCRATCH/node" --config "$config" --listen 127.0.0.1:0 > "$SCRATCH/log/node.log" 2>&1 &
node=$!
trap 'status=$?; set +e; kill -9 $node 2> /dev/null; (exit $status); finish' EXIT
address() { sed -n 's/^Listening on \(http:[^ ]*\).*/\1/p' "$SCRATCH/log/node.log"; }
for ((i = 0; i < 300; ++i)); do
  [ -z "$(address)" ] || ! curl -sf "$(address)/readyz" > /dev/null || break
  sleep 0.1
done
curl -sf "$(address)/readyz" > /dev/null || wrong "the node is not ready"
step "a node that is ready"

# ask PATH BODY: prints the status; the answer lies in $SCRATCH/answer.
ask() {
  curl -s -o "$SCRATCH/answer" -w '%{http_code}' -H "Authorization: Bearer $VITRINA_SECRET_KEY" \
    -H 'Content-Type: application/json' -d "$2" "$(address)$1"
}
# A complete run of the feed that no longer has the cup.
[ "$(ask /v1/items '{"items":[{"item_id":"mug"},{"item_id":"tea"},{"item_id":"lamp"},{"item_id":"cup"}]}')" = 200 ] || wrong "no items taken"
[ "$(ask /v1/item-runs '')" = 200 ] || wrong "no run begun: $(cat "$SCRATCH/answer")"
run=$(sed -n 's/.*"run":"\([^"]*\)".*/\1/p' "$SCRATCH/answer")
[ "$(ask "/v1/items?run=$run" '{"items":[{"item_id":"mug"},{"item_id":"tea"},{"item_id":"lamp"}]}')" = 200 ] || wrong "no items of a run taken"
[ "$(ask "/v1/item-runs/$run" '{"items":3}')" = 200 ] || wrong "the run does not end: $(cat "$SCRATCH/answer")"
grep -q '"vanished":1}' "$SCRATCH/answer" || wrong "after the run: $(cat "$SCRATCH/answer")"
step "a complete run of the feed"

: > "$SCRATCH/acknowledged"
refused=0
send() { # number
  local status
  status=$(ask /v1/events "{\"event\":\"view_item\",\"event_id\":\"event-$1.\",\"visitor_id\":\"v$(($1 % 7))\",\"items\":[{\"item_id\":\"mug\"}]}")
  case $status in
    200) echo "event-$1." >> "$SCRATCH/acknowledged" ;;
    503) refused=$((refused + 1)) ;;
    *) wrong "status $status: $(cat "$SCRATCH/answer")" ;;
  esac
}
for ((n = 0; n < 50; ++n)); do send $n; done
ops/engine.sh kill kafka-1
for ((; n < 60; ++n)); do send $n; done
[ "$(ask /v1/recommendations '{"visitor_id":"v1","requests":[{"placement":"home"}]}')" = 200 ] || wrong "no answer without brokers"
[ $refused -gt 0 ] || wrong "events were acknowledged without brokers"
ops/cluster.sh up > /dev/null
for ((tries = 0; tries < 100; ++tries)); do
  send $n
  n=$((n + 1))
  ! tail -n 1 "$SCRATCH/acknowledged" | grep -qx "event-$((n - 1))." || break
  sleep 0.1
done
for person in 1 2 3 4 5; do
  [ "$(ask /v1/recommendations "{\"visitor_id\":\"v$person\",\"requests\":[{\"placement\":\"home\"}]}")" = 200 ] || wrong "no answer for v$person"
done
for ((end = n + 20; n < end; ++n)); do send $n; done
step "a broker killed and back: $refused events refused, $(wc -l < "$SCRATCH/acknowledged") acknowledged"

kill -9 $node
wait $node 2> /dev/null || true
ops/tool.sh consume --topic node.events --from-beginning --timeout-ms 5000 2> /dev/null |
  grep -ao 'event-[0-9]*\.' | sort > "$SCRATCH/there" || true
[ -z "$(uniq -d "$SCRATCH/there")" ] || wrong "doubled: $(uniq -d "$SCRATCH/there" | xargs)"
lost=$(sort "$SCRATCH/acknowledged" | comm -23 - "$SCRATCH/there")
[ -z "$lost" ] || wrong "acknowledged and lost: $lost"
step "nothing that was acknowledged is missing"

# A folder of one machine reads the same, once, and goes on where it was left.
mirrored() { "$vitrina" cluster mirror --data "$SCRATCH/mirror" --config "$config" --json; }
found() { python3 -c 'import json, sys; print(json.loads(sys.argv[2])[sys.argv[1]])' "$@"; }
first=$(mirrored)
[ "$(found events "$first")" = "$(wc -l < "$SCRATCH/there")" ] || wrong "the mirror has other events: $first"
[ "$(found exposures "$first")" -ge 5 ] || wrong "the mirror has other exposures: $first"
[ "$(found refused "$first")$(found lost "$first")" = 00 ] || wrong "the mirror lacks records: $first"
second=$(mirrored)
[ "$(found events "$second")$(found duplicates "$second")$(found exposures "$second")" = 000 ] || wrong "read twice: $second"
"$vitrina" experiment --data "$SCRATCH/mirror" --config "$config" list > "$SCRATCH/log/experiments.log"
grep -q hold_out "$SCRATCH/log/experiments.log" || wrong "no hold-out in the mirror: $(cat "$SCRATCH/log/experiments.log")"
step "mirrored: $first"
