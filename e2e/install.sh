#!/usr/bin/env bash
# Installs what the end-to-end tests need from Debian, and only what is missing.
#   install.sh [nodejs|browser|pages]   with Node.js, or with a browser and what drives it, or with a web UI as well
set -euo pipefail

packages=()
need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null || packages+=("$2")
}
need openssl openssl
need curl curl
need python3 python3-minimal
need tar tar
need flock util-linux
need setsid util-linux
need ps procps
case ${1:-} in
    browser | pages) need "${CHROMIUM:-chromium}" chromium ;;
esac
if [ "${1:-}" = pages ]; then
    need prometheus prometheus
fi
if [ -n "${1:-}" ]; then
    need node nodejs
    need npm npm
fi

if [ ${#packages[@]} -eq 0 ]; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: not root; please install: ${packages[*]}" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
