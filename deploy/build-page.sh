#!/usr/bin/env bash
# Builds the page.
set -euo pipefail
cd "$(dirname "$0")/.."
with_node=$PWD/deploy/with-node.sh

cd services/portal/web
if [ ! -f node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
  "$with_node" npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.installed
fi
"$with_node" npm run --silent "${1:-build}"
