#!/usr/bin/env bash
# A cluster that asks who comes: Kafka behind TLS and a password (SCRAM-SHA-512 for Java; PLAIN for vitrina itself, see
# docs/cluster.md), with credentials from the environment only and another prefix than the usual one. Everything that talks to Kafka must come in (init, migrate, the folds, the history job on YARN, publish, a serving node,
# growing), and nothing without the password. Run by ctest (label long).
set -euo pipefail
ENGINES='kafka hdfs yarn'
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"
export SUBMIT_HEAP=768m
if [ ! -f build/jvm/spark/vitrina-spark.jar ] || [ ! -d build/jvm/streams/lib ]; then tools/build_jvm.sh; fi
vitrina=build/release/vitrina
tls=$CLUSTER_DIR/tls
children=()
trap 'status=$?; set +e; kill ${children[@]} 2> /dev/null; wait ${children[@]} 2> /dev/null; (exit $status); finish' EXIT

step "begins in $CLUSTER_DIR"
ops/cluster.sh up > /dev/null
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
port=$((BASE_PORT + 35))

# A certificate authority of our own, and the broker's certificate.
mkdir "$tls"
{
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=shop CA' -keyout "$tls/ca.key" -out "$tls/ca.pem"
  openssl req -newkey rsa:2048 -nodes -subj '/CN=127.0.0.1' -keyout "$tls/broker.key" -out "$tls/broker.csr"
  openssl x509 -req -in "$tls/broker.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 2 \
    -extfile <(echo 'subjectAltName=IP:127.0.0.1') -out "$tls/broker.pem"
} 2> /dev/null
cat "$tls/broker.key" "$tls/broker.pem" > "$tls/keystore.pem"
VITRINA_KAFKA_USERNAME=shop VITRINA_KAFKA_PASSWORD=$(head -c 12 /dev/urandom | base64 | tr '+/' 'xy')
# shellcheck disable=SC2089,SC2090  # the quotes are Java's
VITRINA_KAFKA_JAAS="org.apache.kafka.common.security.scram.ScramLoginModule required username=\"shop\" password=\"$VITRINA_KAFKA_PASSWORD\";"
# shellcheck disable=SC2090
export VITRINA_KAFKA_USERNAME VITRINA_KAFKA_PASSWORD VITRINA_KAFKA_JAAS
cat > "$CLUSTER_DIR/kafka.own.properties" << PROPERTIES
listeners=PLAINTEXT://127.0.0.1:$((BASE_PORT + 1)),SASL_SSL://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((BASE_PORT + 4))
advertised.listeners=PLAINTEXT://127.0.0.1:$((BASE_PORT + 1)),SASL_SSL://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_shop="$VITRINA_KAFKA_PASSWORD";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.ssl.keystore.type=PEM
listener.name.sasl_ssl.ssl.keystore.location=$tls/keystore.pem
PROPERTIES
ops/engine.sh stop kafka-1 > /dev/null
ops/cluster.sh up > /dev/null
ops/tool.sh configs --alter --entity-type users --entity-name shop --add-config "SCRAM-SHA-512=[password=$VITRINA_KAFKA_PASSWORD]" > /dev/null
step "Kafka behind TLS and a password"

# of_prefix PREFIX: what a person writes for a cluster of his own.
of_prefix() {
  {
    sed -e "s/^topic.prefix=.*/topic.prefix=$1/" -e "s/^bootstrap.servers=.*/bootstrap.servers=127.0.0.1:$port/" -e '/^security.protocol=/d' \
      "$CLUSTER_DIR/cluster.properties"
    # shellcheck disable=SC2016  # the programs fill it in
    printf '%s\n' security.protocol=SASL_SSL sasl.mechanism=SCRAM-SHA-512 'sasl.jaas.config=${VITRINA_KAFKA_JAAS}' \
      ssl.truststore.type=PEM "ssl.truststore.location=$tls/ca.pem"
  } > "$CLUSTER_DIR/$1properties"
  {
    sed -e "s/^topic_prefix = .*/topic_prefix = \"$1\"/" -e "s/^bootstrap_servers = .*/bootstrap_servers = \"127.0.0.1:$port\"/" "$CLUSTER_DIR/cluster.toml"
    printf '%s\n' 'security = "sasl_ssl"' 'sasl_mechanism = "PLAIN"' "ca_file = \"$tls/ca.pem\""
  } > "$CLUSTER_DIR/$1toml"
}
of_prefix shop.one.
properties=$CLUSTER_DIR/shop.one.properties config=$CLUSTER_DIR/shop.one.toml

python3 - > "$CLUSTER_DIR/events.jsonl" << 'EVENTS'
import datetime, json, random
random.seed(1)
now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=9)
for number in range(3000):
    now += datetime.timedelta(seconds=random.randrange(400))
    item = f"item-{min(random.randrange(60), random.randrange(60))}"
    event = {"event": "view_item", "event_id": f"event-{number}", "time": now.isoformat(), "visitor_id": f"v{random.randrange(200)}", "items": [{"item_id": item}]}
    print(json.dumps(event))
EVENTS
"$vitrina" import --data "$CLUSTER_DIR/shop" --as events --format jsonl "$CLUSTER_DIR/events.jsonl" > /dev/null
if VITRINA_KAFKA_PASSWORD=wrong "$vitrina" cluster init --config "$config" > "$CLUSTER_DIR/log/wrong.log" 2>&1; then wrong "a wrong password comes in"; fi
"$vitrina" cluster init --config "$config" --from "$CLUSTER_DIR/shop" > /dev/null
"$vitrina" migrate --data "$CLUSTER_DIR/shop" --config "$config"
step "init and migrate (librdkafka)"

fold() { # prefix
  printf 'streams.state.dir=%s\n' "$CLUSTER_DIR/data/state-$1" > "$CLUSTER_DIR/conf/$1folds"
  java -Xmx384m -XX:+UseSerialGC -cp 'build/jvm/streams/lib/*' io.vitrina.streams.Main "$CLUSTER_DIR/$1properties" \
    "$CLUSTER_DIR/conf/$1folds" > "$CLUSTER_DIR/log/folds-$1log" 2>&1 &
  children+=($!)
}
fold shop.one.
root=$FS_DEFAULT/shop-one
ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob --cluster "$properties" --root "$root" \
  > "$CLUSTER_DIR/log/history.log" 2>&1 || { tail -n 40 "$CLUSTER_DIR/log/history.log"; wrong "the history job fails"; }
step "the history job, on YARN"
if ! SPARK_MASTER='local[2]' ops/submit.sh spark --class io.vitrina.spark.Train build/jvm/spark/vitrina-spark.jar --root "$root" \
  --set ials.dimensions=16 --set ials.epochs=3 > "$CLUSTER_DIR/log/train.log" 2>&1; then wrong "no training"; fi
SPARK_MASTER='local[2]' ops/submit.sh spark --class io.vitrina.spark.Publish build/jvm/spark/vitrina-spark.jar --cluster "$properties" \
  --root "$root" > "$CLUSTER_DIR/log/publish.log" 2>&1 || wrong "publish does not come in"
step "a model, published"

export VITRINA_SECRET_KEY=a-secret-key-for-this-test-only-000
# serve PREFIX: a node that is ready; sets `address`.
serve() {
  : > "$CLUSTER_DIR/log/node-$1log"
  "$vitrina" serve --data "$CLUSTER_DIR/node-$1" --config "$CLUSTER_DIR/$1toml" --listen 127.0.0.1:0 > "$CLUSTER_DIR/log/node-$1log" 2>&1 &
  children+=($!)
  for ((i = 0; i < 600; ++i)); do
    address=$(sed -n 's/^Listening on \(http:[^ ]*\).*/\1/p' "$CLUSTER_DIR/log/node-$1log")
    [ -z "$address" ] || ! curl -sf "$address/readyz" > /dev/null || return 0
    sleep 0.1
  done
  wrong "the node of $1 is not ready"
}
ask() { # path body
  curl -s -o "$CLUSTER_DIR/answer" -w '%{http_code}' -H "Authorization: Bearer $VITRINA_SECRET_KEY" -H 'Content-Type: application/json' -d "$2" "$address$1"
}
event() { echo "{\"event\":\"view_item\",\"event_id\":\"$1\",\"visitor_id\":\"v1\",\"items\":[{\"item_id\":\"item-1\"}]}"; }
serve shop.one.
[ "$(ask /v1/events "$(event new-1)")" = 200 ] || wrong "no event comes in: $(cat "$CLUSTER_DIR/answer")"
[ "$(ask /v1/recommendations '{"visitor_id":"v1","requests":[{"placement":"home"}]}')" = 200 ] || wrong "no answer"
models_taken() { [[ $(curl -s -H "Authorization: Bearer $VITRINA_SECRET_KEY" "$address/metrics") == *$'\nvitrina_models_taken_total 1'* ]]; }
for ((i = 0; i < 200; ++i)); do ! models_taken || break; sleep 0.1; done
models_taken || wrong "the node has not taken the model"
step "a serving node"

of_prefix shop.two.
ops/grow.sh copy --cluster "$properties" --to shop.two. --partitions 12 > "$CLUSTER_DIR/log/copy.log"
ops/grow.sh finish --cluster "$properties" --to shop.two. > "$CLUSTER_DIR/log/finish.log"
status=$(ask /v1/events "$(event new-2)")
[ "$status" = 503 ] || wrong "a sealed generation answers $status: $(cat "$CLUSTER_DIR/answer")"
[ "$(ask /v1/recommendations '{"visitor_id":"v1","requests":[{"placement":"home"}]}')" = 200 ] || wrong "no answer from the old generation"
fold shop.two.
serve shop.two.
[ "$(ask /v1/events "$(event new-2)")" = 200 ] || wrong "no event comes into the new generation: $(cat "$CLUSTER_DIR/answer")"
[ "$(ask /v1/recommendations '{"visitor_id":"v1","requests":[{"placement":"home"}]}')" = 200 ] || wrong "no answer from the new generation"
step "grown: the old node answers 503 to events and goes on recommending, the new one takes them"
