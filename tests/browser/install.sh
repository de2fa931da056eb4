#!/usr/bin/env bash
# Finds a Chromium for the browser tests, or installs one: the system's where apt-get may, else playwright's own.
set -u
if [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
  exit 0
fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "installing Debian's chromium and a Chinese font"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-cjk >/dev/null && exit 0
fi
playwright install chromium && exit 0
echo "no Chromium: install the system's package (chromium), or set CHROMIUM to a browser's path" >&2
exit 1
