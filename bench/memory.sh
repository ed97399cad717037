#!/usr/bin/env bash
# What much and many cost: the heap under large bodies, the memory of an open
# stream, and thousands of idle streams beside ordinary calls.
#
#   bench/memory.sh [--only bodies|streams|idle] [--megabytes N] [--rate N]
#
#   --megabytes N  the size of the body each way (1000)
#   --rate N       how many megabytes a second its reader takes (25)
#
# See bench/README.md for what the numbers mean.
set -euo pipefail

parts=(bodies streams idle)
megabytes=1000
rate=25
usage() {
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit "$1"
}
while [ $# -gt 0 ]; do
    case $1 in
        --only) parts=("$2") && shift 2 ;;
        --megabytes) megabytes=$2 && shift 2 ;;
        --rate) rate=$2 && shift 2 ;;
        --help) usage 0 ;;
        *) usage 2 >&2 ;;
    esac
done

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$bench/install.sh"
gatehouse_port=$((port_base + 13))
require_free "$upstream_port" "$gatehouse_port"
take_war || fail "there is no $war; build it: ./mvnw -q package -DskipTests"
jcmd=$(dirname "$(readlink -f "$java")")/jcmd
[ -x "$jcmd" ] || fail "there is no jcmd beside $java; name the java of a JDK with GATEHOUSE_BENCH_JAVA"
(cd "$bench" && go build -o "$work/bin/" ./upstream ./bodies ./hold ./latency)
url=http://127.0.0.1:$gatehouse_port/kube
header="Authorization: Bearer $token"
stack=jdk.internal.vm.StackChunk # of virtual threads
many=200
heap=320
watches=2000
execs=500

# One person opens more than one person may.
whole_home "$work/whole"
cat >>"$work/whole/gatehouse.yaml" <<EOF
    connections: 400
    requests-per-user: 400
    streams-per-user: 3000
per-user: {requests: 400, streams: 3000}
EOF

start_upstream() {
    start upstream "$work/bin/upstream" -listen "127.0.0.1:$upstream_port"
    await upstream "$upstream/"
}

# fresh JVM_OPTION...: another Gatehouse, warm.
fresh() {
    local plain=("${jvm[@]}")
    stop gatehouse
    jvm+=("$@")
    start_gatehouse gatehouse "$work/whole" "$gatehouse_port"
    jvm=("${plain[@]}")
    await gatehouse "$url/" "$header"
    wrk -t 1 -c 16 -d 15 -H "$header" "$url/" >/dev/null
}

# --- heap and direct memory --------------------------------------------

# live_kb CLASS: what its objects take, or all of the heap's for Total, after a collection.
live_kb() {
    "$jcmd" "${pids[gatehouse]}" GC.class_histogram |
        awk -v class="$1" '$1 == class || $4 == class {print int($3 / 1024)}'
}

# direct_kb: buffers outside of the heap.
direct_kb() {
    "$jcmd" "${pids[gatehouse]}" VM.native_memory summary scale=KB |
        awk '/ Other \(/ {sub(/.*committed=/, ""); print $0 + 0}'
}

mb() {
    awk -v kb="$1" 'BEGIN {printf "%.1f", kb / 1024}'
}

bodies() {
    fresh -XX:NativeMemoryTracking=summary
    echo
    echo "$megabytes MB down and $megabytes MB up at the same time, readers of $rate MB/s"
    printf '%-8s %9s %9s %9s %6s\n' "second" "heap MB" "direct MB" "RSS MB" "load"
    local live first=0 highest=0 begin=$SECONDS pause=$((megabytes / rate / 8 + 1))
    sample_bodies before >/dev/null # the first one leaves something behind itself
    sample_bodies before
    start bodies "$work/bin/bodies" -megabytes "$megabytes" -rate "$rate" -header "$header" "gatehouse=$url"
    sleep 2
    while kill -0 "${pids[bodies]}" 2>/dev/null; do
        sample_bodies $((SECONDS - begin))
        [ "$first" -gt 0 ] || first=$live
        [ "$live" -lt "$highest" ] || highest=$live
        sleep "$pause"
    done
    wait "${pids[bodies]}" || fail "the bodies did not pass: $(cat "$work/bodies.log")"
    unset "pids[bodies]"
    sample_bodies after
    echo "the heap grew by $(mb $((highest - first))) MB while the bodies flowed; asked: flat"
}

sample_bodies() {
    live=$(live_kb Total)
    printf '%-8s %9s %9s %9s %6s\n' "$1" "$(mb "$live")" "$(mb "$(direct_kb)")" \
        "$(resident_mb "${pids[gatehouse]}")" "$(load_now)"
}

# --- many streams ------------------------------------------------------

# hold OPTION COUNT...: until all of them are open.
hold() {
    start hold "$work/bin/hold" -header "$header" "$@" "gatehouse=$url"
    until grep -q open "$work/hold.log"; do
        kill -0 "${pids[hold]}" 2>/dev/null || fail "the streams do not open: $(cat "$work/hold.log")"
        sleep 0.2
    done
}

# let_go: and the upstream ends them, as who is silent does not notice that a client left.
let_go() {
    kill -0 "${pids[hold]}" 2>/dev/null || fail "streams were closed: $(cat "$work/hold.log")"
    stop hold
    stop upstream
    start_upstream
    local left=100
    until [ "$(connections)" -lt 10 ] || [ $left = 0 ]; do
        sleep 0.1
        left=$((left - 1))
    done
    await gatehouse "$url/" "$header"
}

# connections: how many Gatehouse has with clients, those included that the client has closed.
connections() {
    cat /proc/net/tcp /proc/net/tcp6 | awk -v port="$(printf ':%04X$' "$gatehouse_port")" \
        '$2 ~ port && ($4 == "01" || $4 == "08") {sum++} END {print sum + 0}'
}

require_open() {
    [ "$(connections)" -ge "$1" ] || fail "only $(connections) of $1 streams are open"
}

streams() {
    fresh -XX:NativeMemoryTracking=summary
    echo
    echo "KB of an open stream, of $many"
    printf '%-10s %9s %9s %9s %9s %6s\n' "" "heap" "direct" "thread" "beside it" "load"
    local kind live direct thread
    for kind in watches execs downloads uploads; do
        hold "-$kind" $many # once before it counts, for what stays: classes, buffers for the next ones
        let_go
        live=$(live_kb Total) direct=$(direct_kb) thread=$(live_kb "$stack")
        hold "-$kind" $many
        live=$(($(live_kb Total) - live)) direct=$(($(direct_kb) - direct)) thread=$(($(live_kb "$stack") - thread))
        require_open $many
        awk -v kind=$kind -v many=$many -v live=$live -v direct=$direct -v thread=$thread -v load="$(load_now)" 'BEGIN {
            printf "%-10s %9.1f %9.1f %9.1f %9.1f %6s\n", kind, live / many, direct / many, thread / many,
                (live + direct - thread) / many, load
        }'
        let_go
    done
    echo "asked: at most 64 KB beside its thread"
}

idle() {
    fresh -Xmx${heap}m # so that the rest of the JVM has room in 512 MB
    echo
    echo "ordinary calls, 1,000 a second, beside nothing and beside $watches idle watches and $execs idle execs,"
    echo "in turns, -Xmx${heap}m"
    printf '%-8s %9s %9s %9s %9s %9s %6s\n' "streams" "p50 ms" "p99 ms" "max ms" "RSS MB" "live MB" "load"
    local turn
    for turn in 1 2 3; do
        calls none
        hold -watches $watches -execs $execs
        calls $((watches + execs))
        require_open $((watches + execs))
        let_go
    done
    echo "asked: at most 512 MB resident, p99 unchanged"
}

calls() {
    local times
    times=$("$work/bin/latency" -rounds 1 -path /api/v1/namespaces/default/pods -header "$header" "gatehouse=$url" |
        awk 'END {printf "%9s %9s %9s", $2, $3, $4}')
    printf '%-8s %s %9s %9s %6s\n' "$1" "$times" "$(resident_mb "${pids[gatehouse]}")" \
        "$(mb "$(live_kb Total)")" "$(load_now)"
}

start_upstream
say_machine
for part in "${parts[@]}"; do
    case $part in
        bodies | streams | idle) $part ;;
        *) usage 2 >&2 ;;
    esac
done
