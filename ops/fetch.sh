#!/usr/bin/env bash
# Fetches the pinned engines (ops/engines/**/pom.xml) into $VITRINA_ENGINES (default build/engines), once; a change of a pin
# fetches anew. Several clones may share one folder.
#
#   ops/fetch.sh           Kafka, Hadoop, Spark
#   ops/fetch.sh yarn      also what Spark needs to run on YARN (one jar out of a download of 450 MB)
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
engines=$(realpath -m "${VITRINA_ENGINES:-$repository/build/engines}")
mkdir -p "$engines"
exec 9> "$engines/lock"
flock 9
pins=$(cd "$repository/ops/engines" && find . -name pom.xml -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)

fetch_engines() {
  command -v mvn > /dev/null || "$repository/tools/install_packages.sh" cluster
  echo "Fetching Kafka, Hadoop and Spark into $engines (once) …"
  rm -rf "${engines:?}"/{kafka,hadoop,spark,archives,pins}
  # Maven writes beside every pom that it works on; the sources stay as they are.
  local poms log
  poms=$(mktemp -d)
  log=$engines/fetch.log
  cp -r "$repository/ops/engines/." "$poms"
  mvn -B -ntp -q -f "$poms/pom.xml" "-Dengines=$engines" package > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
  rm -rf "$poms"
  echo "$pins" > "$engines/pins"
  echo "Fetched in $SECONDS s."
}

# Spark's part for YARN is not published as an artifact of Spark's own version, but travels inside PySpark's source archive.
fetch_spark_on_yarn() {
  local version download
  version=$(basename "$engines"/spark/jars/spark-core_2.13-*.jar .jar)
  version=${version##*-}
  [ ! -e "$engines/spark/jars/spark-yarn_2.13-$version.jar" ] || return 0
  echo "Fetching Spark's part for YARN (once) …"
  download=$(mktemp -d -p "$engines")
  python3 -m pip download -q --disable-pip-version-check --no-cache-dir --no-deps -d "$download" "pyspark==$version"
  tar -xzf "$download"/pyspark-*.tar.gz -C "$download" --strip-components=3 --no-same-owner \
    "pyspark-$version/deps/jars/spark-yarn_2.13-$version.jar"
  mv "$download/spark-yarn_2.13-$version.jar" "$engines/spark/jars/"
  rm -rf "$download"
  echo "Fetched in $SECONDS s."
}

[ "$(cat "$engines/pins" 2> /dev/null)" = "$pins" ] || fetch_engines
[ "${1:-}" != yarn ] || fetch_spark_on_yarn
