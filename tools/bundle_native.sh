#!/usr/bin/env bash
# Lays out a shared library and the libraries that it needs side by side: tools/bundle_native.sh LIBRARY FOLDER
# Left out is what every process of Debian 12 has: the C and C++ runtimes. FOLDER/names lists the files, LIBRARY last, and what
# their bytes hash to, so that two different bundles never share a place.
set -euo pipefail
library=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"
needed=$(ldd "$library" | awk '/not found/ {print "missing: " $1 > "/dev/stderr"; exit 1} $2 == "=>" {print $3}' |
  grep -vE '/(libc|libm|libpthread|libdl|librt|libstdc\+\+|libgcc_s)\.so' | sort)
for file in $needed "$library"; do
  cp -L "$file" "$folder/$(basename "$file")"
done
strip --strip-debug "$folder/$(basename "$library")"
names=$(for file in $needed "$library"; do basename "$file"; done)
hash=$(cd "$folder" && for name in $names; do sha256sum "$name"; done | sha256sum | cut -c1-32)
{ echo "$hash"; echo "$names"; } > "$folder/names"
