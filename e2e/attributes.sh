#!/usr/bin/env bash
# What requests mean to Kubernetes: Gatehouse's reading beside Kubernetes' own.
#   attributes.sh [SEED]        default: 20261122
# First 200,000 made-up requests go to both pieces of code, then a sample of
# 5,000 goes through Gatehouse to a real API server, and the two audit logs are
# compared. Fails on any difference; the seed makes the same requests again.
#
#   GATEHOUSE_E2E_REQUESTS  how many to compare in the first part (200000)
#   GATEHOUSE_E2E_SAMPLE    how many to send in the second (5000)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seed=${1:-20261122}
requests=${GATEHOUSE_E2E_REQUESTS:-200000}
sample=${GATEHOUSE_E2E_SAMPLE:-5000}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classes=
for folder in proxy-webapp/target/test-classes proxy-webapp/target/classes spi/target/classes; do
    [ -d "$here/../$folder" ] || {
        echo "attributes.sh: there is no $folder; run ./mvnw package" >&2
        exit 1
    }
    classes+=${classes:+:}$here/../$folder
done

"$here/install.sh"
bin=$("$here/kubernetes/build.sh")
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-e2e.XXXXXX")
finish() {
    [ ! -f "$work/gate/pid" ] || "$here/gatehouse.sh" kill "$work/gate" || true
    "$here/cluster.sh" wipe "$work/cluster" || true
    rm -rf "$work"
}
trap finish EXIT

"$java" -cp "$classes" io.gatehouse.kubernetes.AttributeComparison \
    "$bin/request-info" "$seed" "$requests" "$sample" "$work/sample"

"$here/cluster.sh" up "$work/cluster"
"$here/gatehouse.sh" up "$work/cluster" "$work/gate" standalone
"$here/attribute-records.py" send "$work/sample" "$work/gate"
"$here/gatehouse.sh" down "$work/gate"
"$here/attribute-records.py" compare "$work/sample" "$work/gate" "$work/cluster/audit.log"
