#!/usr/bin/env bash
# Alice logs in by every method with a real browser, at Gatehouse in front of a
# real cluster: who she is, her kubeconfig with a real kubectl, what ends her
# sessions, tokens and watches, and what the record says of it. The OpenID
# Connect issuer is oidc-provider, the directory OpenLDAP.
#   logins.sh
# Prints a line for each check, and last `N passed, M failed`. Screenshots are
# kept where GATEHOUSE_E2E_SCREENSHOTS says.
#
#   CHROMIUM  the browser (/usr/bin/chromium; installed when it is missing)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
cache=${GATEHOUSE_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse/e2e}/oidc
passed=0 failed=0 issuer_pid='' gate_pid=''

"$here/install.sh" browser
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-logins.XXXXXX")
stop() { # stop PID: and what it started
    [ -z "$1" ] || { kill -- "-$1" && tail --pid="$1" -f /dev/null; } 2>/dev/null || true
}
finish() {
    stop "$gate_pid"
    stop "$issuer_pid"
    "$here/directory.sh" wipe "$work/directory" 2>/dev/null || true
    "$here/cluster.sh" wipe "$work/cluster" || true
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "logins.sh: $*" >&2
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

await() { # await SECONDS PID LOG COMMAND...
    local until=$((SECONDS + $1)) pid=$2 log=$3
    shift 3
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || fail "it ended; $log says: $(tail -n 3 "$log")"
        [ $SECONDS -lt $until ] || fail "not ready in time; $log says: $(tail -n 3 "$log")"
        sleep 0.1
    done
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

cluster() { # cluster: a real one, whose RBAC lets both groups called dev edit
    "$here/cluster.sh" up "$work/cluster"
    # shellcheck source=/dev/null
    . "$work/cluster/cluster.env"
    kubectl=$BIN/kubectl.1.36
    "$kubectl" --kubeconfig "$work/cluster/admin.kubeconfig" apply -f - >/dev/null <<'END'
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: developers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "corp:dev"}
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "dir:dev"}
END
}

issuer() { # issuer: on another site than Gatehouse, whose certificate it verifies
    mkdir -p "$cache"
    cp "$here/oidc/package.json" "$here/oidc/provider.js" "$cache/"
    [ -d "$cache/node_modules/oidc-provider" ] || npm install --silent --no-audit --no-fund --prefix "$cache" >&2
    HOST=127.0.0.1 PORT=$issuer_port GATEHOUSE=$portal GONE=$work/gone NODE_EXTRA_CA_CERTS=$work/home/tls/server.crt \
        setsid node "$cache/provider.js" >>"$work/issuer.log" 2>&1 </dev/null &
    issuer_pid=$!
    await 30 "$issuer_pid" "$work/issuer.log" curl -sf --noproxy '*' "$issuer/.well-known/openid-configuration"
}

# Whoever has logged in by an issuer or a directory may look at the cluster in group dev, and nobody may change it here.
# The same name in a file may do nothing there.
home() {
    mkdir -p "$work/home/tls"
    chmod 700 "$work/home"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/home/tls/server.key" \
        -out "$work/home/tls/server.crt" -days 30 -subj /CN=localhost \
        -addext "subjectAltName=DNS:localhost,DNS:*.localhost" 2>/dev/null
    cp "$CA" "$work/home/cluster-ca.crt"
    sed -n 's/^ *token: //p' "$work/cluster/gatehouse.kubeconfig" >"$work/home/token"
    echo "alice:$(echo 'secret of alice' | "$java" -jar "$war" hash-password)" >"$work/home/people"
    echo "root:$(echo 'secret of root' | "$java" -jar "$war" hash-password)" >"$work/home/administrators"
    cat >"$work/home/policy.csv" <<'END'
p, role:looks, *, k8s:*/*, get|list|watch, allow
p, role:looks, *, k8s:authentication.k8s.io/selfsubjectreviews, create, allow
p, role:looks, *, k8s:nonresource:/**, get, allow
p, *, app, /**, *, allow
g, group:corp:dev, role:looks
g, group:dir:dev, role:looks
END
    # shellcheck source=/dev/null
    . "$work/directory/directory.env"
    cat >"$work/home/gatehouse.yaml" <<END
listen: {address: 127.0.0.1, port: $port}
authenticators:
  corp:
    plugin: oidc
    issuer: $issuer
    client-id: gatehouse
    client-secret: the secret of gatehouse
    kubectl-client-id: kubectl
    title: Corporate login
    username-claim: sub
    user-prefix: "corp:"
    group-prefix: "corp:"
    scopes: [openid, email, groups, offline_access]
    login-parameters: [prompt=consent]
  directory:
    plugin: ldap
    title: Directory
    servers: "ldaps://localhost:$SECURE_PORT"
    ca: $work/directory/tls/ca.crt
    service-user: "cn=gatehouse,dc=example,dc=org"
    service-password: Secret-of-gatehouse1
    search-base: "ou=people,dc=example,dc=org"
    group-base: "ou=groups,dc=example,dc=org"
    user-prefix: "dir:"
    group-prefix: "dir:"
  people: {plugin: htpasswd, file: people, title: Password, user-prefix: "local:"}
  administrators: {plugin: htpasswd, file: administrators, title: Administrators, groups: [administrators]}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities:
  as-user: {plugin: impersonate}
  as-header: {plugin: remote-user}
audit: {sinks: {file: {plugin: audit-file}}}
portal:
  url: $portal
  logins: [corp, directory, people, administrators]
  administrators: [administrators]
  ca: tls/server.crt
  session-renew: 5s
targets:
  e2e: {path: /clusters/e2e/, url: "$SERVER", kubernetes: true, ca: cluster-ca.crt, token-file: token,
    authenticators: [corp, directory, people], authorizers: [policy], identity: as-user}
  pages: {host: kube.localhost, url: "$SERVER", kubernetes: true, ca: cluster-ca.crt, token-file: token,
    authenticators: [corp, directory], authorizers: [policy], identity: as-user}
  app: {host: app.localhost, url: "echo:/", authenticators: [corp, people], authorizers: [policy], identity: as-header}
END
}

[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
cluster
"$here/directory.sh" up openldap "$work/directory"
port=$(free_port)
portal=https://localhost:$port
issuer_port=$(free_port)
issuer=http://127.0.0.1:$issuer_port
home
issuer
setsid "$java" -jar "$war" run --home "$work/home" >>"$work/gatehouse.log" 2>&1 </dev/null &
gate_pid=$!
await 60 "$gate_pid" "$work/gatehouse.log" curl -sf --noproxy '*' --cacert "$work/home/tls/server.crt" "$portal/readyz"

spki=$(openssl x509 -in "$work/home/tls/server.crt" -pubkey -noout | openssl pkey -pubin -outform der |
    openssl dgst -sha256 -binary | base64)
(cd "$here/browser" && npm install --no-audit --no-fund --silent --no-package-lock >&2)
# shellcheck source=/dev/null
. "$work/directory/directory.env"
count < <(PORTAL=$portal APP=https://app.localhost:$port PAGES=https://kube.localhost:$port ISSUER=$issuer \
    FOLDER=$work SPKI=$spki KUBECTL=$kubectl DIRECTORY=ldap://127.0.0.1:$PORT/ \
    node "$here/browser/logins.mjs" || echo "not ok the checks with the browser ended with $?")
count < <(
    if grep -rlE 'gatehouse_[0-9a-z]{12}_|[Ss]ecret[- ]of[- ]|gatehouse-session=.|eyJ[A-Za-z0-9_-]+\.eyJ' "$work/home/data" "$work/gatehouse.log"; then
        echo 'not ok no token, cookie or password is on record or in the log'
    else
        echo 'ok no token, cookie or password is on record or in the log'
    fi
)
[ -z "${GATEHOUSE_E2E_SCREENSHOTS:-}" ] || cp "$work"/*.png "$GATEHOUSE_E2E_SCREENSHOTS/"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
