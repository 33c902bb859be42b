#!/bin/sh
# The programs that tests need and Python cannot bring: installed where we may, named where we may not.
set -eu
missing=""
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v go >/dev/null 2>&1 || missing="$missing golang-go"
ruby -e 'require "typhoeus"' >/dev/null 2>&1 || missing="$missing ruby ruby-typhoeus"
if command -v fc-list >/dev/null 2>&1; then
    fc-list | grep -q "Noto Sans CJK" || missing="$missing fonts-noto-cjk"
else
    missing="$missing fontconfig fonts-noto-cjk"
fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "parley: Installing$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # several names
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "parley: the tests need these Debian packages:$missing" >&2
exit 1
