# What the benchmarks share: starting programs, waiting for them, and stopping
# them by process id whatever happens. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bench=$root/bench
PATH=$PATH:/usr/sbin

port_base=${GATEHOUSE_BENCH_PORT:-19400}
upstream_port=$port_base
upstream=http://127.0.0.1:$upstream_port

work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-bench.XXXXXX")
declare -A pids=()

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# start NAME COMMAND...: in the background, its output to $work/NAME.log.
start() {
    local name=$1
    shift
    setsid "$@" >"$work/$name.log" 2>&1 </dev/null &
    pids[$name]=$!
}

# stop NAME: asks, and after five seconds insists.
stop() {
    local name=$1 pid=${pids[$1]:-} left=50
    [ -n "$pid" ] || return 0
    unset "pids[$name]"
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null && [ $left -gt 0 ]; do
        sleep 0.1
        left=$((left - 1))
    done
    kill -9 -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

stop_all() {
    local name
    for name in "${!pids[@]}"; do
        stop "$name"
    done
    rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

# await NAME URL [HEADER]: until the program answers 200 there.
await() {
    local name=$1 url=$2 header=${3:-X-Bench: 1} until=$((SECONDS + 60))
    until [ "$(curl -s -o /dev/null -w '%{http_code}' -H "$header" "$url" || true)" = 200 ]; do
        if ! kill -0 "${pids[$name]}" 2>/dev/null || [ $SECONDS -ge $until ]; then
            echo "$(basename "$0"): $name does not answer 200 at $url:" >&2
            curl -s -i -H "$header" "$url" 2>&1 | head -n 20 >&2
            tail -n 20 "$work/$name.log" >&2
            return 1
        fi
        sleep 0.1
    done
}

require_free() {
    local port
    for port in "$@"; do
        if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            fail "port $port is in use; choose others with GATEHOUSE_BENCH_PORT"
        fi
    done
}

# family PID: a process and its children.
family() {
    echo "$1"
    cat "/proc/$1/task/$1/children" 2>/dev/null | tr ' ' '\n'
}

# cpu_ticks PID: the CPU time it has used, in units of 1/$hertz s.
hertz=$(getconf CLK_TCK)
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

load_now() {
    cut -d ' ' -f 1 /proc/loadavg
}

say_machine() {
    echo "$("$java" -version 2>&1 | sed -n 2p), $(nproc) cores, load $(load_now)"
}

# The JVM that everything in Java runs on.
find_java() {
    local candidate
    for candidate in "${GATEHOUSE_BENCH_JAVA:-}" /usr/lib/jvm/temurin-25*/bin/java "$(command -v java || true)"; do
        if [ -x "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
    fail "there is no java; name one with GATEHOUSE_BENCH_JAVA"
}

java=$(find_java)
jvm=("$java" -XX:+UseParallelGC -Xmx512m)

# The WAR, copied: it may be built anew meanwhile.
war=${GATEHOUSE_BENCH_WAR:-$root/proxy-webapp/target/gatehouse.war}
take_war() {
    [ -f "$war" ] || return 1
    cp "$war" "$work/gatehouse.war"
}

nginx_config() { # nginx_config NAME SERVER_BLOCK
    mkdir -p "$work/nginx"
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

# start_files: an nginx as the upstream, with a file of 1 KB and one of 100 KB.
start_files() {
    mkdir -p "$work/www"
    head -c 768 /dev/urandom | base64 -w 0 >"$work/www/1k"
    head -c 76800 /dev/urandom | base64 -w 0 >"$work/www/100k"
    nginx_config upstream "server { listen 127.0.0.1:$upstream_port; root $work/www; }"
    chmod -R a+rX "$work"
    start upstream nginx -c "$work/nginx/upstream.conf"
    await upstream "$upstream/1k"
}

# The plugin of one fixed token, built if need be.
example_plugin() {
    local jar
    jar=$(find "${GATEHOUSE_BENCH_PLUGIN:-$root/plugins/example/target/plugin}" -name '*.jar' 2>/dev/null | head -n 1)
    if [ -z "$jar" ]; then
        (cd "$root" && ./mvnw -q -pl spi,plugins/example -am package -DskipTests) >&2
        jar=$(find "$root/plugins/example/target/plugin" -name '*.jar' | head -n 1)
    fi
    [ -n "$jar" ] || fail "plugins/example has no jar"
    echo "$jar"
}

token=0123456789abcdef0123456789abcdef

# bare_home DIR: whoever comes, one rule, audit to a file.
bare_home() {
    mkdir -p "$1"
    cat >"$1/gatehouse.yaml" <<EOF
listen: {tls: false}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {none: {plugin: none}}
audit: {sinks: {local: {plugin: audit-file}}}
targets:
  up:
    path: /up/
    url: $upstream
    authenticators: [anonymous]
    authorizers: [policy]
    identity: none
EOF
    echo 'p, user:system:anonymous, up, /**, *|UPGRADE, allow' >"$1/policy.csv"
}

# whole_home DIR: a bearer token, 1,000 rules, audit to H2. The target kube
# leads to the same upstream, as if that were an API server.
whole_home() {
    local rule
    mkdir -p "$1/plugins"
    cp "$(example_plugin)" "$1/plugins/"
    cat >"$1/gatehouse.yaml" <<EOF
listen: {tls: false}
authenticators: {token: {plugin: static-token, token: $token, user: alice, groups: [staff]}}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {none: {plugin: none}}
audit: {sinks: {local: {plugin: audit-jdbc}}}
targets:
  up:
    path: /up/
    url: $upstream
    authenticators: [token]
    authorizers: [policy]
    identity: none
  kube:
    path: /kube/
    url: $upstream
    kubernetes: true
    authenticators: [token]
    authorizers: [policy]
    identity: none
EOF
    {
        for rule in $(seq 998); do
            echo "p, role:team-$((rule % 50)), up, /apis/group-$rule/v1/namespaces/*/things/**, GET|POST, allow"
        done
        echo 'p, role:team-7, *, /**, *|UPGRADE, allow'
        echo 'p, group:guests, up, /**, *, deny'
        for rule in $(seq 0 49); do
            echo "g, group:group-$rule, role:team-$rule"
        done
        echo 'g, user:alice, role:team-7'
    } >"$1/policy.csv"
}

start_gatehouse() { # start_gatehouse NAME HOME PORT
    start "$1" "${jvm[@]}" -jar "$work/gatehouse.war" run --home "$2" --port "$3"
}
