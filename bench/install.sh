#!/usr/bin/env bash
# Installs what the benchmarks run against, if it is missing (Debian, Ubuntu).
set -euo pipefail

missing=()
for program in nginx haproxy wrk; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || missing+=($program)
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
# They are started by the benchmarks with configurations of their own, never as services.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq "${missing[@]}"
