#!/usr/bin/env bash
# Installs what is missing from packages.txt for the purposes given: tools/install_packages.sh build check
# Says nothing and changes nothing where everything is there. Uses sudo where it is not root.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo "usage: $0 build|check|cluster|diagrams …" >&2; exit 2; }

mapfile -t wanted < <(awk -v purposes=" $* " '!/^#/ && NF == 2 && index(purposes, " " $2 " ") {print $1}' packages.txt)
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2> /dev/null | awk '$2 == "installed" {print $1}' || true)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) <(sort -u <<< "$installed"))
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || { echo "install these packages as root, then try again: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" > "$log" 2>&1 || { cat "$log" >&2; echo "failed: $*" >&2; exit 1; }
}
start=$SECONDS
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
quietly apt-get update -qq
quietly apt-get install -y -qq --no-install-recommends "${missing[@]}"
echo "Installed in $((SECONDS - start)) s."
