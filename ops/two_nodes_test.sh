#!/usr/bin/env bash
# Serving nodes beside each other, over HTTP, on a real Kafka with the folds: two that keep half of the visitors each, and two that keep
# all. A question about another's visitor travels once; an event taken by one node changes the answer of the other; a node that is
# killed costs nobody an error; nodes that keep the same say the same; state topics that were deleted and made again are noticed.
# Prints the seconds of each step. Run by ctest (label cluster).
set -euo pipefail
ENGINES=kafka
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"

vitrina=build/release/vitrina
export VITRINA_SECRET_KEY=a-secret-key-for-this-test-only-000
declare -A running=()
trap 'status=$?; set +e; kill -9 "${running[@]}" 2> /dev/null; wait; (exit $status); finish' EXIT

step "begins in $CLUSTER_DIR"
[ -d build/jvm/streams/lib ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
settings_of two.
sed 's/^partitions = 8/partitions = 4/' cluster/topics.toml > "$SCRATCH/topics.toml"
"$vitrina" cluster init --config "$SCRATCH/cluster.toml" --topics "$SCRATCH/topics.toml" > /dev/null
printf 'streams.state.dir=%s\nstreams.metrics.port=0\n' "$SCRATCH/folds" > "$SCRATCH/folds.properties"
java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp 'build/jvm/streams/lib/*' io.vitrina.streams.Main \
  "$SCRATCH/cluster.properties" "$SCRATCH/folds.properties" > "$SCRATCH/log/folds.log" 2>&1 &
running[folds]=$!

read -r port_a port_b port_c port_d < <(python3 -c '
import socket
free = [socket.socket() for _ in range(4)]
for one in free: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in free])')
# start NAME PORT LINES OF [cluster]
start() {
  { cat "$SCRATCH/cluster.toml"; printf 'stale_after_ms = "30s"\npeer_retry_ms = "500ms"\n%s\n' "$3"; } > "$SCRATCH/$1.toml"
  "$vitrina" serve --data "$SCRATCH/$1" --config "$SCRATCH/$1.toml" --listen "127.0.0.1:$2" >> "$SCRATCH/log/$1.log" 2>&1 &
  running[$1]=$!
}
soon=$'[training]\ntrends_every_ms = "200ms"' # what is popular is known of as soon as it comes
half_a() { start a "$port_a" "visitor_partitions = \"0-1\"
peers = [\"http://127.0.0.1:$port_b visitors=2-3\"]"; }
half_b() { start b "$port_b" "visitor_partitions = \"2-3\"
peers = [\"http://127.0.0.1:$port_a visitors=0-1\"]"; }

# call PORT TARGET OPTIONS OF CURL: the answer, and behind it in a line its status.
call() {
  curl -s -m 10 -w '\n%{http_code}\n' -H "Authorization: Bearer $VITRINA_SECRET_KEY" -H 'Content-Type: application/json' "${@:3}" \
    "http://127.0.0.1:$1$2" || true
}
until_says() { # WHAT COMMAND …: waits until the command's words contain it
  local i
  for ((i = 0; i < 600; ++i)); do
    case $("${@:2}") in *"$1"*) return 0 ;; esac
    sleep 0.1
  done
  wrong "never said $1: $("${@:2}" | head -c 1000)"
}
says() { # WHAT COMMAND …
  local words
  words=$("${@:2}")
  case $words in *"$1"*) ;; *) wrong "did not say $1: $words" ;; esac
}
viewed() { # PORT VISITOR OPTIONS: what he viewed, and beside it what fills up
  call "$1" /v1/recommendations -d "{\"visitor_id\":\"$2\",\"requests\":[{\"placement\":\"recently_viewed\"}]}" "${@:3}" |
    sed -E 's/"item_id":"([^"]*)","score":[^,]*,"source":"recently_viewed"/"viewed":"\1"/g'
}
never() { # WORDS THAT MAY NOT BE THERE COMMAND …
  local words
  words=$("${@:2}")
  case $words in *"$1"*) wrong "said $1: $words" ;; esac
}
take() { # PORT VISITOR ITEM
  says $'\n200' call "$1" /v1/events -d "{\"event\":\"view_item\",\"event_id\":\"$2-$3\",\"visitor_id\":\"$2\",\"items\":[{\"item_id\":\"$3\"}]}"
}
figure() { call "$1" /metrics | sed -n "s/^vitrina_$2 //p"; }
ready() { until_says $'\n200' call "$1" /readyz; }
travelled=(-H 'X-Vitrina-Forwarded: 1')

half_a
half_b
start c "$port_c" "$soon"
for port in "$port_a" "$port_b" "$port_c"; do ready "$port"; done
step "the folds, two nodes with half of the visitors each and one with all"

says $'\n200' call "$port_a" /v1/items -X POST -d "{\"items\":[$(for i in {1..9}; do
  printf '{"item_id":"i%s","title":"thing %s","price":%s,"currency":"EUR"}' "$i" "$i" "$i"
  [ "$i" = 9 ] || printf ,
done)]}"
until_says '"i9"' call "$port_b" /v1/items/i9
far=() near=() # from A's side
for number in {1..40}; do
  case $(viewed "$port_a" "v$number" "${travelled[@]}") in *'"degraded":true'*) far+=("v$number") ;; *) near+=("v$number") ;; esac
done
((${#far[@]} > 5 && ${#near[@]} > 5)) || wrong "A keeps ${near[*]} and B ${far[*]}"
one=${far[0]}
before_a=$(figure "$port_a" forwarded_total) before_b=$(figure "$port_b" forwarded_total)
never '"viewed"' viewed "$port_a" "$one"
take "$port_a" "$one" i1
until_says '"viewed":"i1"' viewed "$port_b" "$one" "${travelled[@]}"
says '"viewed":"i1"' viewed "$port_a" "$one"
says '"i1"' call "$port_a" "/v1/visitors/$one"
[ "$(figure "$port_a" forwarded_total)" = $((before_a + 3)) ] || wrong "A forwarded $before_a, now $(figure "$port_a" forwarded_total)"
[ "$(figure "$port_b" forwarded_total)" = "$before_b" ] || wrong "B sent a question on"
take "$port_b" "${near[0]}" i2
until_says '"viewed":"i2"' viewed "$port_a" "${near[0]}" "${travelled[@]}"
never '"stale"' viewed "$port_b" "${near[0]}"
step "questions travel once, and what one node takes the other one knows"

kill -9 "${running[b]}"
for who in "${far[@]:0:6}" "${near[@]:0:6}"; do
  answer=$(viewed "$port_a" "$who")
  [ "${answer##*$'\n'}" = 200 ] || wrong "$who without B: $answer"
  case " ${far[*]} ,$answer" in
    *" $who "*,*'"stale":true,"degraded":true'*) ;;
    *" $who "*) wrong "$who is answered without B and nobody says so: $answer" ;;
    *degraded*) wrong "$who is kept by A: $answer" ;;
  esac
done
[ "$(figure "$port_a" degraded_total)" -ge 6 ] || wrong "degraded answers are not counted"
says $'\n503' call "$port_a" "/v1/visitors/$one"
take "$port_a" "$one" i3
take "$port_c" "${far[1]}" i4
half_b
ready "$port_b"
until_says '"viewed":"i3"' viewed "$port_b" "$one" "${travelled[@]}"
until_says '"viewed":"i3"' viewed "$port_a" "$one"
says '"viewed":"i1"' viewed "$port_a" "$one"
never '"stale"' viewed "$port_a" "$one"
step "one node killed: answers are marked, none is an error; it comes back, catches up and is asked again"

start d "$port_d" "$soon"
ready "$port_d"
for who in "${far[@]:0:6}" "${near[@]:0:6}"; do take "$port_c" "$who" i5; done
other=${near[5]}
for port in "$port_c" "$port_d"; do
  for who in "${far[@]:0:6}" "$other"; do until_says '"viewed":"i5"' viewed "$port" "$who"; done
  until_says 'vitrina_pending_events 0' call "$port" /metrics
done
# Nine items of nine ranks: those that are worth the same stand in the order in which a node heard of them.
says $'\n200' call "$port_c" /v1/events -d "{\"events\":[$(for item in {1..9}; do
  for ((n = 0; n < 10 * item; ++n)); do
    printf '{"event":"add_to_cart","event_id":"e%s-%s","visitor_id":"w%s-%s","items":[{"item_id":"i%s"}]},' "$item" "$n" "$item" "$n" "$item"
  done
done | sed 's/,$//')]}"
until_says 'vitrina_pending_events 0' call "$port_c" /metrics
# Each answer has an id of its own; two questions are asked at two moments, which a score may show in its last digits.
same() {
  call "$1" /v1/recommendations -d "{\"visitor_id\":\"$2\",\"requests\":[{\"placement\":\"home\"},{\"placement\":\"recently_viewed\"}]}" |
    sed -E 's/"recommendation_id":"[^"]*"//g; s/"score":[0-9.e+-]+//g'
}
for who in "${far[@]:0:6}" "${near[@]:0:6}"; do
  for ((i = 0; i < 300; ++i)); do [ "$(same "$port_c" "$who")" != "$(same "$port_d" "$who")" ] || break; sleep 0.1; done
  diff <(same "$port_c" "$who") <(same "$port_d" "$who") || wrong "two nodes that keep all say two things of $who"
  cmp <(call "$port_c" "/v1/visitors/$who") <(call "$port_d" "/v1/visitors/$who") || wrong "two nodes that keep all tell two stories of $who"
done
step "a node with an empty folder says of everybody what the other one says"

kill -9 "${running[folds]}" "${running[a]}" "${running[b]}" "${running[c]}"
changelog=two.folds-visitors-hot-changelog
ops/tool.sh topics --delete --topic "$changelog"
until_says "waiting for topic $changelog" call "$port_d" /readyz
says '"stale":true' viewed "$port_d" "$one"
says '"viewed":"i1"' viewed "$port_d" "$one"
ops/tool.sh topics --create --topic "$changelog" --partitions 4 --config cleanup.policy=compact > /dev/null
until_says 'vitrina_feed_rebuilds_total 1' call "$port_d" /metrics
ready "$port_d"
[ "$(figure "$port_d" feed_rebuilds_total)" = 1 ] || wrong "$(figure "$port_d" feed_rebuilds_total) times was everything read again"
until_says '"i9"' call "$port_d" /v1/items/i9
never '"viewed"' viewed "$port_d" "$one"
step "state topics that were made anew are noticed, and everything is read again"
