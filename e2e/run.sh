#!/usr/bin/env bash
# The main job with the real programs: a real cluster, Gatehouse in front of it
# in each container, kubectls of several versions, and the audit read back.
#   run.sh [CONTAINER...]        default: standalone tomcat10 tomcat11 jetty12
# Prints a line for each check, and last `N passed, M failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- standalone tomcat10 tomcat11 jetty12
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0

"$here/install.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-e2e.XXXXXX")
ui_pid=
finish() {
    [ -z "$ui_pid" ] || kill "$ui_pid" || true
    for gate in "$work"/*/pid; do
        [ -f "$gate" ] && "$here/gatehouse.sh" kill "$(dirname "$gate")" || true
    done
    "$here/cluster.sh" wipe "$work/cluster" || true
    rm -rf "$work"
}
trap finish EXIT

check() { # check NAME COMMAND...: the command's last line is shown when it fails
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

list() { # list NAME KUBECONFIG KUBECTL: the whole list of checks, each counted
    local line
    while IFS= read -r line; do
        case $line in
            'ok '*) passed=$((passed + 1)) && echo "ok $1 ${line#ok }" ;;
            'not ok '*) failed=$((failed + 1)) && echo "not ok $1 ${line#not ok }" ;;
        esac
    done < <("$here/kubectl-checks.sh" "$2" "$3" 2>&1 || true)
}

says() { # says PATTERN COMMAND...: what the command prints has a line that matches, whatever its exit code
    local pattern=$1 out
    shift
    out=$("$@" 2>&1) || true
    grep -qE -- "$pattern" <<<"$out" || {
        echo "expected /$pattern/, got: $out"
        return 1
    }
}

ask() { # ask DIR CURL-OPTION... PATH: the answer to a request that is not kubectl's
    local dir=$1 path=${*: -1}
    (
        # shellcheck source=/dev/null
        . "$dir/gatehouse.env"
        curl -s --noproxy '*' --max-time 20 --cacert "$dir/home/tls/ca.crt" "${@:2:$#-2}" "https://localhost:$PORT/clusters/${TARGET:-e2e}$path"
    )
}

identities() { # identities CONTAINER DIR KUBECTL
    local c=$1 d=$2 k=$3
    check "$c whoami shows the impersonated user" says '^Username +alice$' "$k" --kubeconfig "$d/alice.kubeconfig" auth whoami
    check "$c a client certificate is alice too" says '^Username +alice$' "$k" --kubeconfig "$d/alice-cert.kubeconfig" auth whoami
    check "$c bob may read" says 'kubernetes' "$k" --kubeconfig "$d/bob.kubeconfig" get services
    check "$c bob may not delete" \
        says '^Error from server \(Forbidden\): services "kubernetes" is forbidden: User "bob" cannot delete resource "services" in API group "" in the namespace "default"' \
        "$k" --kubeconfig "$d/bob.kubeconfig" delete service kubernetes
    check "$c bob gets no shell" says '"message":"pods ..x.. is forbidden: User ..bob.. cannot create resource ..pods/exec..' \
        ask "$d" --user 'bob:secret of bob' --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
        -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' \
        '/api/v1/namespaces/default/pods/x/exec?command=id&stdout=1'
    check "$c carol may nothing" says 'is forbidden: User "carol" cannot list resource "pods"' \
        "$k" --kubeconfig "$d/carol.kubeconfig" get pods
    check "$c nobody gets in without a credential" says '"reason":"Unauthorized"' ask "$d" /api/v1/pods
    check "$c a wrong password is refused" says '"reason":"Unauthorized"' ask "$d" --user alice:wrong /api/v1/pods
    check "$c --as=bob is bob" says '^Username +bob$' "$k" --kubeconfig "$d/alice.kubeconfig" --as=bob auth whoami
    check "$c --as=bob may not delete" says 'User "bob" cannot delete resource "services"' \
        "$k" --kubeconfig "$d/alice.kubeconfig" --as=bob delete service kubernetes
    check "$c the cluster is told who really asks" says 'original-user.gatehouse.io +\[alice\]' \
        "$k" --kubeconfig "$d/alice.kubeconfig" --as=bob auth whoami
    check "$c --as a service account" says '^Username +system:serviceaccount:default:default$' \
        "$k" --kubeconfig "$d/alice.kubeconfig" --as=system:serviceaccount:default:default auth whoami
    check "$c --as somebody else is refused" \
        says 'users "carol" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope' \
        "$k" --kubeconfig "$d/alice.kubeconfig" --as=carol get pods
    check "$c --as-group is refused" says 'groups "system:masters" is forbidden: User "alice" cannot impersonate' \
        "$k" --kubeconfig "$d/alice.kubeconfig" --as=bob --as-group=system:masters get pods
}

robot() { # robot: a service account that may look, and may only GET pods/exec
    "$BIN/kubectl" --kubeconfig "$work/cluster/admin.kubeconfig" apply -f - <<'EOF'
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: default}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: robot, namespace: default}
rules:
- {apiGroups: [""], resources: [services, pods], verbs: [get, list]}
- {apiGroups: [""], resources: [pods/exec], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: robot, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: robot}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
EOF
}

token() { # token ARGUMENT...: one that the cluster gives to the robot
    "$BIN/kubectl" --kubeconfig "$work/cluster/admin.kubeconfig" create token robot "$@"
}

base64url() { base64 -w 0 | tr '+/' '-_' | tr -d =; }

resigned() { # resigned TOKEN: the same as another cluster would sign it
    local signed=${1%.*}
    [ -f "$work/other.key" ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/other.key" 2>/dev/null
    printf '%s.%s' "$signed" "$(printf %s "$signed" | openssl dgst -sha256 -sign "$work/other.key" | base64url)"
}

reviewed() { # reviewed DIR KUBECTL TOKEN ARGUMENT...: kubectl with a token where the cluster's own tokens and RBAC decide
    (
        # shellcheck source=/dev/null
        . "$1/gatehouse.env"
        cat >"$1/reviewed.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters:
- name: reviewed
  cluster: {server: "https://localhost:$PORT/clusters/reviewed", certificate-authority: $1/home/tls/ca.crt}
users:
- name: robot
  user: {token: $3}
contexts:
- name: reviewed
  context: {cluster: reviewed, user: robot, namespace: default}
current-context: reviewed
EOF
    )
    "$2" --kubeconfig "$1/reviewed.kubeconfig" "${@:4}"
}

web_socket() { # web_socket DIR TOKEN: asks for a shell as a page in a browser does, with the token as a sub-protocol
    TARGET=reviewed ask "$1" --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
        -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' \
        -H "Sec-WebSocket-Protocol: v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.$(printf %s "$2" | base64url)" \
        '/api/v1/namespaces/default/pods/x/exec?command=id&stdout=1'
}

reviews() { # reviews CONTAINER DIR KUBECTL
    local c=$1 d=$2 k=$3 t
    t=$(token)
    check "$c a service account's token logs in" \
        says '^Username +system:serviceaccount:default:robot$' reviewed "$d" "$k" "$t" auth whoami
    check "$c the cluster's RBAC lets the robot look" says '^kubernetes ' reviewed "$d" "$k" "$t" get services
    check "$c the cluster's RBAC lets it delete nothing" \
        says '^Error from server \(Forbidden\): services "kubernetes" is forbidden: User "system:serviceaccount:default:robot" cannot delete .*Gatehouse' \
        reviewed "$d" "$k" "$t" delete service kubernetes
    check "$c the cluster's RBAC lets it look nowhere else" \
        says 'cannot list resource "pods" in API group "" in the namespace "kube-system": refused by Gatehouse' \
        reviewed "$d" "$k" "$t" -n kube-system get pods
    check "$c get pods/exec alone opens no shell" \
        says 'User ..system:serviceaccount:default:robot.. cannot create resource ..pods/exec.*refused by Gatehouse' web_socket "$d" "$t"
    check "$c a token of another cluster is refused" says 'Unauthorized' reviewed "$d" "$k" "$(resigned "$t")" get services
    check "$c a token for others is refused" says 'Unauthorized' reviewed "$d" "$k" "$(token --audience=other)" get services
    check "$c the cluster's tokens are nothing where they are not asked about" says '"reason":"Unauthorized"' \
        ask "$d" -H "Authorization: Bearer $t" /api/v1/pods
    check "$c no token is on record or in the log" bash -c '! grep -rqF -e "$1" -e "$2" "$0/home/data" "$0/log"' "$d" "${t##*.}" "$(printf %s "$t" | base64url)"
}

# A web application behind the API server's service proxy.
ui_address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 -E '^[0-9]+\.' || true)
ui_path=/api/v1/namespaces/default/services/http:ui:80/proxy

web_ui() { # web_ui: starts it, and makes it a service
    local port=$((20000 + RANDOM % 10000))
    "$here/web-ui.py" "$ui_address" "$port" >/dev/null 2>&1 &
    ui_pid=$!
    "$here/service.sh" up "$BIN/kubectl" "$work/cluster/admin.kubeconfig" ui "$ui_address" "$port"
}

no_web_ui() { # no_web_ui: what was made is gone, so that nobody else's checks see it
    kill "$ui_pid"
    ui_pid=
    "$here/service.sh" down "$BIN/kubectl" "$work/cluster/admin.kubeconfig" ui
}

page_links() { # page_links DIR: each link of the first page, counted
    ask "$1" --user 'alice:secret of alice' "$ui_path/" | grep -oE '(href|src|action)=[^ >]+' | sort | uniq -c | sed 's/^ *//'
}

pages() { # pages CONTAINER DIR
    local c=$1 d=$2 root=/clusters/e2e$ui_path
    local alice=(--user 'alice:secret of alice')
    check "$c the links of a service's page lead through Gatehouse" says "^1 href=\"$root/style.css\"\$" page_links "$d"
    check "$c those of a compressed page too" \
        says "href=\"$root/next\?a=1&amp;b=2\"" ask "$d" "${alice[@]}" --compressed "$ui_path/"
    check "$c a service's redirect leads through Gatehouse" \
        says "^[Ll]ocation: $root/next" ask "$d" "${alice[@]}" -i "$ui_path/old"
    check "$c the redirect to a service's last slash too" says "^[Ll]ocation: $root/" ask "$d" "${alice[@]}" -i "$ui_path"
    check "$c a service's redirect to another host is refused" \
        says '^502' ask "$d" "${alice[@]}" -o /dev/null -w '%{http_code}' "$ui_path/away"
    rm -f "$d/jar"
    check "$c a service's form is sent, and its cookie comes back" \
        says 'id="cookie">sid=1<' ask "$d" "${alice[@]}" -L -c "$d/jar" -b "$d/jar" -d x=y "$ui_path/login"
    check "$c a service's cookie stays below its path" says "[[:blank:]]$root/[[:blank:]].*[[:blank:]]sid[[:blank:]]1" cat "$d/jar"
}

killed() { # killed DIR KUBECTL: a watch that a SIGKILL ended is closed on record at the next start
    local records=$1/home/data/audit-file/file/audit/audit.jsonl before until=$((SECONDS + 30))
    before=$(grep -c '"kind":"open"' "$records")
    "$2" --kubeconfig "$1/alice.kubeconfig" get pods --watch >/dev/null 2>&1 &
    local watch=$!
    until [ "$(grep -c '"kind":"open"' "$records")" -gt "$before" ]; do
        [ $SECONDS -lt $until ] || { echo "the watch was not recorded" && return 1; }
        sleep 0.1
    done
    "$here/gatehouse.sh" kill "$1"
    kill "$watch" 2>/dev/null || true
    "$here/gatehouse.sh" restart "$1"
    until=$((SECONDS + 30))
    until grep -q 'Gatehouse stopped before it ended' "$records"; do
        [ $SECONDS -lt $until ] || { echo "the watch was not closed on record" && return 1; }
        sleep 0.1
    done
}

"$here/cluster.sh" up "$work/cluster"
# shellcheck source=/dev/null
. "$work/cluster/cluster.env"
robot >/dev/null
for container in "$@"; do
    gate=$work/$container
    if ! "$here/gatehouse.sh" up "$work/cluster" "$gate" "$container"; then
        failed=$((failed + 1))
        echo "not ok $container does not start"
        continue
    fi
    for kubectl in "$BIN"/kubectl.*; do
        list "$container ${kubectl##*/}" "$gate/alice.kubeconfig" "$kubectl"
    done
    identities "$container" "$gate" "$BIN/kubectl.1.36"
    reviews "$container" "$gate" "$BIN/kubectl.1.36"
    if [ -n "$ui_address" ]; then
        web_ui >/dev/null 2>&1 || true
        pages "$container" "$gate"
        no_web_ui >/dev/null 2>&1 || true
    fi
    if [ "$container" = standalone ]; then
        check "$container a stream cut by kill -9 is closed on record" killed "$gate" "$BIN/kubectl.1.36"
    fi
    check "$container stops within its bound" "$here/gatehouse.sh" down "$gate"
    h2=$(ls "$here"/../proxy-webapp/target/gatehouse/WEB-INF/plugins/audit-jdbc/h2-*.jar)
    check "$container accounts for every request" \
        "$here/audit-accounts.py" "$gate/home" "$work/cluster/audit.log" "$h2" "$java"
    check "$container no secret is on record or in the log" \
        bash -c '! grep -rlE "secret of (alice|bob|carol)|c2VjcmV0IG9mI|$(cat "$0/home/token")" "$0/home/data" "$0/log"' "$gate"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
