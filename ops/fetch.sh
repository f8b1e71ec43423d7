#!/usr/bin/env bash
# Fetches the pinned engines (ops/engines/**/pom.xml) into $VITRINA_ENGINES (default build/engines), once; a change of a pin
# fetches anew. Several clones may share one folder.
#
#   ops/fetch.sh           Kafka, Hadoop, Spark
#   ops/fetch.sh yarn      also what Spark needs to run on YARN (one jar out of a download of 450 MB)
#   ops/fetch.sh mllib     also Spark's machine learning, which the benchmark against it needs (16 jars out of the same download)
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
engines=$(realpath -m "${VITRINA_ENGINES:-$repository/build/engines}")
if ! { mkdir -p "$engines" && touch "$engines/lock"; } 2> /dev/null; then
  echo "The engines cannot be put into $engines; say another folder in VITRINA_ENGINES, one that can be written." >&2
  exit 1
fi
exec 9> "$engines/lock"
flock 9
pins=$(cd "$repository/ops/engines" && find . -name pom.xml -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)

fetch_engines() {
  command -v mvn > /dev/null || "$repository/tools/install_packages.sh" cluster
  echo "Fetching Kafka, Hadoop and Spark into $engines (once) …"
  rm -rf "${engines:?}"/{kafka,hadoop,spark,mllib,archives,pins}
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

# Spark's parts for YARN and for machine learning are not published as artifacts of Spark's own version, but travel inside PySpark's
# source archive: fetch_of_pyspark WHAT FOLDER PATTERN JAR takes the jars of a pattern, unless the one named is there.
fetch_of_pyspark() {
  local what=$1 folder=$2 pattern=$3 jar=$4 version download
  version=$(basename "$engines"/spark/jars/spark-core_2.13-*.jar .jar)
  version=${version##*-}
  [ ! -e "$folder/$jar-$version.jar" ] || return 0
  echo "Fetching $what (once) …"
  download=$(mktemp -d -p "$engines")
  python3 -m pip download -q --disable-pip-version-check --no-cache-dir --no-deps -d "$download" "pyspark==$version"
  tar -xzf "$download"/pyspark-*.tar.gz -C "$download" --strip-components=3 --no-same-owner --wildcards "pyspark-$version/deps/jars/*.jar"
  mkdir -p "$folder"
  find "$download" -name '*.jar' -regextype posix-extended -regex ".*/($pattern)[^/]*" -exec mv -t "$folder" {} +
  rm -rf "$download"
  echo "Fetched in $SECONDS s."
}

[ "$(cat "$engines/pins" 2> /dev/null)" = "$pins" ] || fetch_engines
case ${1:-} in
  yarn) fetch_of_pyspark "Spark's part for YARN" "$engines/spark/jars" spark-yarn_ spark-yarn_2.13 ;;
  # Apart from Spark's own: nothing but the comparison with it knows of it.
  mllib)
    fetch_of_pyspark MLlib "$engines/mllib" \
      'spark-(mllib|mllib-local|graphx|streaming)_|breeze|spire|algebra_|cats-kernel_|blas-|lapack-|arpack' spark-mllib_2.13
    ;;
esac
