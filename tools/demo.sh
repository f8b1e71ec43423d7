#!/usr/bin/env bash
# make demo: a real gift shop's year of orders (data/online-retail) imported, examined, learned from, measured and answered.
# Ends by itself and leaves nothing running. SERVE=1 leaves the server up and says how to stop it; PORT chooses its port.
set -euo pipefail
cd "$(dirname "$0")/.."

vitrina=build/release/vitrina
shop=build/demo
orders=(--as orders --mapping data/online-retail/mapping.toml data/online-retail/online-retail.csv.zst)
loyal=14911      # 201 orders
twice=12838      # two orders, half a year apart
product=85123A   # WHITE HANGING HEART T-LIGHT HOLDER
cart=22423,22697 # REGENCY CAKESTAND 3 TIER, GREEN REGENCY TEACUP AND SAUCER
clicked=22457    # NATURAL SLATE HEART CHALKBOARD

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
show() {
    echo "\$ vitrina $*"
    "$vitrina" "$@"
}
recommend() { show recommend --data "$shop" --size 5 "$@"; }

rm -rf "$shop"
SECONDS=0

say "1. Import: a year of orders, and the catalogue that they name"
show import --data "$shop" "${orders[@]}"

say "2. Is the data fit to learn from?"
show doctor --data "$shop"

say "3. Learn"
show train --data "$shop"

say "4. Measure: learn from everything before 1 November 2011, answer, compare with what people bought in the next 30 days"
show evaluate --data "$shop" --split cuts:2011-11-01 --horizon 30d --task home,product_addons,cart,buy_again --at 10

say "5. Answer: the home page of a loyal customer, of one with two orders, and of somebody new"
recommend --placement home --visitor "$loyal"
recommend --placement home --visitor "$twice"
recommend --placement home --visitor somebody-new

say "   the page of a product, and what goes with a cart"
recommend --placement product --item "$product" --visitor "$twice"
recommend --placement cart --cart "$cart" --visitor somebody-new

say "6. One click by somebody new, and the next answer"
click=$(printf '{"event":"view_item","time":"%s","visitor_id":"somebody-new","items":[{"item_id":"%s"}]}' \
    "$(date -u +%FT%TZ)" "$clicked")
echo "\$ echo '$click' | vitrina import --data $shop --as events -"
"$vitrina" import --data "$shop" --as events --format jsonl - <<< "$click"
recommend --placement home --visitor somebody-new

say "All of this took ${SECONDS} s. Three commands to try next:"
cat <<NEXT
  $vitrina recommend --data $shop --placement cart --cart $cart --explain
  $vitrina evaluate --data $shop --split cuts:2011-06-01,2011-08-01,2011-10-01,2011-11-01 --horizon 30d
  $vitrina serve --data $shop        (prints a key; then the requests of docs/http.md)
NEXT

[ "${SERVE:-0}" = 1 ] || exit 0
listen=127.0.0.1:${PORT:-8080}
"$vitrina" serve --data "$shop" --listen "$listen" > "$shop/serve.out" 2> "$shop/serve.log" &
pid=$!
for _ in $(seq 100); do
    grep -q "$listen" "$shop/serve.out" "$shop/serve.log" && break
    kill -0 "$pid" 2> /dev/null || { cat "$shop/serve.log" >&2; exit 1; }
    sleep 0.1
done
disown
say "The server is up: http://$listen/docs"
cat "$shop/serve.out"
echo "Stop it with: kill $pid"
