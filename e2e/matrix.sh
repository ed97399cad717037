#!/usr/bin/env bash
# What clients see: one list of commands, directly and through Gatehouse, for
# kubectls from 1.20 to 1.36 and for helm. The same user with the same rights
# must see the same: exit codes and output, but for names and times.
#   matrix.sh [CONTAINER]        default: standalone
# Prints a line for each client and command, and last `N passed, M failed`.
#
#   GATEHOUSE_E2E_KUBECTL  which kubectls, "1.20 1.36" (default: all that are pinned)
#   GATEHOUSE_E2E_HELM     no: without helm
#   GATEHOUSE_E2E_KEEP     a folder that gets what every command printed
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
container=${1:-standalone}
# The cluster's script builds, too, and shall build the same.
export GATEHOUSE_E2E_KUBECTL=${GATEHOUSE_E2E_KUBECTL:-all} GATEHOUSE_E2E_HELM=${GATEHOUSE_E2E_HELM:-yes}

"$here/install.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-e2e.XXXXXX")
sides=()
finish() {
    [ ${#sides[@]} -eq 0 ] || kill "${sides[@]}" 2>/dev/null || true
    wait
    [ ! -f "$work/gate/pid" ] || "$here/gatehouse.sh" kill "$work/gate" || true
    [ -z "${GATEHOUSE_E2E_KEEP:-}" ] || cp -a "$work/out" "$work/gate/log" "$GATEHOUSE_E2E_KEEP/" || true
    "$here/cluster.sh" wipe "$work/cluster" || true
    rm -rf "$work"
}
trap finish EXIT

"$here/cluster.sh" up "$work/cluster"
# shellcheck source=/dev/null
. "$work/cluster/cluster.env"
"$here/gatehouse.sh" up "$work/cluster" "$work/gate" "$container"
# shellcheck source=/dev/null
. "$work/gate/gatehouse.env"

# The same person to the cluster: by a certificate of its own CA here, there
# by Gatehouse's word.
pki=$work/cluster/pki
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/alice.key" -out "$work/alice.csr" \
    -subj /O=staff/CN=alice 2>/dev/null
openssl x509 -req -in "$work/alice.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 30 \
    -out "$work/alice.crt" -extfile <(echo extendedKeyUsage=clientAuth) 2>/dev/null
sed "s|^\( *client-certificate\)-data: .*|\1: $work/alice.crt|; s|^\( *client-key\)-data: .*|\1: $work/alice.key|" \
    "$work/cluster/alice.kubeconfig" >"$work/direct.kubeconfig"

# Whatever the list needs, and not all: to be refused by the cluster is part of it.
"$BIN/kubectl" --kubeconfig "$work/cluster/admin.kubeconfig" apply -f - >/dev/null <<'YAML'
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: matrix}
rules:
- apiGroups:
  - ""
  - apps
  - autoscaling
  - batch
  - certificates.k8s.io
  - discovery.k8s.io
  - events.k8s.io
  - extensions
  - networking.k8s.io
  - policy
  - rbac.authorization.k8s.io
  - scheduling.k8s.io
  resources: ["*"]
  verbs: ["*"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: matrix}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: matrix}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: staff}]
YAML

export ADMIN=$BIN/kubectl ADMIN_KUBECONFIG=$work/cluster/admin.kubeconfig
passed=0 failed=0

compare() { # compare WHAT PROGRAM NAME: both sides at once, in namespaces of their own
    local what=$1 program=$2 name=$3 short=${3//[^a-z0-9]/} line
    local out=$work/out/$name started=$SECONDS
    mkdir -p "$out"
    sides=()
    "$here/matrix-commands.sh" "$what" "$program" "$work/direct.kubeconfig" "$short-da" "$out/direct" &
    sides+=($!)
    "$here/matrix-commands.sh" "$what" "$program" "$work/gate/alice.kubeconfig" "$short-ga" "$out/gate" &
    sides+=($!)
    local side
    for side in "${sides[@]}"; do
        wait "$side" || { failed=$((failed + 1)) && echo "not ok $name a list broke off"; }
    done
    sides=()
    while IFS= read -r line; do
        case $line in
            'ok '*) passed=$((passed + 1)) && echo "$line" ;;
            'not ok '*) failed=$((failed + 1)) && echo "$line" ;;
        esac
    done < <("$here/matrix-compare.py" "$name" "$out/direct" "$short-da" "$SERVER" \
        "$out/gate" "$short-ga" "https://localhost:$PORT/clusters/e2e" || true)
    echo "# $name took $((SECONDS - started)) s"
}

for kubectl in "$BIN"/kubectl.*; do
    compare kubectl "$kubectl" "${kubectl##*/}"
done
[ "$GATEHOUSE_E2E_HELM" != yes ] || compare helm "$BIN/helm" helm
"$here/gatehouse.sh" down "$work/gate"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
