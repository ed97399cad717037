#!/usr/bin/env bash
# People at the portal, with a real browser: login, hand-over to an
# application's own host, tokens, kubeconfig, logout, and a hostile page on a
# target beside them.
#   portal.sh
# Prints a line for each check, and last `N passed, M failed`. Screenshots are
# kept where GATEHOUSE_E2E_SCREENSHOTS says.
#
#   CHROMIUM  the browser (/usr/bin/chromium; installed when it is missing)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0

"$here/install.sh" browser
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-e2e.XXXXXX")
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap finish EXIT

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

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

port=$(free_port)
home=$work/home
mkdir -p "$home/tls"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$home/tls/server.key" -out "$home/tls/server.crt" \
    -days 30 -subj /CN=localhost -addext "subjectAltName=DNS:localhost,DNS:*.localhost" 2>/dev/null
for user in alice bob; do
    echo "$user:$(echo "secret of $user" | "$java" -jar "$war" hash-password)"
done >"$home/htpasswd"
cat >"$home/policy.csv" <<'EOF'
p, *, *, /**, *|UPGRADE, allow
p, *, kube, k8s:*/*, *, allow
EOF
cat >"$home/gatehouse.yaml" <<EOF
listen: {address: 127.0.0.1, port: $port}
authenticators: {staff: {plugin: htpasswd, file: htpasswd, groups: [staff]}}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}}
audit: {sinks: {file: {plugin: audit-file}}}
portal:
  url: https://localhost:$port
  logins: [staff]
  administrators: [staff]
  ca: tls/server.crt
targets:
  app: {host: app.localhost, url: "echo:/", authenticators: [staff], authorizers: [policy], identity: as-header}
  evil: {host: evil.localhost, url: "echo:/", authenticators: [staff], authorizers: [policy], identity: as-header}
  kube: {path: /clusters/kube/, kubernetes: true, url: "echo:/", authenticators: [staff], authorizers: [policy], identity: as-header}
EOF
"$java" -jar "$war" run --home "$home" >"$work/log" 2>&1 &
pids+=($!)
until curl -sfk --noproxy '*' "https://127.0.0.1:$port/readyz" >/dev/null; do
    kill -0 "${pids[0]}" 2>/dev/null || {
        cat "$work/log" >&2
        exit 1
    }
    sleep 0.1
done

spki=$(openssl x509 -in "$home/tls/server.crt" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
(cd "$here/browser" && npm install --no-audit --no-fund --silent --no-package-lock >&2)
mkdir -p "$work/elsewhere"
count < <(DEVICE_LOGIN="HOME='$work/elsewhere' '$java' -jar '$war' login https://localhost:$port --device --ca '$home/tls/server.crt'" \
    node "$here/browser/portal.mjs" "https://localhost:$port" "https://app.localhost:$port" \
    "https://evil.localhost:$port" "$work" "$spki" || echo "not ok the checks with the browser ended with $?")

ask() { curl -sk --noproxy '*' --max-time 20 "$@"; }
base=https://localhost:$port
token=$(cat "$work/token" 2>/dev/null || true)
count < <(
    check "the token is alice" 'X-Remote-User: alice' ask -H "Authorization: Bearer $token" "$base/clusters/kube/"
    check "the kubeconfig's token is alice" 'X-Remote-User: alice' ask -H \
        "Authorization: Bearer $(sed -n 's/^ *token: "\(.*\)"/\1/p' "$work/kubeconfig.yaml")" "$base/clusters/kube/"
    id=$(cut -d_ -f2 <<<"$token")
    check "the token is revoked by the API" '^204$' ask -o /dev/null -w '%{http_code}\n' -u 'alice:secret of alice' \
        -X DELETE "$base/gatehouse/api/v1/tokens/$id"
    check "it is nothing any more" '"code":401' ask -H "Authorization: Bearer $token" "$base/clusters/kube/"
    check "no token, cookie or password is on record or in the log" '^0$' \
        sh -c "cat '$work/log' '$home'/data/audit-file/*/* | grep -cE 'gatehouse_[0-9a-z]{12}_|secret of|gatehouse-session=.' || true"
)
# gatehouse login, with curl in place of the browser that it opens.
log_in() { # log_in ARGUMENT...: what the command prints
    local page form
    : >"$work/login.err" # what an earlier one has said is not what this one says
    HOME=$work/person "$java" -jar "$war" login "$base" --ca "$home/tls/server.crt" "$@" \
        >"$work/login.out" 2>"$work/login.err" &
    pids+=($!)
    until grep -q http "$work/login.err"; do kill -0 $! || break; done
    page=$(grep -o 'https://[^ ]*' "$work/login.err")
    form=$(ask -b "$work/jar" -c "$work/jar" "$base/gatehouse/login/staff")
    ask -o /dev/null -b "$work/jar" -c "$work/jar" -H 'Sec-Fetch-Site: same-origin' "$base/gatehouse/login/staff" \
        -d "attempt=$(sed -n 's/.*name="attempt" value="\([^"]*\)".*/\1/p' <<<"$form")" --data-urlencode user=alice \
        --data-urlencode 'password=secret of alice'
    ask -o /dev/null -b "$work/jar" "$page"
    ask -D - -o /dev/null -b "$work/jar" -H 'Sec-Fetch-Site: same-origin' "$base/gatehouse/program" -d "${page#*\?}" |
        sed -n 's/^[Rr]efresh: 0; url=\(.*\)\r$/\1/p' | xargs curl -s --noproxy '*' --max-time 20
    wait $!
    cat "$work/login.out"
}
mkdir -p "$work/person"
count < <(
    check "gatehouse login logs in with a browser" 'as alice until' log_in
    again() { HOME=$work/person "$java" -jar "$war" login "$base" --ca "$home/tls/server.crt" --exec; }
    check "kubectl gets what it has kept" '"kind": "ExecCredential", "status": \{"token": "gatehouse_' again
    check "only its owner can read that" '^-rw-------' sh -c "ls -l '$work'/person/.gatehouse/login/*"
    kept=$(again | sed 's/.*"token": "\([^"]*\)".*/\1/')
    check "the token is alice, too" 'X-Remote-User: alice' ask -H "Authorization: Bearer $kept" "$base/clusters/kube/"
    check "gatehouse login --new logs in once more" 'as alice until' log_in --new
    check "and keeps the new one" '^0$' sh -c "grep -c '$kept' '$work'/person/.gatehouse/login/*"
)
# Her groups change, which no token knows before she logs in again.
follows=$(ask -u 'alice:secret of alice' -H 'Content-Type: application/json' -d '{"name": "follows", "days": 1}' \
    "$base/gatehouse/api/v1/tokens" | sed 's/.*"token": *"\([^"]*\)".*/\1/')
sed -i 's/groups: \[staff\]/groups: [staff, night]/' "$home/gatehouse.yaml"
until ask -u 'alice:secret of alice' "$base/clusters/kube/" | grep -q 'X-Remote-Group: night'; do
    kill -0 "${pids[0]}" || exit 1
done
count < <(
    check "she logs in again, in another group" 'as alice until' log_in --new
    check "her token is in that group, too" 'X-Remote-Group: night' ask -H "Authorization: Bearer $follows" "$base/clusters/kube/"
)
[ -z "${GATEHOUSE_E2E_SCREENSHOTS:-}" ] || cp "$work"/*.png "$GATEHOUSE_E2E_SCREENSHOTS/"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
