#!/usr/bin/env bash
# The batch jobs on a real Kafka and a real HDFS. The log becomes raw files and history, though files of a killed job are missing and
# transactions were aborted; and a made-up log goes all the way to a model, which must have the bytes that one call of the core learns
# from the same log (and tests/lesson_test.cpp holds that call against the embedded host). A second shop moves over from one machine:
# Spark's jobs say of it what `vitrina evaluate` and `vitrina recommend` say there, to the last digit, and a serving node takes its
# models through WebHDFS, goes back to an older one, and keeps what it has where a model is half-written or of another format.
# At the end the release gate refuses a poorer model, and --force releases it.
# MapReduce and Spark run in one process each. Run by ctest (label cluster).
#
#   JOBS_EVENTS   how long the made-up log is (4000)
set -euo pipefail
ENGINES='kafka hdfs'
export MAPREDUCE=local SPARK_MASTER='local[2]' SUBMIT_HEAP=768m
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"
node=''
trap 'status=$?; set +e; kill -9 $node 2> /dev/null; wait $node 2> /dev/null; (exit $status); finish' EXIT

properties=$SCRATCH/cluster.properties vitrina=build/release/vitrina
# run NAME COMMAND …: its words lie in log/NAME.out, and are shown where it fails.
run() {
  local out=$SCRATCH/log/$1.out
  shift
  "$@" > "$out" 2>&1 || { tail -30 "$out"; exit 1; }
}
# spark NAME CLASS ARGUMENTS …
spark() {
  local name=$1 class=$2
  shift 2
  run "$name" ops/submit.sh spark --class "io.vitrina.spark.$class" build/jvm/spark/vitrina-spark.jar --root "$root" "$@"
}

[ -f build/jvm/spark/vitrina-spark.jar ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
settings_of jobs.
VITRINA_CLUSTER="$properties" run maven mvn -o -q -B -ntp -f jvm/pom.xml test -pl native,history \
  -Dtest=LogClusterTest -Dsurefire.failIfNoSpecifiedTests=false

now=4102444800000
build/release/vitrina_fold_log "${JOBS_EVENTS:-4000}" "$SCRATCH/made" \
  "{\"settings\": {\"ials.dimensions\": \"16\", \"ials.epochs\": \"3\"}, \"through\": $now, \"now\": $now}"
java -XX:+UseSerialGC -cp "build/jvm/vitrina-history/test-classes:build/jvm/history/vitrina-history.jar:$(ls "${VITRINA_ENGINES:-build/engines}"/hadoop/lib/slf4j-api-*.jar)" \
  io.vitrina.history.LogSender "$properties" "$SCRATCH/made" 2> /dev/null
# Without a host, as docs/cluster.md says it; the configuration knows which.
root=hdfs:///jobs

# The second shop, on one machine: nine days of events, a model, what it is worth and what it recommends.
embedded=$SCRATCH/embedded
end=$(($(date +%s) / 3600 * 3600 - 7200))
for ((i = 0; i < 50; ++i)); do
  echo "{\"item_id\":\"i$i\",\"title\":\"thing $i\",\"price\":$((i + 1)),\"currency\":\"EUR\",\"categories\":[\"kind $((i % 6))\"]}"
done > "$SCRATCH/items.jsonl"
awk -v end=$end 'BEGIN {
  srand(3)
  for (e = 0; e < 1200; ++e) {
    visitor = int(rand() * 60); item = int(rand() * rand() * 50); ordered = rand() < 0.3
    user = visitor % 3 == 0 && rand() < 0.4 ? sprintf("\"user_id\":\"u%d\",", visitor % 12) : ""
    order = ordered ? sprintf("\"transaction_id\":\"o%d\",\"currency\":\"EUR\",", e) : ""
    lines = sprintf("{\"item_id\":\"i%d\",\"price\":%d}", item, 1 + item)
    if (ordered) lines = lines sprintf(",{\"item_id\":\"i%d\",\"price\":2}", (item + 7) % 50)
    printf "{\"event\":\"%s\",\"event_id\":\"m%05d\",\"visitor_id\":\"v%d\",%s%s\"time\":%d,\"items\":[%s]}\n",
      ordered ? "purchase" : "view_item", e, visitor, user, order, end - 9 * 86400 + e * 600, lines
  }
}' > "$SCRATCH/events.jsonl"
cat > "$SCRATCH/shop.toml" << 'TOML'
[placement.home]
sources = ["item_item", "ials", "covisit_view_view", "popular"]
weights = { popular = 0.3 }
diversity = { by = "category", most = 1 }
[trends]
popular_half_life_days = 1
TOML
own=(--config "$SCRATCH/shop.toml") # what is answered and chosen by it must be the same on both hosts
run import "$vitrina" import --data "$embedded" --as items "$SCRATCH/items.jsonl"
run import "$vitrina" import --data "$embedded" --as events "$SCRATCH/events.jsonl"
run embedded-train "$vitrina" train --data "$embedded" "${own[@]}" --json
number() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" "$SCRATCH/log/embedded-train.out" | head -n 1; }
{ cat "$SCRATCH/cluster.toml"; echo 'shop = "second"'; } > "$SCRATCH/second.toml"
awk '/^\[/ { topic = $1 } /^partitions/ { if (topic == "[events]") $3 = 3; if (topic ~ /^.(item-changes|models).$/) $3 = 1 } { print }' \
  cluster/topics.toml > "$SCRATCH/topics.toml" # as LogSender made them
run init "$vitrina" cluster init --config "$SCRATCH/second.toml" --from "$embedded" --topics "$SCRATCH/topics.toml"
run migrate "$vitrina" migrate --data "$embedded" --config "$SCRATCH/second.toml"
run history ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob \
  --cluster "$properties" --root "$root" --shops default,second

spark train Train --through $now --now $now --set ials.dimensions=16 --set ials.epochs=3
model=$(sed -n 's/^model //p' "$SCRATCH/log/train.out")
ops/tool.sh fs -get "$model/model.vit" "$SCRATCH/model.vit"
cmp "$SCRATCH/model.vit" "$SCRATCH/made/model.vit"
echo "log → history → model: the bytes of one call ($(stat -c %s "$SCRATCH/model.vit"))"

spark second Train --shop second "${own[@]}" --through "$(number trained_through_ms)" --now "$(number trained_at_ms)"
first=$(number version)
grep -qx "model .*/models/second/$first" "$SCRATCH/log/second.out" || { cat "$SCRATCH/log/second.out"; exit 1; }
echo "the second shop's model is the one that it learned on one machine: $first"

cuts="cuts:$(date -u -d @$((end - 4 * 86400)) +%F),$(date -u -d @$((end - 2 * 86400)) +%F)"
asked=(--split "$cuts" --horizon 2d --at '5,10' --json)
"$vitrina" evaluate --data "$embedded" "${own[@]}" "${asked[@]}" > "$SCRATCH/embedded.json" 2> /dev/null
spark evaluate Evaluate --shop second "${own[@]}" "${asked[@]}"
without_seconds() { sed -E 's/"(train_seconds|answer_seconds|peak_memory_mb)":[0-9.e+-]+/"\1":0/g'; }
cmp <(grep '^{' "$SCRATCH/log/evaluate.out" | without_seconds) <(without_seconds < "$SCRATCH/embedded.json")
echo "evaluated: $(grep -o '"occasions"' "$SCRATCH/embedded.json" | wc -l) tasks at two cuts, to the last digit"

spark batch Batch --shop second "${own[@]}" --size 5
ops/tool.sh fs -cat "$(sed -n 's/^batch //p' "$SCRATCH/log/batch.out")/part-*.jsonl" > "$SCRATCH/batch.jsonl" 2> /dev/null
for who in user:u0 user:u3 visitor:v1 visitor:v7 visitor:v20; do
  "$vitrina" recommend --data "$embedded" "${own[@]}" --placement home "--${who%:*}" "${who#*:}" --size 5 --json > "$SCRATCH/said.json"
  python3 - "$SCRATCH/said.json" "$SCRATCH/batch.jsonl" "${who%:*}_id" "${who#*:}" << 'PYTHON'
import json, sys
said = json.load(open(sys.argv[1]))
[line] = [row for row in map(json.loads, open(sys.argv[2])) if row.get(sys.argv[3]) == sys.argv[4]]
def shown(answer):
    return answer["model_version"], [(i["item_id"], i["source"], i["reason"]) for i in answer["items"]]
assert len(said["items"]) == 5 and shown(said) == shown(line), (said, line)
assert len({int(i["item_id"][1:]) % 6 for i in line["items"]}) == 5, ("two of one kind", line)
PYTHON
done
echo "recommended to $(wc -l < "$SCRATCH/batch.jsonl") people; five of them were asked on one machine"

# From HDFS to a serving node, there and back. Models by hand: another version, one cut short, one of another format.
copy=$SCRATCH/copy
ops/tool.sh fs -get "$root/models/second/$first" "$copy"
as() { # version, and what to do with the file
  cp -r "$copy" "$SCRATCH/$1"
  sed -i "s/$first/$1/" "$SCRATCH/$1/manifest.json"
  "${@:2}" "$SCRATCH/$1/model.vit"
}
other() { printf '\011' | dd of="$1" bs=1 seek=8 conv=notrunc status=none; }
as 29990101T000000Z-0001 true
as 29990102T000000Z-0002 other
as 29990103T000000Z-0003 truncate -s 1000
ops/tool.sh fs -put "$SCRATCH"/2999* "$root/models/second/"
for store in visitors-hot visitors-cold users items catalog item-success; do # in the place of the Streams application
  ops/tool.sh topics --create --topic "jobs.folds-$store-changelog" --partitions 2 > /dev/null
done
export VITRINA_SECRET_KEY=a-secret-key-for-this-test-only-000
"$vitrina" serve --data "$SCRATCH/node" --config "$SCRATCH/second.toml" --listen 127.0.0.1:0 > "$SCRATCH/log/node.log" 2>&1 &
node=$!
call() {
  curl -s -H "Authorization: Bearer $VITRINA_SECRET_KEY" -H 'Content-Type: application/json' "${@:2}" \
    "$(sed -n 's/^Listening on \(http:[^ ]*\).*/\1/p' "$SCRATCH/log/node.log")$1" || true
}
answers() { call /v1/recommendations -d '{"visitor_id":"v1","requests":[{"placement":"home"}]}'; }
# until_there WHAT COMMAND …: waits until the command's words contain it.
until_there() {
  local i
  for ((i = 0; i < 300; ++i)); do
    case $("${@:2}") in *"$1"*) return 0 ;; esac
    sleep 0.1
  done
  echo "never said: $1; but: $("${@:2}" | head -c 2000)"
  tail -5 "$SCRATCH/log/node.log"
  exit 1
}
publish() { spark publish Publish --cluster "$properties" --shop second "$@"; }
publish --version 29990101T000000Z-0001
until_there '"model_version":"29990101T000000Z-0001"' answers
publish --version "$first"
until_there "\"model_version\":\"$first\"" answers
publish --version 29990102T000000Z-0002
until_there 'vitrina_models_refused_total 1' call /metrics
(publish) > "$SCRATCH/log/half.out" && { echo "a half-written model was published"; exit 1; }
grep -q 'it is half-written' "$SCRATCH/log/half.out"
until_there "\"model_version\":\"$first\"" answers
echo "a node follows what is published, there and back, and takes neither another format nor half a model"

# A configuration whose answers have little more than half as many different items: refused as on one machine, unless forced.
{ cat "$SCRATCH/shop.toml"; printf '[release]\ncoverage_share = 0.9\n'; } | sed 's/^sources = .*/sources = ["popular"]/' > "$SCRATCH/poorer.toml"
poorer() {
  spark "$1" Train --shop second --config "$SCRATCH/poorer.toml" --through "$(number trained_through_ms)" \
    --now "$(($(number trained_at_ms) + 1000))" "${@:2}"
}
models() { ops/tool.sh fs -ls "$root/models/second" 2> /dev/null | wc -l; }
before=$(models)
(poorer refused > /dev/null) && { echo "a poorer model was released"; exit 1; }
"$vitrina" train --data "$embedded" --config "$SCRATCH/poorer.toml" > "$SCRATCH/log/embedded-refused.out" 2>&1 && { echo "one machine releases it"; exit 1; }
found=$(grep -o 'answers: distinct items@20.*If this is' "$SCRATCH/log/embedded-refused.out")
grep -qF "$found" "$SCRATCH/log/refused.out" || { echo "one machine said: $found"; tail -30 "$SCRATCH/log/refused.out"; exit 1; }
[ "$(models)" -eq "$before" ] || { echo "a refused model lies among the models"; exit 1; }
poorer forced --force
ops/tool.sh fs -cat "$(sed -n 's/^model //p' "$SCRATCH/log/forced.out")/manifest.json" > "$SCRATCH/forced.json" 2> /dev/null
grep -q '"verdict": *"forced"' "$SCRATCH/forced.json" || { echo "the manifest does not say that it was forced"; exit 1; }
echo "a poorer model is refused in the words of one machine (${found%%;*}) and released by --force"
