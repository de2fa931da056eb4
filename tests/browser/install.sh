#!/usr/bin/env bash
# Finds the browsers of the browser tests, and a proxy, or installs them: the system's where apt-get may; else playwright's own
# Chromium, and the tests of other engines are left out where those are not.
set -u

install() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  echo "installing Debian's $*"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

command -v nginx >/dev/null || install nginx-light || echo "no nginx: its test is left out"
command -v firefox-esr >/dev/null || install firefox-esr || echo "no Firefox: its tests are left out"
command -v WebKitWebDriver >/dev/null && command -v Xvfb >/dev/null || install webkit2gtk-driver xvfb ||
  echo "no WebKit: its tests are left out"

if [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
  exit 0
fi
install chromium fonts-noto-cjk && exit 0
playwright install chromium && exit 0
echo "no Chromium: install the system's package (chromium), or set CHROMIUM to a browser's path" >&2
exit 1
