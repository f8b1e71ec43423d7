#!/usr/bin/env bash
# Installs what is missing from packages.txt for the purposes given: tools/install_packages.sh build check
# Says nothing and changes nothing where everything is there. Uses sudo where it is not root.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo "usage: $0 build|check|diagrams …" >&2; exit 2; }

wanted=$(awk -v purposes=" $* " '!/^#/ && NF == 2 && index(purposes, " " $2 " ") {print $1}' packages.txt)
# shellcheck disable=SC2086  # one word a package is meant
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2> /dev/null | awk '$2 == "installed" {print $1}' || true)
missing=$(comm -23 <(sort -u <<< "$wanted") <(sort -u <<< "$installed"))
[ -n "$missing" ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || { echo "install these packages as root, then try again:" $missing >&2; exit 1; }
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
  "$@" > "$log" 2>&1 || { cat "$log" >&2; echo "failed: $*" >&2; exit 1; }
}
start=$SECONDS
echo "Installing $(wc -w <<< "$missing") Debian packages:" $missing
quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086
quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
echo "Installed in $((SECONDS - start)) s."
