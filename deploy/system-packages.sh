#!/usr/bin/env bash
# Installs from Debian's or Ubuntu's packages what the tests need and wheels cannot bring.
set -euo pipefail

missing=()
command -v java > /dev/null || missing+=(openjdk-17-jre-headless)
command -v mvn > /dev/null || missing+=(maven)
command -v chromium > /dev/null || command -v chromium-browser > /dev/null || missing+=(chromium)
ldconfig -p 2> /dev/null | grep -q 'libcurl\.so\.4' || missing+=(libcurl4)

if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  echo "Installing ${missing[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
elif [ "${CI:-}" = true ]; then
  echo "Missing: ${missing[*]}. Install them: \`apt-get install ${missing[*]}\`." >&2
  exit 1
else
  echo "Missing, so what needs them is left out: ${missing[*]}. \`sudo apt-get install ${missing[*]}\` brings them."
fi
