#!/usr/bin/env bash
# What a person does with kubectl, as a list of checks: the same list runs
# against a cluster and through a proxy in front of it.
#
#   kubectl-checks.sh KUBECONFIG KUBECTL [NAME...]
#
# Prints `ok NAME` or `not ok NAME: why` for each check (all, or those named)
# and `N passed, M failed` at the end; fails if one did. Needs the rights of
# `edit` in the context's namespace, where it leaves nothing behind.
# shellcheck disable=SC2016  # what is in single quotes is for the other side
set -euo pipefail

[ $# -ge 2 ] || {
    echo "usage: kubectl-checks.sh KUBECONFIG KUBECTL [NAME...]" >&2
    exit 2
}
kubeconfig=$(realpath "$1")
kubectl=$(realpath -s "$(type -P "$2")")
shift 2

work=$(mktemp -d)
id=checks-$$-$RANDOM
# A cache of its own: what one kubectl has discovered must not help another.
export HOME=$work KUBECACHEDIR=$work/cache

k() { timeout -k 2 60 "$kubectl" --kubeconfig "$kubeconfig" "$@"; }
# For streams that go on until they are stopped: no timeout in between, so
# that the process id is kubectl's own.
forever() { exec "$kubectl" --kubeconfig "$kubeconfig" "$@"; }

# A cluster that is served under a path: kubectl proxy forgets that path unless it is told.
append=
if [[ $(k config view --minify -o 'jsonpath={.clusters[0].cluster.server}') =~ ^https?://[^/]+/. ]]; then
    append=--append-server-path
fi

same() { # same WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] || {
        echo "$1: expected '$2', got '$3'"
        return 1
    }
}

# await_line FILE PATTERN: waits until the file has a line that matches, and prints it.
await_line() {
    local until=$((SECONDS + 30))
    until grep -m 1 -E -- "$2" "$1" 2>/dev/null; do
        [ $SECONDS -lt $until ] || {
            echo "no line '$2' in ${1##*/}, but: $(tail -c 300 "$1" | tr '\n' ' ')"
            return 1
        }
        sleep 0.05
    done
}

# --- objects -----------------------------------------------------------

# No reader in here leaves a pipe early (head, grep -q, grep >/dev/null): kubectl
# would be ended by SIGPIPE, now and then.
check_version() { k version -o json | grep '"serverVersion"'; }

check_discovery() { k api-resources --namespaced=true -o name | grep -x pods; }

check_get() { k get pods -o name; }

check_get_table() { k get configmaps | sed -n 1p | grep -E '^NAME +DATA +AGE'; }

configmap() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {key: "%s"}\n' "$id" "$1"; }
value() { k get configmap "$id" -o 'jsonpath={.data.key}'; }

check_apply() {
    configmap one | k apply -f - | grep created
    configmap two | k apply -f - | grep configured
    same value two "$(value)"
}

check_apply_server_side() {
    configmap three | k apply --server-side --force-conflicts -f - | grep serverside-applied
    same value three "$(value)"
}

check_diff() {
    local code=0
    configmap other | k diff -f - >"$work/diff" || code=$?
    same 'exit code' 1 $code
    grep -F '+  key: other' "$work/diff"
}

check_patch() {
    k patch configmap "$id" --type merge -p '{"data":{"key":"merged"}}'
    same value merged "$(value)"
    k patch configmap "$id" --type json -p '[{"op":"replace","path":"/data/key","value":"json"}]'
    same value json "$(value)"
}

check_watch() {
    k patch configmap "$id" -p '{"data":{"key":"before"}}'
    forever get configmap "$id" --watch -o 'jsonpath={.data.key}{"\n"}' >"$work/watch" 2>&1 &
    await_line "$work/watch" '^before$'
    k patch configmap "$id" -p '{"data":{"key":"after"}}'
    await_line "$work/watch" '^after$'
}

check_label_and_select() {
    k label configmap "$id" "check=$id" --overwrite
    same selected "configmap/$id" "$(k get configmap -l "check=$id" -o name)"
}

# 300 objects of 4 KB: an answer of more than a megabyte, in pages and whole.
check_large_list() {
    local n blob
    blob=$(head -c 9000 /dev/urandom | base64 -w 0)
    for ((n = 0; n < 100; n++)); do
        printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s-%d, labels: {large: %s}}\ndata: {blob: %s}\n' "$id" $n "$id" "$blob"
    done | k create -f - >/dev/null
    same 'in pages' 100 "$(k get configmaps -l "large=$id" --chunk-size=20 -o name | wc -l)"
    same whole 100 "$(k get configmaps -l "large=$id" --chunk-size=0 -o json | grep -c '"blob":')"
    k delete configmaps -l "large=$id" --wait=false >/dev/null
}

check_rollout() {
    k create deployment "$id" --image=none --replicas=2
    k rollout status "deployment/$id" --timeout=40s
    k scale "deployment/$id" --replicas=1
    k rollout status "deployment/$id" --timeout=40s
    k delete deployment "$id" --timeout=40s
}

check_explain() { k explain pod.spec.containers | grep -i 'FIELD'; }

check_not_found() {
    local code=0
    k get configmap "$id-none" 2>"$work/none" || code=$?
    same 'exit code' 1 $code
    grep -F 'Error from server (NotFound)' "$work/none"
}

check_can_i() { same answer yes "$(k auth can-i create pods)"; }

check_auth_whoami() {
    if ! k auth --help | grep -w whoami; then
        skip 'this kubectl has no auth whoami'
    fi
    local code=0
    k auth whoami -o 'jsonpath={.status.userInfo.groups}' >"$work/whoami" 2>&1 || code=$?
    if grep -F 'selfsubjectreviews API is not enabled' "$work/whoami"; then
        skip 'this kubectl asks for an older version of the review than the server has'
    fi
    same 'exit code' 0 $code
    grep -F system:authenticated "$work/whoami"
}

check_proxy() {
    forever proxy ${append:+"$append"} --port 0 >"$work/proxy" 2>&1 &
    local address
    address=$(await_line "$work/proxy" 'Starting to serve on' | sed 's/.* on //')
    curl -sf --noproxy '*' "http://$address/api/v1" | grep -F '"APIResourceList"'
}

# --- a pod -------------------------------------------------------------

check_pod() {
    k apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: $id}
spec:
  containers:
    - name: main
      image: none
      stdin: true
      command: [bash, -c]
      args:
        - |
          echo started; echo complaint >&2
          (n=0; while sleep 0.2; do echo "beat \$((n += 1))"; done) &
          while read -r line; do echo "heard \$line"; done
          wait
    - name: meeting
      image: none
      command: [python3, -uc]
      args:
        - |
          # Answers a connection only when a second one is open, too.
          import socket, threading
          two = threading.Barrier(2)
          def serve(c):
              try:
                  said = c.recv(100)
                  two.wait(20)
                  c.sendall(b"met " + said)
              finally:
                  c.close()
          s = socket.create_server(("127.0.0.1", 0))
          print("port", s.getsockname()[1])
          while True:
              threading.Thread(target=serve, args=(s.accept()[0],)).start()
EOF
    k wait --for=condition=Ready "pod/$id" --timeout=30s
}

check_logs() {
    forever logs -f "$id" -c main >"$work/first" 2>&1 &
    await_line "$work/first" '^complaint$' # it may have only just started
    k logs "$id" -c main >"$work/logs"
    grep -x started "$work/logs"
    same 'lines of --tail' 1 "$(k logs "$id" -c main --tail=1 | wc -l)"
    k logs "$id" -c main --timestamps | grep -E '^[0-9-]{10}T[0-9:.]+Z started$'
}

check_logs_follow() {
    forever logs -f "$id" -c main --tail=1 >"$work/follow" 2>&1 &
    local first
    first=$(await_line "$work/follow" '^beat [0-9]+$')
    await_line "$work/follow" "^beat $((${first#beat } + 5))\$"
}

x() { k exec "$id" -c main "$@"; }

check_exec() {
    same output 'one two' "$(x -- sh -c 'echo one two')"
    same arguments 'a b|$c|é "d"' "$(x -- printf %s 'a b|$c|é "d"')"
}

check_exec_exit_code() {
    local code=0
    x -- sh -c 'exit 42' || code=$?
    same 'exit code' 42 $code
}

check_exec_stderr() {
    x -- sh -c 'echo out; echo err >&2' >"$work/stdout" 2>"$work/stderr"
    same stdout out "$(cat "$work/stdout")"
    same stderr err "$(cat "$work/stderr")"
}

check_exec_stdin_3mb() {
    head -c 3000000 /dev/urandom >"$work/3mb"
    same checksum "$(sha256sum <"$work/3mb")" "$(x -i -- sha256sum <"$work/3mb")"
}

# The pause: kubectl up to 1.29 may lose the tail of what comes just before the end.
check_exec_stdout_3mb() {
    head -c 3000000 /dev/urandom >"$work/3mb"
    x -i -- sh -c 'cat >echo.bin' <"$work/3mb"
    same checksum "$(sha256sum <"$work/3mb")" "$(x -- sh -c 'cat echo.bin; sleep 0.3' | sha256sum)"
}

# Both directions at once: a line is answered before the next one is sent.
check_exec_interactive() {
    mkfifo "$work/to-exec"
    forever exec -i "$id" -c main -- sh -c 'while read -r l; do echo "answer $l"; done' <"$work/to-exec" >"$work/from-exec" 2>&1 &
    local pid=$! n
    exec 7>"$work/to-exec"
    for n in 1 2 3; do
        echo "line $n" >&7
        await_line "$work/from-exec" "^answer line $n\$"
    done
    exec 7>&-
    wait $pid # the end of its input is the end of the program
}

check_exec_tty() {
    python3 - "$kubectl" --kubeconfig "$kubeconfig" exec -it "$id" -c main -- \
        sh -c 'stty size; test -t 0 && printf "your name? "; read -r name; echo "hello $name"; exit 7' <<'EOF'
import fcntl, os, pty, select, signal, struct, sys, termios, time
end = time.monotonic() + 40
ready_r, ready_w = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    os.read(ready_r, 1)  # the size is set before kubectl looks at it
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 41, 117, 0, 0))
os.write(ready_w, b"x")
seen, answered = b"", False
while True:
    if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        os.kill(pid, signal.SIGKILL)
        sys.exit(f"the terminal went silent after {seen!r}")
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if b"your name?" in seen and not answered:
        os.write(terminal, b"Zo\xc3\xab\r")
        answered = True
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
for part in (b"41 117", "hello Zoë".encode()):
    if part not in seen:
        sys.exit(f"no {part!r} in {seen!r}")
if code != 7:
    sys.exit(f"exit code: expected 7, got {code}")
EOF
}

# A shell in a web page: WebSocket with the fourth version of the protocol,
# which the API server passes on and does not translate.
check_exec_from_browser() {
    # A file of its own: the address of an earlier proxy may still stand in the other.
    forever proxy ${append:+"$append"} --port 0 --reject-paths='^$' >"$work/proxy-for-browser" 2>&1 &
    local address path
    address=$(await_line "$work/proxy-for-browser" 'Starting to serve on' | sed 's/.* on //')
    path=$(k get pod "$id" -o 'jsonpath=/api/v1/namespaces/{.metadata.namespace}/pods/{.metadata.name}/exec')
    python3 - "$address" "$path?container=main&stdin=true&stdout=true&command=sh&command=-c&command=read%20l%3B%20echo%20heard%20%24l%3B%20exit%205" <<'EOF'
import base64, json, os, socket, struct, sys
host, port = sys.argv[1].split(":")
s = socket.create_connection((host, int(port)), timeout=30)
s.sendall((f"GET {sys.argv[2]} HTTP/1.1\r\nHost: {sys.argv[1]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n"
           f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n").encode())
stream = s.makefile("rb")
status = stream.readline()
if b" 101 " not in status:
    sys.exit(f"answered {status!r} {stream.read(300)!r}")
while stream.readline() != b"\r\n":
    pass
def send(data):
    mask = os.urandom(4)
    s.sendall(struct.pack("!BB", 0x82, 0x80 | len(data)) + mask + bytes(b ^ mask[n % 4] for n, b in enumerate(data)))
send(b"\0hello\n")
channels = {}
while True:
    head = stream.read(2)
    if len(head) < 2 or head[0] & 15 == 8:
        break
    length = head[1] & 127
    if length > 125:
        length = struct.unpack("!H", stream.read(2))[0] if length == 126 else struct.unpack("!Q", stream.read(8))[0]
    data = stream.read(length)
    if head[0] & 15 in (0, 1, 2) and data:
        channels[data[0]] = channels.get(data[0], b"") + data[1:]
if channels.get(1) != b"heard hello\n":
    sys.exit(f"got {channels!r}")
if json.loads(channels[3])["details"]["causes"][0]["message"] != "5":
    sys.exit(f"status {channels[3]!r}")
EOF
}

check_attach() {
    mkfifo "$work/to-attach"
    forever attach -i "$id" -c main <"$work/to-attach" >"$work/attach" 2>&1 &
    exec 7>"$work/to-attach"
    await_line "$work/attach" '^beat [0-9]+$'
    echo "word $id" >&7
    await_line "$work/attach" "^heard word $id\$"
    exec 7>&-
}

check_run_rm() {
    # Answered after the end of the input: a kubectl that speaks SPDY may lose an answer that crosses it, directly as well.
    same output 'through the pod' "$(k run "$id-run" --image=none --restart=Never --rm -i -q --pod-running-timeout=30s -- \
        sh -c 'all=$(cat) && echo "$all"' <<<'through the pod' 2>/dev/null)"
}

check_cp() {
    mkdir -p "$work/up/sub"
    head -c 1000000 /dev/urandom >"$work/up/binary"
    echo text >"$work/up/sub/name with blanks"
    k cp "$work/up" "$id:there" -c main
    same 'seen in the pod' text "$(x -- cat 'there/sub/name with blanks')"
    k cp "$id:there" "$work/down" -c main
    diff -r "$work/up" "$work/down"
}

check_port_forward() {
    local port
    port=$(k logs "$id" -c meeting | sed -n 's/^port //p')
    forever port-forward "pod/$id" ":$port" >"$work/forward" 2>&1 &
    port=$(await_line "$work/forward" 'Forwarding from 127.0.0.1:' | sed -E 's/.*127.0.0.1:([0-9]+) .*/\1/')
    python3 - "$port" <<'EOF'
import socket, sys
pair = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30) for _ in range(2)]
for n, c in enumerate(pair):
    c.sendall(b"from %d" % n)
for n, c in enumerate(pair):
    got = b""
    while chunk := c.recv(100):
        got += chunk
    if got != b"met from %d" % n:
        sys.exit(f"connection {n} got {got!r}")
EOF
}

check_delete() {
    forever get pod "$id" --watch --output-watch-events -o 'jsonpath={.type}{"\n"}' >"$work/gone" 2>&1 &
    await_line "$work/gone" '^ADDED$'
    k delete pod "$id" --timeout=40s
    await_line "$work/gone" '^DELETED$'
    k delete configmap "$id" --ignore-not-found
    same 'what is left' '' "$(k get pod,configmap "$id" --ignore-not-found -o name)"
}

# --- the list ----------------------------------------------------------

all=(version discovery get get_table apply apply_server_side diff patch watch label_and_select large_list rollout
    explain not_found can_i auth_whoami proxy
    pod logs logs_follow exec exec_exit_code exec_stderr exec_stdin_3mb exec_stdout_3mb exec_interactive exec_tty exec_from_browser
    attach run_rm cp port_forward delete)

skip() {
    echo "$*" >"$work/skipped"
    exit 0
}

clean() {
    k delete pod,configmap,deployment "$id" --ignore-not-found --wait=false >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT

# Each check has a shell of its own, so that one that fails takes its
# background streams with it.
run() (
    set -e
    trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    "check_$1"
)

passed=0 failed=0
names=("${all[@]}")
[ $# -eq 0 ] || names=("$@")
for name in "${names[@]}"; do
    rm -f "$work/skipped"
    set +e # `if run` would switch off the -e inside
    run "$name" >"$work/out" 2>&1
    code=$?
    set -e
    if [ $code -ne 0 ]; then
        echo "not ok $name: $(grep -v '^$' "$work/out" | tail -n 3 | tr '\n' ' ' | cut -c1-400)(exit code $code)"
        failed=$((failed + 1))
    else
        echo "ok $name$([ ! -e "$work/skipped" ] || echo " # skipped: $(cat "$work/skipped")")"
        passed=$((passed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
