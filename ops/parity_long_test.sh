#!/usr/bin/env bash
# ops/parity_test.sh with the year of orders in data/online-retail, and its jobs on YARN. Run by make test-cluster (labels cluster, long).
set -euo pipefail
export PARITY_SHOP=online-retail PARITY_ON=yarn PARITY_PEOPLE=200
exec "$(dirname "$0")/parity_test.sh"
