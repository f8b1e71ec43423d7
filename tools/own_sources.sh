#!/usr/bin/env bash
# Lists the C++ files that people wrote: tracked, or new and not ignored.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' | while read -r file; do [ ! -f "$file" ] || echo "$file"; done
