#!/usr/bin/env bash
# Records a second that the audit sinks take.
#
#   bench/audit.sh [RECORDS]
#
#   RECORDS  how many each round (300000)
#
# Takes the classes of the last build. See bench/README.md for what the numbers mean.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

records=${1:-300000}
[[ $records =~ ^[0-9]+$ ]] || fail "expected a number of records, not $records"
built=$root/proxy-webapp/target/gatehouse/WEB-INF
classes=$built/classes:$built/lib/*:$built/plugins/audit-jdbc/*:$built/plugins/audit-file/*
[ -f "$built/classes/io/gatehouse/audit/AuditTrail.class" ] ||
    fail "no classes; build them first: ./mvnw -q package -DskipTests"
"$(dirname "$(readlink -f "$java")")/javac" -d "$work/classes" -cp "$classes" \
    "$bench"/plugin/*.java "$bench"/audit/*.java
say_machine
"${jvm[@]}" -Dgatehouse.log.level=OFF -cp "$work/classes:$classes" io.gatehouse.bench.AuditBenchmark "$work" "$records"
echo "load now $(load_now)"
