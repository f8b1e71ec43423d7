#!/usr/bin/env bash
# make bench, the part about quality: the bundled shop at four cuts, then published sets where PUBLISHED names a folder that
# holds them (docs/published-evaluation.md says what each file looks like).
set -euo pipefail
cd "$(dirname "$0")/.."
vitrina=build/release/vitrina
shop=$(mktemp -d "${TMPDIR:-/tmp}/vitrina-bench.XXXXXX")
trap 'rm -rf "$shop"' EXIT
published=${PUBLISHED:-data/published}

evaluate() {
  local what=$1 first=$2
  shift 2
  echo "== $what"
  if [ -f "$published/$first" ]; then
    (cd "$published" && "$OLDPWD/$vitrina" evaluate --interactions "$first" "$@")
  else
    echo "skipped: data not found ($published/$first; say PUBLISHED=folder)"
  fi
}

echo "== import of Online Retail"
"$vitrina" import --data "$shop" --as orders --mapping data/online-retail/mapping.toml data/online-retail/online-retail.csv.zst
echo "== quality on Online Retail, four cuts"
"$vitrina" evaluate --data "$shop" --split cuts:2011-06-01,2011-08-01,2011-10-01,2011-11-01 --horizon 30d
evaluate Gowalla gowalla/train.txt.gz --valid gowalla/valid.txt.gz --test gowalla/test.txt.gz --shape user-items --at 20
evaluate Diginetica diginetica/train_sessions.txt.gz --test diginetica/test_prefixes.txt.gz --shape sessions --at 20
evaluate Beauty beauty/sequences.txt.gz --shape sequences --at 10
evaluate Ta-Feng tafeng/baskets.txt.gz --shape baskets --at 10
evaluate Serenade serenade/train.tsv.gz --valid serenade/valid.tsv.gz --test serenade/test.tsv.gz --shape sessions --at 20
