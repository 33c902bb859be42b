#!/bin/sh
# What `make bench` needs beside what the tests need: installed where we may, named where we may not.
set -eu
command -v wrk >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "parley: Installing wrk"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends wrk >/dev/null
    exit 0
fi
echo "parley: measuring needs the Debian package wrk" >&2
exit 1
