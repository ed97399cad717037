#!/usr/bin/env bash
# Runs the checks against a cluster itself, with nothing between:
#   smoke-direct.sh DIR [KUBECTL...]     (default: every kubectl of the build)
# What fails here is not to be blamed on a proxy.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?usage: smoke-direct.sh DIR [KUBECTL...]}
shift
if [ $# -eq 0 ]; then
    # shellcheck source=/dev/null
    BIN=$(. "$dir/cluster.env" && echo "$BIN")
    set -- "$BIN"/kubectl.*
fi
failed=0
for kubectl in "$@"; do
    echo "# $kubectl"
    "$here/kubectl-checks.sh" "$dir/admin.kubeconfig" "$kubectl" || failed=1
done
exit $failed
