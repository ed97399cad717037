#!/usr/bin/env bash
# Web UIs behind the API server's service proxy, in a real browser: on a target
# with a host name of its own, and under a path where shared-origin is written.
# One is made for its links, form and cookie, the other is Prometheus.
#   pages.sh
# Prints a line for each check, and last `N passed, M failed`. Screenshots are
# kept where GATEHOUSE_E2E_SCREENSHOTS says.
#
#   CHROMIUM  the browser (/usr/bin/chromium; installed when it is missing)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0
pids=()

fail() {
    echo "pages.sh: $*" >&2
    exit 1
}

"$here/install.sh" pages
[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
# The API server's service proxy refuses loopback.
address=$(hostname -I | tr ' ' '\n' | grep -m 1 -E '^[0-9]+\.') || fail "this machine has no address but loopback"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-pages.XXXXXX")
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    "$here/cluster.sh" wipe "$work/cluster" || true
    rm -rf "$work"
}
trap finish EXIT

free_port() {
    python3 -c 'import socket, sys; s = socket.socket(); s.bind((sys.argv[1], 0)); print(s.getsockname()[1])' "$1"
}

await() { # await SECONDS PID LOG COMMAND...
    local until=$((SECONDS + $1)) pid=$2 log=$3
    shift 3
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || fail "it ended: $(tail -n 3 "$log")"
        [ $SECONDS -lt $until ] || fail "not ready in time: $(tail -n 3 "$log")"
        sleep 0.1
    done
}

services() { # services: two programs, each a service of the cluster
    local ui_port prometheus_port at=/api/v1/namespaces/default/services/http:prometheus:80/proxy
    ui_port=$(free_port "$address")
    prometheus_port=$(free_port "$address")
    "$here/web-ui.py" "$address" "$ui_port" >"$work/ui.log" 2>&1 &
    pids+=($!)
    cat >"$work/prometheus.yml" <<END
scrape_configs:
- job_name: itself
  scrape_interval: 1s
  static_configs: [{targets: ["$address:$prometheus_port"]}]
END
    # It serves at /, and is told where its pages are to find themselves.
    prometheus --config.file "$work/prometheus.yml" --storage.tsdb.path "$work/prometheus" \
        --web.listen-address="$address:$prometheus_port" --web.external-url="$at/" --web.route-prefix=/ \
        >"$work/prometheus.log" 2>&1 &
    pids+=($!)
    await 30 $! "$work/prometheus.log" curl -sf --noproxy '*' "http://$address:$prometheus_port/-/ready"
    "$here/service.sh" up "$kubectl" "$work/cluster/admin.kubeconfig" ui "$address" "$ui_port" >/dev/null
    "$here/service.sh" up "$kubectl" "$work/cluster/admin.kubeconfig" prometheus "$address" "$prometheus_port" >/dev/null
}

home() {
    local user
    mkdir -p "$work/home/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/home/tls/server.key" \
        -out "$work/home/tls/server.crt" -days 30 -subj /CN=localhost \
        -addext "subjectAltName=DNS:localhost,DNS:*.localhost" 2>/dev/null
    cp "$CA" "$work/home/cluster-ca.crt"
    sed -n 's/^ *token: //p' "$work/cluster/gatehouse.kubeconfig" >"$work/home/token"
    for user in alice bob; do
        echo "$user:$(echo "secret of $user" | "$java" -jar "$war" hash-password)"
    done >"$work/home/htpasswd"
    # Both may look at services; what they serve is alice's alone.
    cat >"$work/home/policy.csv" <<'END'
p, user:alice, *, k8s:/services/proxy ns=default, get|create, allow
p, *, *, k8s:/services ns=default, get|list, allow
END
    cat >"$work/home/gatehouse.yaml" <<END
listen: {address: 127.0.0.1, port: $port}
authenticators: {staff: {plugin: htpasswd, file: htpasswd}}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-user: {plugin: impersonate}}
audit: {sinks: {file: {plugin: audit-file}}}
portal: {url: "https://localhost:$port", logins: [staff]}
targets:
  kube: {host: kube.localhost, url: "$SERVER", kubernetes: true, ca: cluster-ca.crt, token-file: token,
    authenticators: [staff], authorizers: [policy], identity: as-user}
  shared: {path: /clusters/shared/, browser-sessions: shared-origin, url: "$SERVER", kubernetes: true,
    ca: cluster-ca.crt, token-file: token, authenticators: [staff], authorizers: [policy], identity: as-user}
  apart: {path: /clusters/apart/, url: "$SERVER", kubernetes: true,
    ca: cluster-ca.crt, token-file: token, authenticators: [staff], authorizers: [policy], identity: as-user}
END
}

"$here/cluster.sh" up "$work/cluster"
# shellcheck source=/dev/null
. "$work/cluster/cluster.env"
kubectl=$BIN/kubectl.1.36
services
port=$(free_port 127.0.0.1)
home
"$java" -jar "$war" run --home "$work/home" >"$work/gatehouse.log" 2>&1 &
pids+=($!)
await 60 $! "$work/gatehouse.log" \
    curl -sf --noproxy '*' --cacert "$work/home/tls/server.crt" "https://localhost:$port/readyz"

spki=$(openssl x509 -in "$work/home/tls/server.crt" -pubkey -noout | openssl pkey -pubin -outform der |
    openssl dgst -sha256 -binary | base64)
(cd "$here/browser" && npm install --no-audit --no-fund --silent --no-package-lock >&2)
while IFS= read -r line; do
    case $line in
        'ok '*) passed=$((passed + 1)) ;;
        'not ok '*) failed=$((failed + 1)) ;;
        *) continue ;;
    esac
    echo "$line"
done < <(node "$here/browser/pages.mjs" "https://kube.localhost:$port" "https://localhost:$port" "$work" "$spki" || echo "not ok the checks with the browser ended with $?")
[ -z "${GATEHOUSE_E2E_SCREENSHOTS:-}" ] || cp "$work"/*.png "$GATEHOUSE_E2E_SCREENSHOTS/"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
