#!/bin/sh
# Makes sure that Chromium and a Chinese font are there for the browser tests, or says what to install.
set -eu
found=$(command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome || true)
if [ -n "$found" ] && { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; }; then
  exit 0
fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium and a Chinese font for the browser tests …"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null
  exit 0
fi
echo "The browser tests need Chromium and a Chinese font: install 'chromium' and 'fonts-noto-cjk' (Debian, Ubuntu)," >&2
echo "or set CHROMIUM to the path of a Chromium or Chrome." >&2
exit 1
