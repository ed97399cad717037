#!/usr/bin/env bash
# Time of the acl plugin's decisions and reloads, at 100, 1,000 and 10,000 rules.
#
#   bench/policy.sh
#
# Takes the classes of the last build. See bench/README.md for what the numbers mean.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

classes=$root/spi/target/classes:$root/plugins/acl/target/classes
[ -f "$root/plugins/acl/target/classes/io/gatehouse/plugin/acl/AclPlugin.class" ] ||
    fail "no classes; build them first: ./mvnw -q package -DskipTests -pl plugins/acl -am"
"$(dirname "$(readlink -f "$java")")/javac" -d "$work/classes" -cp "$classes" \
    "$bench"/plugin/*.java "$bench"/policy/*.java
say_machine
"${jvm[@]}" -cp "$work/classes:$classes" io.gatehouse.bench.PolicyBenchmark
