#!/usr/bin/env bash
# CPU time a request, for Gatehouse and for its peers, one after the other,
# each in turns with Go's ReverseProxy as the yardstick.
#
#   bench/run.sh [--seconds N] [--warm N] [--only a,b]
#
#   --seconds N  how long each size is measured (15)
#   --warm N     how long a JVM is warmed before it counts (60)
#   --only a,b   of: nginx haproxy mitre jetty-async gatehouse-bare gatehouse-whole
#
# See bench/README.md for what the numbers mean.
set -euo pipefail

seconds=15
warm=60
programs=(nginx haproxy mitre jetty-async gatehouse-bare gatehouse-whole)
usage() {
    sed -n '2,11s/^# \{0,1\}//p' "$0"
    exit "$1"
}
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=$2 && shift 2 ;;
        --warm) warm=$2 && shift 2 ;;
        --only) IFS=, read -ra programs <<<"$2" && shift 2 ;;
        --help) usage 0 ;;
        *) usage 2 >&2 ;;
    esac
done

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$bench/install.sh"
port=$((port_base + 10))
go_port=$((port_base + 12))
rounds=3
warm_requests=$((warm * 5000))
require_free "$upstream_port" "$port" "$go_port"

start_files

# --- the programs ------------------------------------------------------

url=http://127.0.0.1:$port
header="X-Bench: 1"

start_nginx() {
    nginx_config proxy "upstream up { server 127.0.0.1:$upstream_port; keepalive 512; }
    server {
        listen 127.0.0.1:$port;
        location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection \"\"; }
    }"
    start nginx nginx -c "$work/nginx/proxy.conf"
}

start_haproxy() {
    cat >"$work/haproxy.cfg" <<EOF
global
    maxconn 4096
    nbthread 1
defaults
    mode http
    http-reuse always
    timeout connect 5s
    timeout client 1h
    timeout server 1h
frontend in
    bind 127.0.0.1:$port
    default_backend up
backend up
    server up 127.0.0.1:$upstream_port
EOF
    start haproxy haproxy -db -f "$work/haproxy.cfg"
}

start_servlet() {
    (cd "$root" && ./mvnw -q -f bench/mitre/pom.xml compile dependency:build-classpath \
        -Dmdep.outputFile=target/classpath) >"$work/build.log" 2>&1 || {
        cat "$work/build.log" >&2
        return 1
    }
    start "$1" "${jvm[@]}" -cp "$bench/mitre/target/classes:$(cat "$bench/mitre/target/classpath")" \
        io.gatehouse.bench.ServletProxy "$1" "$port" "$upstream"
}
start_mitre() { start_servlet mitre; }
start_jetty-async() { start_servlet jetty-async; }

start_gatehouse-bare() {
    take_war || return 1
    bare_home "$work/bare"
    url=$url/up
    start_gatehouse gatehouse-bare "$work/bare" "$port"
}

start_gatehouse-whole() {
    take_war || return 1
    whole_home "$work/whole"
    url=$url/up
    header="Authorization: Bearer $token"
    start_gatehouse gatehouse-whole "$work/whole" "$port"
}

# --- measuring ---------------------------------------------------------

load() { # load URL SECONDS
    wrk -t 1 -c 16 -d "$2" -H "$header" "$1"
}

# sample NAME SIZE URL: adds to what is known of a program.
declare -A ticks=() requests=()
sample() {
    local key=$1-$2 pid=${pids[$1]} before report
    before=$(cpu_ticks "$pid")
    report=$(load "$3/$2" $(((seconds + rounds - 1) / rounds)))
    ticks[$key]=$((${ticks[$key]:-0} + $(cpu_ticks "$pid") - before))
    if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then
        echo "$report" >&2
        return 1
    fi
    requests[$key]=$((${requests[$key]:-0} + $(awk '/requests in/ {print $1}' <<<"$report")))
}

# A compiler that gets no time compiles nothing, so on a busy machine it is the
# requests that count, and up to three times as long.
warm_up() {
    local begin=$SECONDS answered=0 turn=$((warm / 6 + 1))
    while [ $((SECONDS - begin)) -lt "$warm" ] ||
        { [ $answered -lt $warm_requests ] && [ $((SECONDS - begin)) -lt $((warm * 3)) ]; }; do
        load "$url/100k" $turn >/dev/null
        answered=$((answered + $(load "$url/1k" $((turn * 2)) | awk '/requests in/ {print $1}')))
    done
}

# cost NAME SIZE: CPU time a request, in microseconds.
cost() {
    awk -v ticks="${ticks[$1-$2]}" -v hertz="$hertz" -v requests="${requests[$1-$2]}" \
        'BEGIN {printf "%.1f", ticks * 1000000 / hertz / requests}'
}

declare -A small=() large=() # times Go's
run_one() {
    local name=$1 size round
    url=http://127.0.0.1:$port
    header="X-Bench: 1"
    "start_$name" || return 1
    await "$name" "$url/1k" "$header" || return 1
    case $name in
        nginx | haproxy) load "$url/1k" 2 >/dev/null ;;
        *) warm_up ;;
    esac
    unset "ticks[go-1k]" "ticks[go-100k]" "requests[go-1k]" "requests[go-100k]"
    for size in 1k 100k; do
        for round in $(seq $rounds); do
            sample go $size "http://127.0.0.1:$go_port" || return 1
            sample "$name" $size "$url" || return 1
        done
    done
    small[$name]=$(times "$(cost "$name" 1k)" "$(cost go 1k)")
    large[$name]=$(times "$(cost "$name" 100k)" "$(cost go 100k)")
    printf '%-16s %8s %8s %6s %9s %8s %6s %7s %6s\n' "$name" "$(cost "$name" 1k)" "$(cost go 1k)" "${small[$name]}" \
        "$(cost "$name" 100k)" "$(cost go 100k)" "${large[$name]}" "$(resident_mb "${pids[$name]}")" \
        "$(load_now)"
}

times() {
    awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'
}

(cd "$bench" && go build -o "$work/goproxy" ./goproxy)
start go "$work/goproxy" -listen "127.0.0.1:$go_port" -upstream "$upstream"
await go "http://127.0.0.1:$go_port/1k"

say_machine
echo "nginx upstream, wrk -t 1 -c 16, ${seconds}s a size, JVMs warmed for ${warm}s"
echo "CPU µs a request, beside Go's ReverseProxy in turns"
echo
printf '%-16s %7s %8s %6s %9s %8s %6s %7s %6s\n' program "1 KB" "Go" "ratio" "100 KB" "Go" "ratio" "RSS MB" "load"
failed=()
for program in "${programs[@]}"; do
    [ "$(type -t "start_$program")" = function ] || fail "there is no program \"$program\""
    if ! run_one "$program"; then
        printf '%-16s could not be measured\n' "$program"
        failed+=("$program")
    fi
    stop "$program"
done

# --- what was asked ----------------------------------------------------

asked() { # asked WHAT A B ATMOST
    [ -n "$2" ] && [ -n "$3" ] || return 0
    awk -v what="$1" -v a="$2" -v b="$3" -v asked="$4" 'BEGIN {
        r = a / b
        printf "%-44s %5.2f   asked: at most %.2f   %s\n", what, r, asked, r <= asked ? "met" : "MISSED"
    }'
}

echo
bare=${small[gatehouse-bare]:-}
asked "1 KB, bare, to Go's ReverseProxy" "$bare" 1 0.75
asked "1 KB, bare, to Jetty's AsyncProxyServlet" "$bare" "${small[jetty-async]:-}" 0.5
asked "1 KB, whole, to Go's ReverseProxy" "${small[gatehouse-whole]:-}" 1 1
asked "100 KB, whole, to Go's ReverseProxy" "${large[gatehouse-whole]:-}" 1 1
[ ${#failed[@]} = 0 ] || fail "could not be measured: ${failed[*]}"
