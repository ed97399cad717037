#!/usr/bin/env bash
# A real Kubernetes on the loopback: etcd, kube-apiserver,
# kube-controller-manager and a kubelet whose containers are local processes.
#
#   cluster.sh up DIR     starts it (again); everything it has is in DIR
#   cluster.sh down DIR   stops it and keeps what etcd holds
#   cluster.sh wipe DIR   stops it and forgets all
#
# `up` leaves in DIR: admin.kubeconfig (context e2e, system:masters),
# gatehouse.kubeconfig (service account that may impersonate and ask for
# reviews), alice.kubeconfig (edit in default), bob.kubeconfig (view in
# default), pki/ (ca, front-proxy-ca, front-proxy-client …), audit.log, log/,
# and cluster.env for a script to source. Two clusters live in two folders.
#
#   GATEHOUSE_E2E_NODE_ADDRESS  address of the node and its pods (127.0.0.1);
#       the API server's own service, pod and node proxy refuses loopback
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node_address=${GATEHOUSE_E2E_NODE_ADDRESS:-127.0.0.1}

fail() {
    echo "cluster.sh: $*" >&2
    exit 1
}

# await SECONDS WHAT COMMAND...: polls until the command succeeds.
await() {
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        died
        [ $SECONDS -lt $until ] || fail "$what did not come about in time (logs: $dir/log)"
        sleep 0.1
    done
}

# --- processes ---------------------------------------------------------

# born PID: when the process began, in ticks since the machine did; fails if it has ended.
born() {
    local fields
    fields=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -ra fields <<<"${fields##*) }" # behind the name, which may have spaces
    [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}

# alive NAME: the pid file's process runs, and it is ours, not a later one
# that was given the same number. Its command line would not tell: that is
# empty for a moment while the process becomes the program.
alive() {
    local pid begun
    read -r pid begun 2>/dev/null <"$dir/run/$1.pid" || return 1
    [ -n "$begun" ] && [ "$(born "$pid")" = "$begun" ]
}

start() { # start NAME ARGUMENT...
    local name=$1
    shift
    # A process group of its own: Ctrl-C in a test must leave the order of stopping to us.
    setsid "$bin/$name" "$@" >>"$dir/log/$name.log" 2>&1 </dev/null 8>&- 9>&- &
    echo "$! $(born $!)" >"$dir/run/$name.pid"
    started+=("$name")
}

died() {
    local name pid code
    for name in "${started[@]}"; do
        alive "$name" && continue
        read -r pid _ <"$dir/run/$name.pid"
        wait "$pid" && code=0 || code=$?
        fail "$name ended with $code: $(grep -v '^$' "$dir/log/$name.log" | tail -n 1)"
    done
}

stop() {
    local name=$1 pid n
    if alive "$name"; then
        read -r pid _ <"$dir/run/$name.pid"
        kill "$pid" 2>/dev/null || true
        for ((n = 0; n < 100; n++)); do
            alive "$name" || break
            sleep 0.1
        done
        alive "$name" && kill -9 "$pid"
    fi
    rm -f "$dir/run/$name.pid"
}

# --- certificates ------------------------------------------------------

authority() { # authority NAME
    [ -e "$pki/$1.crt" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -sha256 \
        -keyout "$pki/$1.key" -out "$pki/$1.crt" -subj "/CN=gatehouse-e2e-$1" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}

certificate() { # certificate CA NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
    local ca=$1 name=$2 subject=$3 names=${4:-}
    [ ! -e "$pki/$name.crt" ] || return 0
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$pki/$name.key" -out "$pki/$name.csr" -subj "$subject" 2>/dev/null
    openssl x509 -req -in "$pki/$name.csr" -CA "$pki/$ca.crt" -CAkey "$pki/$ca.key" -CAcreateserial -days 3650 -sha256 \
        -out "$pki/$name.crt" 2>/dev/null -extfile <(
            echo basicConstraints=CA:FALSE
            echo keyUsage=digitalSignature
            echo extendedKeyUsage="${names:+serverAuth,}clientAuth"
            [ -z "$names" ] || echo "subjectAltName=$names"
        )
    rm "$pki/$name.csr"
}

certificates() {
    pki=$dir/pki
    mkdir -p "$pki"
    chmod 700 "$pki"
    authority ca
    authority front-proxy-ca
    certificate ca kube-apiserver /CN=kube-apiserver \
        DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1
    # Its certificate names the address, which may be another one this time.
    openssl x509 -in "$pki/kubelet.crt" -noout -checkip "$node_address" 2>/dev/null | grep -q 'does match' || rm -f "$pki/kubelet.crt"
    certificate ca kubelet "/O=system:masters/CN=e2e-kubelet" "IP:127.0.0.1,IP:$node_address"
    certificate ca kube-apiserver-kubelet-client /CN=kube-apiserver-kubelet-client
    certificate ca kube-controller-manager /CN=system:kube-controller-manager
    certificate ca admin /O=system:masters/CN=e2e-admin
    certificate ca alice /CN=alice
    certificate ca bob /CN=bob
    certificate front-proxy-ca front-proxy-client /CN=front-proxy-client
    if [ ! -e "$pki/service-account.key" ]; then
        openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$pki/service-account.key" 2>/dev/null
        openssl pkey -in "$pki/service-account.key" -pubout -out "$pki/service-account.pub"
    fi
}

kubeconfig() { # kubeconfig NAME CREDENTIAL-LINE...
    local file=$dir/$1.kubeconfig
    shift
    (
        umask 077
        cat >"$file.new" <<EOF
apiVersion: v1
kind: Config
clusters:
  - name: e2e
    cluster:
      server: $url
      certificate-authority-data: $(base64 -w 0 "$pki/ca.crt")
users:
  - name: e2e
    user:
$(printf '      %s\n' "$@")
contexts:
  - name: e2e
    context: {cluster: e2e, user: e2e, namespace: default}
current-context: e2e
EOF
    )
    mv "$file.new" "$file"
}

certificate_kubeconfig() { # certificate_kubeconfig NAME
    kubeconfig "$1" "client-certificate-data: $(base64 -w 0 "$pki/$1.crt")" "client-key-data: $(base64 -w 0 "$pki/$1.key")"
}

# --- up ----------------------------------------------------------------

# Keeps the ports of the last time if they are still free, so that kubeconfigs
# handed out earlier stay good.
ports() {
    local last=()
    [ ! -e "$dir/ports" ] || read -ra last <"$dir/ports"
    python3 - "${last[@]}" >"$dir/ports.new" <<'EOF'
import socket, sys
wanted = [int(a) for a in sys.argv[1:]] or [0] * 4
held = []
for port in wanted:
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind(("127.0.0.1", port))
    except OSError:
        s.bind(("127.0.0.1", 0))
    held.append(s)
print(*(s.getsockname()[1] for s in held))
EOF
    mv "$dir/ports.new" "$dir/ports"
    read -r etcd_port etcd_peer_port api_port kubelet_port <"$dir/ports"
    url=https://127.0.0.1:$api_port
}

k() { "$bin/kubectl" --kubeconfig "$dir/admin.kubeconfig" --request-timeout=10s "$@"; }
has() { [ -n "$("$@")" ]; }

up() {
    "$here/install.sh"
    mkdir -p "$dir/log" "$dir/run"
    touch "$dir/.gatehouse-e2e-cluster"
    exec 8>"$dir/run/lock"
    flock 8
    if alive etcd && alive kube-apiserver && alive kube-controller-manager && alive kubelet; then
        echo "cluster.sh: already up: $dir" >&2
        return
    fi
    down
    bin=$("$here/kubernetes/build.sh")
    started=()
    certificates
    ports
    for name in admin kube-controller-manager kubelet alice bob; do
        certificate_kubeconfig $name
    done

    start etcd --name e2e --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
        --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
        --listen-peer-urls "http://127.0.0.1:$etcd_peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer_port" \
        --initial-cluster "e2e=http://127.0.0.1:$etcd_peer_port"
    await 30 "etcd's health" curl -sf --noproxy "*" "http://127.0.0.1:$etcd_port/health"

    # Without an endpoint reconciler it does not mind that nobody but the
    # loopback reaches it.
    start kube-apiserver --etcd-servers "http://127.0.0.1:$etcd_port" \
        --bind-address 127.0.0.1 --secure-port "$api_port" --endpoint-reconciler-type none \
        --cert-dir "$dir/run" --tls-cert-file "$pki/kube-apiserver.crt" --tls-private-key-file "$pki/kube-apiserver.key" \
        --client-ca-file "$pki/ca.crt" --authorization-mode Node,RBAC --allow-privileged \
        --service-account-key-file "$pki/service-account.pub" --service-account-signing-key-file "$pki/service-account.key" \
        --service-account-issuer https://kubernetes.default.svc --service-cluster-ip-range 10.96.0.0/16 \
        --audit-policy-file "$here/kubernetes/audit-policy.yaml" --audit-log-path "$dir/audit.log" \
        --requestheader-client-ca-file "$pki/front-proxy-ca.crt" --requestheader-allowed-names front-proxy-client \
        --requestheader-username-headers X-Remote-User --requestheader-uid-headers X-Remote-Uid \
        --requestheader-group-headers X-Remote-Group --requestheader-extra-headers-prefix X-Remote-Extra- \
        --kubelet-client-certificate "$pki/kube-apiserver-kubelet-client.crt" \
        --kubelet-client-key "$pki/kube-apiserver-kubelet-client.key" --kubelet-certificate-authority "$pki/ca.crt"
    await 90 "the API server's readiness" curl -sf --noproxy "*" --cacert "$pki/ca.crt" "$url/readyz"

    # The node lifecycle controller waits for heartbeats that our kubelet does not send.
    start kube-controller-manager --kubeconfig "$dir/kube-controller-manager.kubeconfig" \
        --leader-elect=false --secure-port 0 --use-service-account-credentials --controllers '*,-node-lifecycle-controller,-taint-eviction-controller' \
        --service-account-private-key-file "$pki/service-account.key" --root-ca-file "$pki/ca.crt" \
        --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key"
    start kubelet --kubeconfig "$dir/kubelet.kubeconfig" --address "$node_address" --port "$kubelet_port" \
        --client-ca-file "$pki/ca.crt" --tls-cert-file "$pki/kubelet.crt" --tls-private-key-file "$pki/kubelet.key" \
        --root-dir "$dir/pods"

    await 30 "the first objects" k apply -f "$here/kubernetes/setup.yaml"
    await 30 "the gatehouse token" has k get secret gatehouse -n kube-system -o 'jsonpath={.data.token}'
    await 30 "the aggregated role view" has k get clusterrole view -o 'jsonpath={.rules[0].verbs}'
    await 30 "the aggregated role edit" has k get clusterrole edit -o 'jsonpath={.rules[0].verbs}'
    await 30 "the default service account" k get serviceaccount default -n default
    await 30 "the node" k wait --for=condition=Ready node/e2e-node --timeout=5s
    kubeconfig gatehouse "token: $(k get secret gatehouse -n kube-system -o 'jsonpath={.data.token}' | base64 -d)"
    printf '%s=%q\n' BIN "$bin" SERVER "$url" CA "$pki/ca.crt" KUBELET "https://$node_address:$kubelet_port" >"$dir/cluster.env"
    echo "cluster.sh: up in $SECONDS s: $dir ($url)" >&2
}

# The kubelet goes first: it ends its processes, and its clients' streams.
down() {
    local name
    for name in kubelet kube-controller-manager kube-apiserver etcd; do
        stop $name
    done
    # A kubelet that was killed could not end its containers.
    local process
    for process in /proc/[0-9]*; do
        if [[ "$(readlink "$process/cwd" 2>/dev/null)" == "$dir/pods/"* ]]; then
            kill -9 "${process#/proc/}" 2>/dev/null || true
        fi
    done
}

[ $# -eq 2 ] || fail "usage: cluster.sh up|down|wipe DIR"
dir=$(realpath -m "$2")
case $1 in
    up)
        if [ -d "$dir" ] && [ ! -e "$dir/.gatehouse-e2e-cluster" ] && [ -n "$(ls -A "$dir")" ]; then
            fail "$dir has something else in it"
        fi
        up
        ;;
    down) down ;;
    wipe)
        [ -d "$dir" ] || exit 0
        [ -e "$dir/.gatehouse-e2e-cluster" ] || [ -z "$(ls -A "$dir")" ] || fail "$dir is no test cluster's"
        down
        rm -rf "$dir"
        ;;
    *) fail "usage: cluster.sh up|down|wipe DIR" ;;
esac
