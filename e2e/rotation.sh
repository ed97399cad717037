#!/usr/bin/env bash
# What Gatehouse shows to a cluster may change under it: a token file, a client
# certificate, and what a credential helper answers are exchanged for those of
# another account, and the cluster has to see that one within a minute, while
# no request fails. A kubeconfig that goes takes its cluster and its streams
# along. A front proxy's certificate makes the caller's own name count.
#   rotation.sh
# Prints a line for each check, and last `N passed, M failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0 gate_pid=''

fail() {
    echo "rotation.sh: $*" >&2
    exit 1
}

"$here/install.sh"
[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-rotation.XXXXXX")
finish() {
    [ -z "$gate_pid" ] || { kill "$gate_pid" && wait "$gate_pid"; } 2>/dev/null || true
    "$here/cluster.sh" wipe "$work/cluster" || true
    rm -rf "$work"
}
trap finish EXIT

check() { # check NAME COMMAND...
    local name=$1 out
    shift
    if out=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok $name"
    else
        failed=$((failed + 1))
        echo "not ok $name: $(tail -n 3 <<<"$out" | tr '\n' ' ')"
    fi
}

admin() { "$kubectl" --kubeconfig "$work/cluster/admin.kubeconfig" -n default "$@"; }

certificate() { # certificate NAME: NAME.key and NAME.crt, signed by the cluster's authority
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" \
        -subj "/CN=$1" 2>/dev/null
    openssl x509 -req -in "$work/$1.csr" -CA "$work/cluster/pki/ca.crt" -CAkey "$work/cluster/pki/ca.key" \
        -CAcreateserial -days 1 -extfile <(echo extendedKeyUsage=clientAuth) -out "$work/$1.crt" 2>/dev/null
}

# show FILE FROM: in one step, as a reader must never see half of it
show() { cp "$2" "$1.new" && mv "$1.new" "$1"; }

helper() { # helper TOKEN: a credential helper's answer, good for twenty seconds
    cat >"$work/helper.new" <<END
#!/bin/sh
echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "$1",
  "expirationTimestamp": "'\$(date -u -d '+20 seconds' +%Y-%m-%dT%H:%M:%SZ)'"}}'
END
    chmod +x "$work/helper.new"
    mv "$work/helper.new" "$work/helper"
}

kubeconfig() { # kubeconfig NAME USER: one more cluster
    cat >"$work/home/clusters/$1.yaml" <<END
apiVersion: v1
kind: Config
clusters: [{name: $1, cluster: {server: "$SERVER", certificate-authority: "$CA"}}]
users: [{name: it, user: $2}]
contexts: [{name: $1, context: {cluster: $1, user: it}}]
current-context: $1
END
}

ask() { # ask CLUSTER PATH CURL-OPTION...
    local path=$1$2
    shift 2
    curl -s --noproxy '*' --cacert "$work/home/tls/server.crt" -u 'alice:secret of alice' "$@" \
        "https://localhost:$port/clusters/$path"
}

review() { # review CLUSTER: how the cluster sees Gatehouse
    ask "$1" /apis/authentication.k8s.io/v1/selfsubjectreviews --max-time 20 -H 'Content-Type: application/json' \
        -d '{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}'
}

whoami() { # whoami CLUSTER: whom the cluster takes Gatehouse for
    review "$1" | sed -n 's/.*"username": *"\([^"]*\)".*/\1/p'
}

is() { # is CLUSTER NAME
    local now
    now=$(whoami "$1")
    [ "$now" = "$2" ] || { echo "expected $2, got $now" && return 1; }
}

becomes() { # becomes CLUSTER OLD NEW: within a minute, and is never anybody else
    local until=$((SECONDS + 60)) now
    while now=$(whoami "$1") && [ "$now" != "$3" ]; do
        [ "$now" = "$2" ] || { echo "it was ${now:-nobody} in between" && return 1; }
        [ $SECONDS -lt $until ] || { echo "it is $now after a minute" && return 1; }
        sleep 0.2
    done
}

"$here/cluster.sh" up "$work/cluster"
# shellcheck source=/dev/null
. "$work/cluster/cluster.env"
kubectl=$BIN/kubectl.1.36
for account in old new; do
    admin create serviceaccount "$account" >/dev/null
    admin create token "$account" >"$work/$account.token"
    certificate "$account"
done
admin create clusterrolebinding new-views --clusterrole=view --user=new >/dev/null

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$work/home/tls" "$work/home/clusters"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/home/tls/server.key" \
    -out "$work/home/tls/server.crt" -days 30 -subj /CN=localhost -addext "subjectAltName=DNS:localhost" 2>/dev/null
echo "alice:$(echo 'secret of alice' | "$java" -jar "$war" hash-password)" >"$work/home/htpasswd"
echo 'p, user:alice, *, /**, *, allow' >"$work/home/policy.csv"
show "$work/token" "$work/old.token"
show "$work/client.crt" "$work/old.crt"
show "$work/client.key" "$work/old.key"
helper "$(cat "$work/old.token")"
kubeconfig by-file "{tokenFile: $work/token}"
kubeconfig by-certificate "{client-certificate: $work/client.crt, client-key: $work/client.key}"
kubeconfig by-helper "{exec: {apiVersion: client.authentication.k8s.io/v1, command: $work/helper, interactiveMode: Never}}"
cat >"$work/home/gatehouse.yaml" <<END
listen: {address: 127.0.0.1, port: $port}
authenticators: {staff: {plugin: htpasswd, file: htpasswd, groups: [staff]}}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-itself: {plugin: none}, as-front-proxy: {plugin: front-proxy}}
audit: {sinks: {file: {plugin: audit-file}}}
targets:
  front: {path: /clusters/front/, url: "$SERVER", kubernetes: true, ca: "$CA",
    client-certificate: $work/cluster/pki/front-proxy-client.crt, client-key: $work/cluster/pki/front-proxy-client.key,
    authenticators: [staff], authorizers: [policy], identity: as-front-proxy}
sources:
  clusters: {plugin: kubeconfig, folder: $work/home/clusters, prefix: /clusters/, authenticators: [staff], authorizers: [policy], identity: as-itself}
END
"$java" -jar "$war" run --home "$work/home" >"$work/gatehouse.log" 2>&1 &
gate_pid=$!
until curl -sf --noproxy '*' --cacert "$work/home/tls/server.crt" "https://localhost:$port/readyz" >/dev/null; do
    kill -0 "$gate_pid" 2>/dev/null || fail "Gatehouse ended: $(tail -n 3 "$work/gatehouse.log")"
    sleep 0.1
done

account() { echo "system:serviceaccount:default:$1"; }
check "a token file is shown to the cluster" is by-file "$(account old)"
check "a client certificate is shown to the cluster" is by-certificate old
check "what a helper answers is shown to the cluster" is by-helper "$(account old)"
show "$work/token" "$work/new.token"
show "$work/client.key" "$work/new.key"
show "$work/client.crt" "$work/new.crt"
helper "$(cat "$work/new.token")"
check "another token is taken up within a minute" becomes by-file "$(account old)" "$(account new)"
check "another client certificate is taken up within a minute" becomes by-certificate old new
check "another answer of a helper is taken up within a minute" becomes by-helper "$(account old)" "$(account new)"
helper "$(tr -d . <"$work/new.token")"
fails() { # fails: in time, and nobody is never taken for somebody else
    local until=$((SECONDS + 60)) now
    while now=$(whoami by-helper) && [ -n "$now" ]; do
        [ "$now" = "$(account new)" ] || { echo "it was $now" && return 1; }
        [ $SECONDS -lt $until ] || { echo "it is still $now" && return 1; }
        sleep 0.2
    done
}
check "an answer of a helper that is no good makes nobody anonymous" fails
groups() { # groups CLUSTER WANTED
    local now
    now=$(review "$1" | tr -d ' \n' | sed -n 's/.*"groups":\[\([^]]*\)\].*/\1/p')
    [ "$now" = "$2" ] || { echo "expected $2, got $now" && return 1; }
}
check "by the front proxy's certificate the caller's name counts" is front alice
check "and the cluster adds its own group" groups front '"staff","system:authenticated"'
ends() { # ends: a watch, within a minute of the end of its kubeconfig, and the cluster is served no more
    ask by-certificate '/api/v1/namespaces?watch=1' --no-buffer --max-time 60 >"$work/watched" &
    local watch=$! status=0
    until grep -q ADDED "$work/watched" 2>/dev/null; do kill -0 "$watch" || return 1; sleep 0.1; done
    rm "$work/home/clusters/by-certificate.yaml"
    wait "$watch" || status=$?
    [ "$status" -ne 28 ] || { echo "it went on" && return 1; }
    [ "$(ask by-certificate /version -o /dev/null -w '%{http_code}')" = 404 ]
}
check "a kubeconfig that goes ends the streams of its cluster" ends
check "the other clusters are still served" is by-file "$(account new)"
check "no credential is in the log" bash -c 'test -s "$0" && ! grep -qF -e "$1" -e "$2" "$0"' "$work/gatehouse.log" \
    "$(cut -d. -f3 "$work/old.token")" "$(cut -d. -f3 "$work/new.token")"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
