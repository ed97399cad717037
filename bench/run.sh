#!/usr/bin/env bash
# CPU time a request, for Gatehouse and for its peers, one after the other.
#
#   bench/run.sh [--seconds N] [--warm N] [--only a,b]
#
#   --seconds N  how long each size is measured (15)
#   --warm N     how long a JVM is warmed before it counts (60)
#   --only a,b   of: nginx haproxy go mitre jetty-async gatehouse-bare gatehouse-whole
#
# See bench/README.md for what the numbers mean.
set -euo pipefail

seconds=15
warm=60
programs=(nginx haproxy go mitre jetty-async gatehouse-bare gatehouse-whole)
usage() {
    sed -n '2,10s/^# \{0,1\}//p' "$0"
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
hertz=$(getconf CLK_TCK)
port=$((port_base + 10))
require_free "$upstream_port" "$port"

# --- the upstream ------------------------------------------------------

mkdir -p "$work/www" "$work/nginx"
head -c 768 /dev/urandom | base64 -w 0 >"$work/www/1k"
head -c 76800 /dev/urandom | base64 -w 0 >"$work/www/100k"

nginx_config() { # nginx_config NAME SERVER_BLOCK
    cat >"$work/nginx/$1.conf" <<EOF
daemon off;
worker_processes 1;
pid $work/nginx/$1.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_body_temp_path $work/nginx/$1-body;
    proxy_temp_path $work/nginx/$1-proxy;
    fastcgi_temp_path $work/nginx/$1-fastcgi;
    uwsgi_temp_path $work/nginx/$1-uwsgi;
    scgi_temp_path $work/nginx/$1-scgi;
    $2
}
EOF
}

nginx_config upstream "server { listen 127.0.0.1:$upstream_port; root $work/www; }"
chmod -R a+rX "$work"
start upstream nginx -c "$work/nginx/upstream.conf"
await upstream "$upstream/1k"

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

start_go() {
    (cd "$bench" && go build -o "$work/goproxy" ./goproxy)
    start go "$work/goproxy" -listen "127.0.0.1:$port" -upstream "$upstream"
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

# family PID: a process and its children.
family() {
    echo "$1"
    cat "/proc/$1/task/$1/children" 2>/dev/null | tr ' ' '\n'
}

cpu_ticks() {
    local pid sum=0 fields
    for pid in $(family "$1"); do
        read -ra fields <<<"$(sed 's/.*) //' "/proc/$pid/stat")"
        sum=$((sum + fields[11] + fields[12]))
    done
    echo $sum
}

resident_mb() {
    local pid sum=0
    for pid in $(family "$1"); do
        sum=$((sum + $(awk '/^VmRSS/ {print $2}' "/proc/$pid/status")))
    done
    echo $((sum / 1024))
}

load() { # load SECONDS FILE
    wrk -t 1 -c 16 -d "$1" -H "$header" "$url/$2"
}

# measure PID FILE: prints "microseconds requests/s".
measure() {
    local before after report requests
    before=$(cpu_ticks "$1")
    report=$(load "$seconds" "$2")
    after=$(cpu_ticks "$1")
    if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then
        echo "$report" >&2
        return 1
    fi
    requests=$(awk '/requests in/ {print $1}' <<<"$report")
    awk -v ticks=$((after - before)) -v hertz="$hertz" -v requests="$requests" -v seconds="$seconds" \
        'BEGIN {printf "%.1f %d\n", ticks * 1000000 / hertz / requests, requests / seconds}'
}

declare -A small=() large=()
run_one() {
    local name=$1 pid one hundred rate rate_large
    url=http://127.0.0.1:$port
    header="X-Bench: 1"
    "start_$name" || return 1
    pid=${pids[$name]}
    await "$name" "$url/1k" "$header" || return 1
    case $name in
        nginx | haproxy | go) load 2 1k >/dev/null && load 2 100k >/dev/null ;;
        *)
            load $((warm * 2 / 3 + 1)) 1k >/dev/null
            load $((warm / 3 + 1)) 100k >/dev/null
            ;;
    esac
    one=$(measure "$pid" 1k) || return 1
    hundred=$(measure "$pid" 100k) || return 1
    read -r one rate <<<"$one"
    read -r hundred rate_large <<<"$hundred"
    small[$name]=$one
    large[$name]=$hundred
    printf '%-18s %9s %9s %11s %11s %8s\n' "$name" "$one" "$hundred" "$rate" "$rate_large" "$(resident_mb "$pid")"
}

echo "$("$java" -version 2>&1 | sed -n 2p), $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
echo "nginx upstream, wrk -t 1 -c 16, ${seconds}s a size, JVMs warmed for ${warm}s"
echo
printf '%-18s %9s %9s %11s %11s %8s\n' program "1KB µs" "100KB µs" "1KB req/s" "100KB req/s" "RSS MB"
failed=()
for program in "${programs[@]}"; do
    [ "$(type -t "start_$program")" = function ] || fail "there is no program \"$program\""
    if ! run_one "$program"; then
        printf '%-18s could not be measured\n' "$program"
        failed+=("$program")
    fi
    stop "$program"
done

# --- what was asked ----------------------------------------------------

ratio() { # ratio WHAT A B ASKED
    [ -n "$2" ] && [ -n "$3" ] || return 0
    awk -v what="$1" -v a="$2" -v b="$3" -v asked="$4" 'BEGIN {
        r = a / b
        printf "%-50s %5.2f   asked: at most %.2f   %s\n", what, r, asked, r <= asked ? "met" : "MISSED"
    }'
}

echo
bare=${small[gatehouse-bare]:-} whole=${small[gatehouse-whole]:-} go=${small[go]:-}
ratio "1 KB, bare, to Go's ReverseProxy" "$bare" "$go" 0.75
ratio "1 KB, bare, to Jetty's AsyncProxyServlet" "$bare" "${small[jetty-async]:-}" 0.5
ratio "1 KB, bare, to mitre's servlet as shipped" "$bare" "${small[mitre]:-}" 1
ratio "1 KB, whole, to bare Go's ReverseProxy" "$whole" "$go" 1
ratio "100 KB, whole, to bare Go's ReverseProxy" "${large[gatehouse-whole]:-}" "${large[go]:-}" 1
[ ${#failed[@]} = 0 ] || fail "could not be measured: ${failed[*]}"
