#!/usr/bin/env bash
# Pins one more kubectl: add-version.sh 0.31.3 (the version of k8s.io/kubectl;
# 0.23 is the oldest that this main fits). Commit the two files it writes.
set -euo pipefail
cd "$(dirname "$0")"
version=${1:?usage: add-version.sh 0.MINOR.PATCH}
minor=1.$(cut -d. -f2 <<<"$version")
printf 'module gatehouse.io/e2e/kubernetes/kubectl\n\ngo 1.26.0\n\nrequire (\n\tk8s.io/component-base v%s\n\tk8s.io/kubectl v%s\n)\n' \
    "$version" "$version" >"$minor.mod"
: >"$minor.sum"
go mod tidy -modfile="$minor.mod"
echo "wrote $minor.mod and $minor.sum"
