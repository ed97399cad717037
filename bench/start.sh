#!/usr/bin/env bash
# Time from `java -jar gatehouse.war run` until /readyz answers 200.
#
#   bench/start.sh [--rounds N]
#
#   --rounds N  how often a first and a second start are measured (5)
#
# See bench/README.md for what the numbers mean.
set -euo pipefail

rounds=5
usage() {
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit "$1"
}
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 && shift 2 ;;
        --help) usage 0 ;;
        *) usage 2 >&2 ;;
    esac
done

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
port=$((port_base + 13))
take_war || fail "there is no $war; build it: ./mvnw -q package -DskipTests"
asked=3

# is_ready: asks only once the port is open, as each question costs what is measured.
is_ready() {
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null &&
        [ "$(curl -sk -o /dev/null -w '%{http_code}' "https://127.0.0.1:$port/readyz" || true)" = 200 ]
}

# start_once HOME: with nothing set, as by somebody who has just downloaded it.
start_once() {
    require_free "$port"
    local begin=${EPOCHREALTIME/./} until=$((SECONDS + 60))
    start gatehouse env -u GATEHOUSE_HOME -u XDG_CACHE_HOME KUBECONFIG=/nonexistent HOME="$1" \
        "$java" -jar "$work/gatehouse.war" run --port "$port"
    until is_ready; do
        if ! kill -0 "${pids[gatehouse]}" 2>/dev/null || [ $SECONDS -ge $until ]; then
            fail "it does not start: $(tail -n 20 "$work/gatehouse.log")"
        fi
        sleep 0.01
    done
    local micros=$((${EPOCHREALTIME/./} - begin))
    awk -v micros=$micros -v ticks="$(cpu_ticks "${pids[gatehouse]}")" -v hertz="$hertz" \
        'BEGIN {printf "%.2f %.2f\n", micros / 1e6, ticks / hertz}'
}

median() { # median FILE COLUMN
    sort -n -k "$2,$2" "$1" | awk -v column="$2" '{value[NR] = $column} END {print value[int((NR + 1) / 2)]}'
}

say_machine
for round in $(seq "$rounds"); do
    mkdir -p "$work/home-$round"
    for which in first second; do
        start_once "$work/home-$round" >>"$work/$which"
        stop gatehouse
    done
done
echo "the embedded default, median of $rounds, load $(load_now)"
printf '%-8s %9s %9s %9s\n' "start" "seconds" "least" "CPU s"
for which in first second; do
    least=$(sort -n "$work/$which" | head -n 1 | cut -d ' ' -f 1)
    printf '%-8s %9s %9s %9s\n' $which "$(median "$work/$which" 1)" "$least" "$(median "$work/$which" 2)"
done
echo "asked: /readyz within $asked seconds on 2 cores"
