#!/usr/bin/env bash
# Two replicas of Gatehouse over one real PostgreSQL: sessions, tokens, what
# ended, and one record of both; what happens when the server is away or hangs,
# and when a replica is killed. Before that, the plugin's own tests on it.
#   postgres.sh
# Prints a line for each check, and last `N passed, M failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0
declare -A pids=() ports=()

"$here/install.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-postgres.XXXXXX")
chmod 755 "$work" # the server's user comes through
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    "$here/postgres-server.sh" wipe "$work/postgres" || true
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "postgres.sh: $*" >&2
    exit 1
}

count() { # count: reads `ok …` and `not ok …`
    local line
    while IFS= read -r line; do
        case $line in
            'ok '*) passed=$((passed + 1)) ;;
            'not ok '*) failed=$((failed + 1)) ;;
            *) continue ;;
        esac
        echo "$line"
    done
}

check() { # check NAME PATTERN COMMAND...
    local name=$1 pattern=$2 out
    shift 2
    out=$("$@" 2>&1) || true
    if grep -qE -- "$pattern" <<<"$out"; then
        echo "ok $name"
    else
        echo "not ok $name: expected /$pattern/, got: $(tr '\n' ' ' <<<"$out")"
    fi
}

within() { # within SECONDS NAME PATTERN COMMAND...: it comes true in time
    local seconds=$1 name=$2 pattern=$3 until=$((SECONDS + $1)) out
    shift 3
    while out=$("$@" 2>&1) || true; ! grep -qE -- "$pattern" <<<"$out"; do
        if [ $SECONDS -ge $until ]; then
            echo "not ok $name: expected /$pattern/ within $seconds seconds, got: $(tr '\n' ' ' <<<"$out")"
            return
        fi
        sleep 0.2
    done
    echo "ok $name"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

ask() { # ask REPLICA ARGUMENT...: as a load balancer would send it there
    local replica=$1
    shift
    curl -s --noproxy '*' --max-time 30 --cacert "$work/server.crt" \
        --connect-to "localhost:${ports[1]}:127.0.0.1:${ports[$replica]}" "$@"
}
status() { # status REPLICA ARGUMENT...
    ask "$1" -o /dev/null -w '%{http_code}\n' "${@:2}"
}
post() { # post REPLICA JAR PATH ARGUMENT...: as the portal's own page would
    ask "$1" -o /dev/null -w '%{http_code}\n' -b "$work/$2" -c "$work/$2" -H 'Sec-Fetch-Site: same-origin' "$base/gatehouse/$3" "${@:4}"
}
log_in() { # log_in REPLICA JAR WAY USER
    local form
    form=$(ask "$1" -b "$work/$2" -c "$work/$2" "$base/gatehouse/login/$3")
    post "$1" "$2" "login/$3" -d "attempt=$(sed -n 's/.*name="attempt" value="\([^"]*\)".*/\1/p' <<<"$form")" \
        --data-urlencode "user=$4" --data-urlencode "password=secret of $4"
}
new_token() { # new_token REPLICA NAME
    ask "$1" -u 'alice:secret of alice' -H 'Content-Type: application/json' -d "{\"name\": \"$2\", \"days\": 1}" \
        "$base/gatehouse/api/v1/tokens" | sed 's/.*"token": *"\([^"]*\)".*/\1/'
}
sql() { PGPASSWORD=Secret-of-gatehouse1 PGSSLMODE=verify-full PGSSLROOTCERT=$work/postgres/ca.crt psql -X -At \
    -h localhost -p "$PORT" -U gatehouse -d gatehouse -c "$1"; }

home() { # home REPLICA: the same but for the port
    local home=$work/$1
    mkdir -p "$home/tls"
    chmod 700 "$home"
    cp "$work/server.crt" "$work/server.key" "$home/tls/"
    cp "$work/keys" "$work/people" "$work/administrators" "$work/postgres/ca.crt" "$home/"
    echo 'p, *, *, /**, *|UPGRADE, allow
p, *, kube, k8s:*/*, *, allow' >"$home/policy.csv"
    cat >"$home/gatehouse.yaml" <<END
listen: {address: 127.0.0.1, port: ${ports[$1]}}
authenticators:
  staff: {plugin: htpasswd, file: people, groups: [staff]}
  admins: {plugin: htpasswd, file: administrators, groups: [administrators]}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}, as-user: {plugin: impersonate}}
audit:
  sinks:
    database:
      plugin: audit-jdbc
      url: "jdbc:postgresql://localhost:$PORT/gatehouse"
      password: Secret-of-gatehouse1
      ca: ca.crt
portal:
  url: $base
  logins: [staff, admins]
  administrators: [administrators]
  keys: keys
  store:
    plugin: store-jdbc
    url: "jdbc:postgresql://localhost:$PORT/gatehouse"
    password: Secret-of-gatehouse1
    ca: ca.crt
targets:
  app: {path: /app/, url: "echo:/", authenticators: [staff, admins], authorizers: [policy], identity: as-header, browser-sessions: shared-origin}
  kube: {path: /kube/, kubernetes: true, url: "http://127.0.0.1:$upstream", authenticators: [staff, admins], authorizers: [policy], identity: as-user}
END
}

start() { # start REPLICA
    "$java" -jar "$war" run --home "$work/$1" >>"$work/log$1" 2>&1 </dev/null &
    pids[$1]=$!
}
started() { # started REPLICA
    local until=$((SECONDS + 90))
    until [ "$(status "$1" "$base/readyz")" = 200 ]; do
        kill -0 "${pids[$1]}" 2>/dev/null || fail "replica $1 ended: $(tail -n 5 "$work/log$1")"
        [ $SECONDS -lt $until ] || fail "replica $1 is not ready: $(tail -n 5 "$work/log$1")"
        sleep 0.2
    done
}

[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
"$here/postgres-server.sh" up "$work/postgres"
# shellcheck source=/dev/null
. "$work/postgres/postgres.env"
export GATEHOUSE_POSTGRES_URL=jdbc:postgresql://localhost:$PORT/gatehouse
export GATEHOUSE_POSTGRES_PASSWORD=Secret-of-gatehouse1 GATEHOUSE_POSTGRES_CA=$work/postgres/ca.crt
if [ "${1:-}" != --replicas-only ]; then
    (cd "$here/.." && ./mvnw -B -q -ntp -pl plugins/audit-jdbc -am test -Dtest='Postgres*Test' \
        -Dsurefire.failIfNoSpecifiedTests=false) >"$work/tests" 2>&1 && word=ok || word='not ok'
    grep '10000 audit events' "$work/tests" || true
    [ "$word" = ok ] || tail -n 30 "$work/tests" >&2
    count < <(echo "$word the plugin's tests on PostgreSQL")
fi

ports=([1]=$(free_port) [2]=$(free_port))
upstream=$(free_port)
base=https://localhost:${ports[1]}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/server.key" -out "$work/server.crt" \
    -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
openssl rand -base64 32 >"$work/keys"
for user in alice bob; do
    echo "$user:$(echo "secret of $user" | "$java" -jar "$war" hash-password)"
done >"$work/people"
echo "root:$(echo 'secret of root' | "$java" -jar "$war" hash-password)" >"$work/administrators"
home 1
home 2
cp -r "$work/1" "$work/latin1"
sed -i "s|$PORT/gatehouse|$PORT/latin1|" "$work/latin1/gatehouse.yaml"
# A watch: an event at once, and then one now and then until the client leaves.
python3 - "$upstream" <<'END' &
import http.server, sys, time

class Watch(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.end_headers()
        try:
            while True:
                self.wfile.write(b'{"type":"BOOKMARK"}\n')
                self.wfile.flush()
                time.sleep(0.5)
        except OSError:
            pass

    def log_message(self, *words):
        pass

http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Watch).serve_forever()
END
pids[upstream]=$!

watch() { # watch REPLICA USER: in the background, once its first event has come; its pid is in $watching
    local until=$((SECONDS + 20))
    : >"$work/watched"
    # No function: what is in the background is to be curl itself.
    curl -sN --noproxy '*' --max-time 300 --cacert "$work/server.crt" \
        --connect-to "localhost:${ports[1]}:127.0.0.1:${ports[$1]}" -u "$2:secret of $2" \
        "$base/kube/api/v1/pods?watch=1" >"$work/watched" 2>/dev/null &
    watching=$!
    pids[watch$watching]=$watching
    until [ -s "$work/watched" ]; do
        [ $SECONDS -lt $until ] || fail "no watch at replica $1"
        sleep 0.1
    done
}

# Replicas that start while the server is away.
"$here/postgres-server.sh" down "$work/postgres"
start 1
started 1
count < <(
    check "Gatehouse starts without its database" 'audit: a sink does not write' ask 1 "$base/readyz"
    within 10 "/readyz says that the store does not answer" 'portal: the store does not answer' ask 1 "$base/readyz"
    check "check --connect says so of the record" "^audit sink database: database localhost:$PORT/gatehouse can not be reached: nobody listens there" \
        "$java" -jar "$war" check --home "$work/1" --connect
    check "and of the store" "^store portal: database localhost:$PORT/gatehouse can not be reached" \
        "$java" -jar "$war" check --home "$work/1" --connect
)
"$here/postgres-server.sh" again "$work/postgres"
start 2
started 2
well() { [ "$(ask "$1" "$base/readyz")" = ok ] && echo well; } # well REPLICA
count < <(
    within 30 "replica 1 finds the database once it is there" '^well$' well 1
    within 30 "replica 2 as well" '^well$' well 2
    check "a database that can not hold every text is refused" \
        "^audit sink database: database localhost:$PORT/latin1 has the encoding LATIN1; expected UTF8" \
        "$java" -jar "$war" check --home "$work/latin1" --connect
    check "check --connect says so, too" '^store portal: connects' "$java" -jar "$war" check --home "$work/1" --connect
)

# What one replica knows, the other knows.
app=$base/app/
session() { status "$1" -b "$work/$2" -H 'Sec-Fetch-Site: none' "$app"; } # session REPLICA JAR
bearer() { status "$1" -H "Authorization: Bearer $2" "$app"; }             # bearer REPLICA TOKEN
kept=$(new_token 1 kept)
revoked=$(new_token 1 revoked)
count < <(
    check "alice logs in at replica 1" '^303$' log_in 1 alice.jar staff alice
    check "her cookie is good there" '^200$' session 1 alice.jar
    check "and at replica 2" '^200$' session 2 alice.jar
    check "her token made at 1 is good at 2" '^200$' bearer 2 "$revoked"
    check "she revokes it at 1" '^204$' status 1 -u 'alice:secret of alice' -X DELETE \
        "$base/gatehouse/api/v1/tokens/$(cut -d_ -f2 <<<"$revoked")"
    within 5 "and it is refused at 2" '^401$' bearer 2 "$revoked"
    check "her other one goes on" '^200$' bearer 2 "$kept"
    cp "$work/alice.jar" "$work/copy.jar"
    check "she logs out at 2" '^200$' post 2 alice.jar logout -d ''
    within 5 "and the cookie is refused at 1" '^(302|303|401)$' session 1 copy.jar
    log_in 1 bob.jar staff bob >/dev/null
    log_in 2 root.jar admins root >/dev/null
)
follows=$(new_token 1 follows)
sed -i 's/groups: \[staff\]/groups: [staff, night]/' "$work/1/gatehouse.yaml" "$work/2/gatehouse.yaml"
count < <(
    within 30 "alice is in another group at 1" 'X-Remote-Group: night' ask 1 -u 'alice:secret of alice' "$app"
    check "she logs in there" '^303$' log_in 1 night.jar staff alice
    check "and so is her token at 2" 'X-Remote-Group: night' ask 2 -H "Authorization: Bearer $follows" "$app"
)
watch 2 bob
count < <(
    check "bob is shut out at 1" '^303$' post 1 root.jar people/shut-out -d user=bob
    within 6 "his watch at 2 is closed" '^closed$' sh -c "kill -0 $watching 2>/dev/null || echo closed"
    check "and he is refused there" '^401|^403' status 2 -u 'bob:secret of bob' "$app"
    check "the record says why" '^shut out by root|shut out' sql \
        "select end_reason || ' ' || reason from audit_event where kind = 'close' and k8s_verb = 'watch'"
)

# The server is away, then hangs, then is back.
log_in 1 alice.jar staff alice >/dev/null
outage() { # outage WORD: what there is without it
    within 60 "sessions get 503 while the server $1" '^503$' session 1 alice.jar
    within 60 "at the other replica, too" '^503$' session 2 alice.jar
    within 60 "and so do tokens" '^503$' bearer 2 "$kept"
    check "a login gets 503" '^503$' log_in 1 other.jar staff alice
    within 30 "/readyz says so" 'portal: the store does not answer' ask 2 "$base/readyz"
    within 30 "and that the record is not written" 'audit: a sink does not write' ask 2 "$base/readyz"
}
"$here/postgres-server.sh" down "$work/postgres"
count < <(outage "is stopped")
"$here/postgres-server.sh" again "$work/postgres"
count < <(
    within 30 "all works again at 1" '^200$' session 1 alice.jar
    within 30 "and at 2" '^200$' bearer 2 "$kept"
    within 30 "replica 1 is well" '^well$' well 1
)
family() { pgrep -P "$(cat "$work/postgres/pid")" | cat - "$work/postgres/pid"; }
family | xargs kill -STOP
count < <(
    outage hangs
    began=$SECONDS
    session 1 alice.jar >/dev/null
    check "nobody is kept waiting" '^yes$' sh -c "[ $((SECONDS - began)) -le 15 ] && echo yes"
)
family | xargs kill -CONT
count < <(
    within 60 "all works again at 1 after that" '^200$' session 1 alice.jar
    within 60 "and at 2 after that" '^200$' bearer 2 "$kept"
    within 60 "replica 2 is well" '^well$' well 2
)

# A replica is killed in the middle of two watches, one at each.
run_of() { sql "select run from audit_event where kind = 'open' and user_name = 'alice' order by id desc limit 1"; }
open_of() { sql "select count(*) from audit_open where run = '$1'"; }
await_open() { # await_open COUNT: so many streams are on record as open
    local until=$((SECONDS + 30))
    until [ "$(sql "select count(*) from audit_open")" = "$1" ]; do
        [ $SECONDS -lt $until ] || fail "there are not $1 open streams on record"
        sleep 0.2
    done
}
watch 2 alice
await_open 1
living=$(run_of)
there=$watching
watch 1 alice
await_open 2
killed=$(run_of)
kill -9 "${pids[1]}"
start 1
started 1
closed() { sql "select count(*), bool_and(c.end_reason like 'unknown: Gatehouse stopped%')
    from audit_event o join audit_event c on c.request_id = o.request_id and c.kind = 'close' and c.run <> o.run
    where o.run = '$killed' and o.kind = 'open'"; }
count < <(
    within 60 "what the killed one left open is closed on record, once" '^1\|t$' closed
    check "nothing of it is open any more" '^0$' open_of "$killed"
    check "the other one's watch is still open on record" '^1$' open_of "$living"
    check "and it goes on" '^going$' sh -c "kill -0 $there && echo going"
)
kill "$there"
count < <(
    within 20 "its own end is on record, once" '^1$' sql "select count(*) from audit_event c join audit_event o
        on o.request_id = c.request_id where o.run = '$living' and c.run = o.run and o.kind = 'open' and c.kind = 'close'
        and o.id = (select max(id) from audit_event where run = '$living' and kind = 'open')"
)

# The record of all runs is one, and whole.
for replica in 1 2; do
    for i in $(seq 50); do echo "$replica $i"; done
done | xargs -P 4 -L 1 sh -c 'curl -s -o /dev/null --noproxy "*" --cacert "$0" \
    --connect-to "localhost:$1:127.0.0.1:$(echo "$2" | cut -d, -f"$3")" -u "alice:secret of alice" "https://localhost:$1/app/n/$3-$4"' \
    "$work/server.crt" "${ports[1]}" "${ports[1]},${ports[2]}"
count < <(
    within 10 "100 requests to both have 100 records" '^100\|100\|2$' sql "select count(*), count(distinct path), count(distinct run)
        from audit_event where path like '/app/n/%' and kind = 'close'"
    check "no row is doubled" '^0$' sql "select count(*) from (select 1 from audit_event group by run, sequence having count(*) > 1) x"
    check "no request has two ends" '^0$' sql "select count(*) from (select 1 from audit_event where kind = 'close'
        group by request_id having count(*) > 1) x"
    check "no number is missing" '^0$' sql "select count(*) from (select run from audit_event
        group by run having max(sequence) <> count(*)) x"
    check "no password is in the logs" '^0$' sh -c "cat '$work'/log1 '$work'/log2 | grep -c 'Secret-of\|secret of' || true"
)
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
