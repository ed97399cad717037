#!/usr/bin/env bash
# A thousand logins, each in two tabs of one browser at once, and what they leave behind: no cookie in the browser, no
# session in the store, nothing there beyond its stated life, and no object on the heap. With the store in H2 and in
# PostgreSQL.
#   tabs.sh [TIMES]     with H2 (1000), and a tenth of that with PostgreSQL
# Prints a line for each check, and last `N passed, M failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
times=${1:-1000}
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jcmd=$(dirname "$(readlink -f "$(command -v "$java")")")/jcmd
passed=0 failed=0 gate_pid=''

"$here/install.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-tabs.XXXXXX")
chmod 755 "$work" # PostgreSQL's user comes through
stop_gatehouse() {
    [ -z "$gate_pid" ] || { kill "$gate_pid" && wait "$gate_pid"; } 2>/dev/null || true
    gate_pid=''
}
finish() {
    stop_gatehouse
    "$here/postgres-server.sh" wipe "$work/postgres" || true
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "tabs.sh: $*" >&2
    exit 1
}

check() { # check NAME PATTERN COMMAND...
    local name=$1 pattern=$2 out
    shift 2
    out=$("$@" 2>&1) || true
    if grep -qE -- "$pattern" <<<"$out"; then
        passed=$((passed + 1))
        echo "ok $name"
    else
        failed=$((failed + 1))
        echo "not ok $name: expected /$pattern/, got: $(tr '\n' ' ' <<<"$out" | tail -c 600)"
    fi
}

home() { # home STORE: a portal whose store is that, and whose logins are not counted
    home=$work/$1
    mkdir -p "$home/tls"
    chmod 700 "$home"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$home/tls/server.key" \
        -out "$home/tls/server.crt" -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
    echo "alice:$(echo 'secret of alice' | "$java" -jar "$war" hash-password)" >"$home/htpasswd"
    echo 'p, *, *, /**, *, allow' >"$home/policy.csv"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >"$home/gatehouse.yaml" <<END
listen: {address: 127.0.0.1, port: $port}
authenticators: {staff: {plugin: htpasswd, file: htpasswd}}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}}
audit: {sinks: {file: {plugin: audit-file}}}
portal:
  url: https://localhost:$port
  logins: [staff]
  logins-per-minute: 1000000
END
    if [ "$1" = PostgreSQL ]; then
        cp "$work/postgres/ca.crt" "$home/"
        cat >>"$home/gatehouse.yaml" <<END
  store:
    plugin: store-jdbc
    url: "jdbc:postgresql://localhost:$PORT/gatehouse"
    password: Secret-of-gatehouse1
    ca: ca.crt
END
    fi
    echo 'targets: {app: {path: /app/, url: "echo:/", authenticators: [staff], authorizers: [policy], identity: as-header}}' \
        >>"$home/gatehouse.yaml"
}

start_gatehouse() {
    "$java" -jar "$war" run --home "$home" >>"$work/log" 2>&1 &
    gate_pid=$!
    until curl -sf --noproxy '*' --cacert "$home/tls/server.crt" "https://localhost:$port/readyz" >/dev/null; do
        kill -0 "$gate_pid" 2>/dev/null || fail "it ended; its log says: $(tail -n 3 "$work/log")"
        sleep 0.1
    done
}

tabs() { # tabs TIMES
    python3 "$here/tabs.py" "https://localhost:$port" staff alice "$home/tls/server.crt" "$1"
}

sql() { # sql STORE STATEMENT: what the store answers, a line a row; H2's only while Gatehouse is stopped
    if [ "$1" = PostgreSQL ]; then
        PGPASSWORD=Secret-of-gatehouse1 PGSSLMODE=verify-full PGSSLROOTCERT=$work/postgres/ca.crt psql -X -At \
            -h localhost -p "$PORT" -U gatehouse -d gatehouse -c "$2"
    else
        "$java" -cp "$work/h2.jar" org.h2.tools.Shell \
            -url "jdbc:h2:file:$home/data/store-jdbc/portal/state;IFEXISTS=TRUE" -user gatehouse -password '' -sql "$2"
    fi
}

objects() { # objects: how many of each class of ours are alive, but for what is remembered of ended sessions for a day
    "$jcmd" "$gate_pid" GC.class_histogram | awk '$4 ~ /^io\.gatehouse\./ && $4 !~ /\.Endings\$/ { print $4, $2 }' | sort
}

lasting() { # lasting: those that are alive at each of three looks; what is just being read from the store is not
    for _ in 1 2 3; do objects; done | sort -k1,1 -k2,2n |
        awk '!seen[$1]++ { least[$1] = $2 } END { for (class in seen) if (seen[class] == 3) print class, least[class] }' | sort
}

growth() { # growth: the classes of which there are more than before, by more than the threads of requests have under way
    join -a 2 -e 0 -o 0,1.2,2.2 "$work/before" "$work/after" | awk '$3 > $2 + 20 { print $1, $2, $3; n++ } END { print n + 0, "classes have grown" }'
}

try() { # try STORE TIMES
    home "$1"
    start_gatehouse
    check "$1: $(($2 / 2)) logins in two tabs leave no cookie" "^$(($2 / 2)) times in" tabs $(($2 / 2))
    lasting >"$work/before"
    check "$1: and so do as many again" "^$(($2 / 2)) times in" tabs $(($2 / 2))
    lasting >"$work/after"
    check "$1: the latter leave no object behind" '^0 classes have grown' growth
    stop_gatehouse
    local now
    now=$((($(date +%s) + 1) * 1000)) # the last of it may have ended within this second
    check "$1: no session is in the store" '^0 *$' sql "$1" "select count(*) as sessions from state_entry where kind = 'session'"
    check "$1: and no label" '^0 *$' sql "$1" "select count(*) as labels from state_label"
    check "$1: an answered login is there for 11 minutes at the most" "^$(($2 * 2)) *\$" sql "$1" \
        "select count(*) as attempts from state_entry where kind = 'attempt' and expires < $((now + 660000))"
    check "$1: what has ended, for a day and an hour" "^$(($2 * 2)) *\$" sql "$1" \
        "select count(*) as endings from state_entry where kind = 'ended' and expires < $((now + 90000000))"
    check "$1: and nothing else" '^0 *$' sql "$1" "select count(*) as others from state_entry where kind not in ('attempt', 'ended')"
    sql "$1" "update state_entry set expires = expires - 100000000" >/dev/null
    start_gatehouse
    stop_gatehouse
    check "$1: when that has passed, the store is empty" '^0 *$' sql "$1" "select count(*) as all_of_them from state_entry"
}

[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
python3 - "$war" "$work/h2.jar" <<'END'
import sys, zipfile

war = zipfile.ZipFile(sys.argv[1])
jar = next(name for name in war.namelist() if name.startswith("WEB-INF/plugins/audit-jdbc/h2-"))
open(sys.argv[2], "wb").write(war.read(jar))
END
try H2 "$times"
"$here/postgres-server.sh" up "$work/postgres"
# shellcheck source=/dev/null
. "$work/postgres/postgres.env"
try PostgreSQL $((times / 10))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
