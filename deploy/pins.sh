#!/usr/bin/env bash
# Renews the lock files: Python packages with their hashes, and the checksums of Apache Kafka's jars.
set -euo pipefail
cd "$(dirname "$0")/.."

for name in requirements requirements-stack requirements-dev requirements-node; do
  # Resolved for the oldest Python that is supported; without addresses, so that any mirror may serve them.
  .venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 \
    --python-platform x86_64-manylinux_2_28 --no-annotate --no-emit-index-url --no-emit-find-links \
    --custom-compile-command 'make pins' "$name.in" -o "$name.txt" "$@"
done

if command -v mvn > /dev/null; then
  jars=$(mktemp -d)
  trap 'rm -rf "$jars"' EXIT
  mvn -q -B -C -f deploy/kafka/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars"
  (cd "$jars" && sha256sum -- *.jar | tr -s ' ') > deploy/kafka/jars.sha256
else
  echo "deploy/kafka/jars.sha256 was left as it is: there is no Maven here."
fi
