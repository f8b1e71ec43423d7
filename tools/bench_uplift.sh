#!/usr/bin/env bash
# What recommending does to simulated shops of known truth, by arm (docs/simulator.md): a table, JSON and an SVG. Each finished arm of a
# shop is kept in $OUT and not lived again, so a run that was cut off goes on; MINUTES bounds one part.
#   SHOPS=20 VISITORS=20000 OUT=build/uplift SEED=1 MINUTES=90
#   SET="slot_look=.4 listing_look=.6" for shops of another kind (many new items: new_share=.5; drifting tastes: drift=.3)
set -euo pipefail
cd "$(dirname "$0")/.."
vitrina=build/release/vitrina
shops=${SHOPS:-20} visitors=${VISITORS:-20000} out=${OUT:-build/uplift} seed=${SEED:-1} minutes=${MINUTES:-90}
mkdir -p "$out"
all=(--shops "$shops" --visitors "$visitors" --seed "$seed" --out "$out")
for change in ${SET:-}; do all+=(--set "$change"); done

echo "Is the organic life like that of real shops?"
"$vitrina" simulate --validate --visitors 20000
echo
"$vitrina" simulate --rate --visitors 100000
echo
echo "People who ignore what is recommended (all differences must be 0):"
"$vitrina" simulate --null --shops 1 --visitors 1000 --seed "$seed" --json > "$out/null.json"
python3 - "$out/null.json" <<'PY'
import json, sys
lifts = json.load(open(sys.argv[1]))["lifts"]
wrong = {(arm, what): spread["mean"] for arm, measures in lifts.items() for what, spread in measures.items() if spread["mean"] != 0}
print("not 0: %s" % wrong if wrong else "all 0")
sys.exit(bool(wrong))
PY
echo
if ! timeout "$((minutes * 60))" "$vitrina" simulate "${all[@]}" --chart "$out/uplift.svg" > "$out/uplift.txt"; then
  echo "Cut off after $minutes minutes, or failed; what is finished is kept in $out, and the same command goes on." >&2
  exit 1
fi
cat "$out/uplift.txt"
"$vitrina" simulate "${all[@]}" --json > "$out/uplift.json"
echo "$out/uplift.txt, $out/uplift.json, $out/uplift.svg"
