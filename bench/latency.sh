#!/usr/bin/env bash
# What Gatehouse adds to the time of an answer at 1,000 requests a second.
#
#   bench/latency.sh [--rounds N] [--warm N]
#
#   --rounds N  how often each way is measured, for eight seconds (5)
#   --warm N    seconds of load before Gatehouse counts (60)
#
# See bench/README.md for what the numbers mean.
set -euo pipefail

rounds=5
warm=60
usage() {
    sed -n '2,8s/^# \{0,1\}//p' "$0"
    exit "$1"
}
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 && shift 2 ;;
        --warm) warm=$2 && shift 2 ;;
        --help) usage 0 ;;
        *) usage 2 >&2 ;;
    esac
done

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$bench/install.sh"
go_port=$((port_base + 12))
gatehouse_port=$((port_base + 13))
require_free "$upstream_port" "$go_port" "$gatehouse_port"
take_war || fail "there is no $war; build it: ./mvnw -q package -DskipTests"
(cd "$bench" && go build -o "$work/bin/" ./goproxy ./latency)

start_files
start go "$work/bin/goproxy" -listen "127.0.0.1:$go_port" -upstream "$upstream"
await go "http://127.0.0.1:$go_port/1k"
whole_home "$work/whole"
header="Authorization: Bearer $token"
url=http://127.0.0.1:$gatehouse_port/up
start_gatehouse gatehouse "$work/whole" "$gatehouse_port"
await gatehouse "$url/1k" "$header"

say_machine
wrk -t 1 -c 16 -d "$warm" -H "$header" "$url/1k" >/dev/null
"$work/bin/latency" -rounds 1 -seconds 2 -header "$header" "go=http://127.0.0.1:$go_port" "gatehouse=$url" >/dev/null
"$work/bin/latency" -rounds "$rounds" -header "$header" "nginx=$upstream" "go=http://127.0.0.1:$go_port" \
    "gatehouse-whole=$url"
echo "asked of gatehouse-whole: added p50 at most 0.30, p99 at most 2.00; load now $(load_now)"
