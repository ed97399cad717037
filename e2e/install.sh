#!/usr/bin/env bash
# Installs what the end-to-end tests need from Debian, and only what is missing.
#   install.sh [nodejs|browser|pages|terminators]   with Node.js, with a browser and what drives it, with a web UI
#       besides, or with TLS terminators
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
    pages) need prometheus prometheus ;;&
    browser | pages) need "${CHROMIUM:-chromium}" chromium ;;&
    browser | pages | nodejs)
        need node nodejs
        need npm npm
        ;;
    terminators)
        need nginx nginx
        need haproxy haproxy
        ;;
esac

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
