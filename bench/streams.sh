#!/usr/bin/env bash
# What lasts: the delay of a watch's events, and how much a tunnel carries.
#
#   bench/streams.sh [--only watch|tunnel] [--warm N] [--without-gatehouse]
#
#   --warm N  seconds of ordinary requests before Gatehouse counts (30)
#
# See bench/README.md for what the numbers mean.
set -euo pipefail

parts=(watch tunnel)
gatehouse=yes
warm=30
usage() {
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit "$1"
}
while [ $# -gt 0 ]; do
    case $1 in
        --only) parts=("$2") && shift 2 ;;
        --warm) warm=$2 && shift 2 ;;
        --without-gatehouse) gatehouse=no && shift ;;
        --help) usage 0 ;;
        *) usage 2 >&2 ;;
    esac
done

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$bench/install.sh"
relay_port=$((port_base + 11))
go_port=$((port_base + 12))
gatehouse_port=$((port_base + 13))
require_free "$upstream_port" "$relay_port" "$go_port" "$gatehouse_port"
(cd "$bench" && go build -o "$work/bin/" ./goproxy ./upstream ./watch-latency ./tunnel)

cat >"$work/haproxy.cfg" <<EOF
global
    maxconn 4096
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
frontend in
    bind 127.0.0.1:$relay_port
    default_backend up
backend up
    server up 127.0.0.1:$upstream_port
EOF
start relay haproxy -db -f "$work/haproxy.cfg"
start go "$work/bin/goproxy" -listen "127.0.0.1:$go_port" -upstream "$upstream"
header="Authorization: Bearer $token"
ways=("haproxy-tcp=http://127.0.0.1:$relay_port" "go=http://127.0.0.1:$go_port")
if [ $gatehouse = yes ]; then
    take_war || fail "there is no $war; build it, or say --without-gatehouse"
    whole_home "$work/whole"
    start_gatehouse gatehouse "$work/whole" "$gatehouse_port"
fi

start upstream "$work/bin/upstream" -listen "127.0.0.1:$upstream_port"
await upstream "$upstream/"
await relay "http://127.0.0.1:$relay_port/"
await go "http://127.0.0.1:$go_port/"
if [ $gatehouse = yes ]; then
    await gatehouse "http://127.0.0.1:$gatehouse_port/kube/" "$header"
    wrk -t 1 -c 16 -d "$warm" -H "$header" "http://127.0.0.1:$gatehouse_port/kube/" >/dev/null
fi

watch() {
    "$work/bin/watch-latency" -streams 10 -events 50 -header "$header" "${ways[@]}" >/dev/null # warm
    local streams
    for streams in 1 50; do
        echo
        "$work/bin/watch-latency" -streams $streams -header "$header" "direct=$upstream" "${ways[@]}"
    done
    echo "asked: every event within 5 ms, the headers before the first event (50 ms)"
}

tunnel() {
    "$work/bin/tunnel" -rounds 1 -header "$header" "${ways[@]}" >/dev/null # warm
    echo
    "$work/bin/tunnel" -header "$header" "${ways[@]}"
    echo "asked: at least 0.80 of haproxy-tcp"
}

[ $gatehouse = no ] || ways+=("gatehouse-whole=http://127.0.0.1:$gatehouse_port/kube")
for part in "${parts[@]}"; do
    case $part in
        watch | tunnel) $part ;;
        *) usage 2 >&2 ;;
    esac
done
