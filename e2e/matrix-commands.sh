#!/usr/bin/env bash
# The commands of the matrix, run once: every verb and subcommand of kubectl
# that talks to a server, or what helm does with a release.
#
#   matrix-commands.sh kubectl|helm PROGRAM KUBECONFIG NAMESPACE OUT
#
# NAMESPACE is made and deleted again; whatever has no namespace is named after
# it. Each command leaves OUT/<name>.stdout, .stderr and .code, and OUT/list has
# a line `NAME EXPECTED-CODES COMMAND` for it. matrix-compare.py reads them.
# ADMIN (a kubectl) and ADMIN_KUBECONFIG are for what is only waited for, never
# for what is compared. Fails only when it can not go on.
# shellcheck disable=SC2016  # what is in single quotes is for the other side
set -euo pipefail

what=$1 program=$(realpath -s "$2") kubeconfig=$(realpath "$3") ns=$4 out=$5
mkdir -p "$out"
work=$(mktemp -d)
# A cache of its own: what one kubectl has discovered must not help another.
export HOME=$work KUBECACHEDIR=$work/cache TMPDIR=$work TERM=xterm
cd "$work" # cp takes `a:b` for a pod, and what is printed names no folder of this machine
exec </dev/null
: >"$out/list"

clean() {
    # shellcheck disable=SC2046  # one word for each process
    kill $(jobs -p) 2>/dev/null || true
    admin delete namespace "$ns" --ignore-not-found --wait=false >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT

fail() {
    echo "matrix-commands.sh: $*" >&2
    exit 1
}

admin() { "$ADMIN" --kubeconfig "$ADMIN_KUBECONFIG" --request-timeout=20s -n "$ns" "$@"; }

# --- running and keeping -----------------------------------------------

kept() { # kept NAME EXPECTED-CODES CODE COMMAND...
    local name=$1 expected=$2
    echo "$3" >"$out/$name.code"
    shift 3
    printf '%s %s %s\n' "$name" "$expected" "${*//$'\n'/ }" >>"$out/list"
}

run() { # run NAME EXPECTED-CODES ARGUMENT...: codes as 0 or 0,1
    local name=$1 expected=$2 code=0
    shift 2
    timeout -k 2 90 "$program" --kubeconfig "$kubeconfig" -n "$ns" "$@" \
        >"$out/$name.stdout" 2>"$out/$name.stderr" || code=$?
    kept "$name" "$expected" $code "${program##*/}" "$@"
}

# stream NAME ARGUMENT...: one that goes on until stop. Its process is $stream.
stream() {
    streamed=("$@")
    "$program" --kubeconfig "$kubeconfig" -n "$ns" "${@:2}" <&0 >"$out/$1.stdout" 2>"$out/$1.stderr" &
    stream=$!
}

stop() { # stop: ends the stream; how it ends says nothing
    kill "$stream" 2>/dev/null || true
    local n
    for ((n = 0; n < 50; n++)); do
        kill -0 "$stream" 2>/dev/null || break
        sleep 0.1
    done
    kill -9 "$stream" 2>/dev/null || true
    wait "$stream" 2>/dev/null || true
    kept "${streamed[0]}" 0 0 "${program##*/}" "${streamed[@]:1}"
}

line() { # line FILE PATTERN: waits for a line in what a stream has printed; without one the comparison fails
    local until=$((SECONDS + 20))
    until grep -m 1 -E -- "$2" "$out/$1" 2>/dev/null; do
        if [ $SECONDS -ge $until ] || ! kill -0 "$stream" 2>/dev/null; then
            echo "(no line like $2 came)" >>"$out/$1"
            return 0
        fi
        sleep 0.05
    done
}

await() { # await WHAT COMMAND...: waits until the command prints something
    local until=$((SECONDS + 40)) what=$1
    shift
    until [ -n "$("$@" 2>/dev/null)" ]; do
        [ $SECONDS -lt $until ] || fail "$ns: $what did not come about"
        sleep 0.1
    done
}

await_none() { # await_none WHAT COMMAND...: waits until the command prints nothing
    local until=$((SECONDS + 40)) what=$1
    shift
    while [ -n "$("$@" 2>/dev/null)" ]; do
        [ $SECONDS -lt $until ] || fail "$ns: $what did not go"
        sleep 0.1
    done
}

another_second() {
    local now
    now=$(date +%s)
    while [ "$(date +%s)" = "$now" ]; do sleep 0.1; done
}

# word WORD NAME: an input that goes on until its command has answered. A kubectl that speaks SPDY may lose an answer
# that crosses the end of the input, directly as well.
word() {
    local until=$((SECONDS + 40))
    echo "$1"
    until [ -s "$out/$2.stdout" ] || [ $SECONDS -ge $until ]; do sleep 0.1; done
}

# --- kubectl -----------------------------------------------------------

since() { # since MINOR COMMAND...: only a kubectl that is new enough
    [ "$minor" -lt "$1" ] || "${@:2}"
}

before() { # before MINOR CODES ELSE-CODES: what a command ends with, by version
    [ "$minor" -lt "$1" ] && echo "$2" || echo "$3"
}

of_server() {
    run version 0 version
    run version-json 0 version -o json
    run api-versions 0 api-versions
    run api-resources 0 api-resources -o wide
    run api-resources-names 0 api-resources --namespaced=true --verbs=list,get -o name
    run cluster-info 0 cluster-info
    run explain 0 explain pod.spec.containers
    run explain-recursive 0 explain deployment.spec --recursive
    run explain-unknown 1 explain nothing
    run raw 0 get --raw "$raw/api/v1"
    run raw-query 0 get --raw "$raw/api/v1/configmaps?labelSelector=a%3Db,c%20in%20(d)&limit=1"
    run raw-unknown 1 get --raw "$raw/nothing/at/all"
    run raw-forbidden 1 get --raw "$raw/metrics"
    run auth-can-i 0 auth can-i create pods/exec
    run auth-can-i-not 1 auth can-i delete apiservices.apiregistration.k8s.io
    run auth-can-i-list 0 auth can-i --list
    since 27 run auth-whoami "$(before 28 1 0)" auth whoami
    since 28 run auth-whoami-json 0 auth whoami -o json
    run top-pod 1 top pod
    run top-node 1 top node
    run forbidden 1 get apiservices.apiregistration.k8s.io
    run unknown-kind 1 get nothings
}

of_creation() {
    run create-namespace 0 create namespace "$ns"
    await "the default service account" admin get serviceaccount default -o name
    await "the cluster's CA" admin get configmap kube-root-ca.crt -o name
    run create-configmap 0 create configmap made --from-literal=key=value --from-literal=other=$'two\nlines'
    run create-configmap-again 1 create configmap made --from-literal=key=value
    run create-dry-run 0 create configmap dry --from-literal=key=value --dry-run=server -o yaml
    run create-secret 0 create secret generic made --from-literal=password=secret
    run create-secret-registry 0 create secret docker-registry registry --docker-username=u --docker-password=p
    run create-serviceaccount 0 create serviceaccount robot
    since 24 run create-token 0 create token robot --duration=1h
    since 24 run create-token-of-none 1 create token nobody
    run create-role 0 create role looker --verb=get,list --resource=pods,pods/log
    run create-rolebinding 0 create rolebinding looker --role=looker --serviceaccount="$ns:robot"
    run create-clusterrole 0 create clusterrole "$ns" --verb=get --resource=nodes
    run create-clusterrolebinding 0 create clusterrolebinding "$ns" --clusterrole="$ns" --serviceaccount="$ns:robot"
    run create-quota 0 create quota many --hard=replicationcontrollers=3
    run create-poddisruptionbudget "$(before 21 1 0)" create poddisruptionbudget none --selector=app=none --min-available=1
    run create-priorityclass 0 create priorityclass "$ns" --value=7 --description=seven
    run create-ingress 0 create ingress in --rule=example.com/path=made:80
    run create-service 0 create service clusterip made --tcp=80:8080
    run create-service-nodeport 0 create service nodeport open --tcp=80:8080
    run create-cronjob "$(before 21 1 0)" create cronjob nightly --image=none --schedule='0 3 * * *'
    run create-job 0 create job once --image=none -- sh -c 'echo it ran'
    run create-invalid 1 create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Not A Name"}}'
    run create-unknown 1 create -f - <<<'{"apiVersion":"none/v1","kind":"Nothing","metadata":{"name":"x"}}'
    run auth-reconcile 0 auth reconcile -f - <<EOF
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: looker, namespace: $ns}
rules:
- {apiGroups: [""], resources: [pods, services], verbs: [get, list, watch]}
EOF
}

configmap() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: {app: matrix}}\ndata: {key: "%s"}\n' "$1" "$2"; }

of_objects() {
    configmap kept one >one.yaml
    configmap kept two >two.yaml
    configmap kept three >three.yaml
    printf '#!/bin/sh\nsed -i "s/patched/edited/; s/three/edited/" "$1"\n' >editor
    printf '#!/bin/sh\nexit 0\n' >idle-editor
    chmod +x editor idle-editor
    run apply 0 apply -f one.yaml
    run apply-unchanged 0 apply -f one.yaml
    run apply-view-last-applied 0 apply view-last-applied -f one.yaml
    run diff-none 0 diff -f one.yaml
    another_second # what is applied has its time on record, and a difference of that is shown or not
    run diff 1 diff -f two.yaml
    run diff-server-side 1 diff --server-side --force-conflicts -f two.yaml
    run apply-changed 0 apply -f two.yaml
    run apply-server-side-conflict 1 apply --server-side --field-manager=other -f three.yaml
    run apply-server-side 0 apply --server-side --force-conflicts --field-manager=other -f three.yaml
    run apply-set-last-applied 0 apply set-last-applied --create-annotation -f three.yaml
    KUBE_EDITOR=./editor run edit-last-applied 0 apply edit-last-applied configmap kept
    configmap pruned one | admin apply -f - >/dev/null
    if [ "$minor" -lt 26 ]; then
        run apply-prune 0 apply -f two.yaml --prune -l app=matrix --prune-whitelist=core/v1/ConfigMap
    else
        run apply-prune 0 apply -f two.yaml --prune -l app=matrix --prune-allowlist=core/v1/ConfigMap
    fi
    mkdir kustom
    printf 'resources: [one.yaml]\nnamePrefix: k-\n' >kustom/kustomization.yaml
    cp one.yaml kustom/
    run apply-kustomize 0 apply -k kustom
    run replace 0 replace -f one.yaml
    run replace-force 0 replace --force -f one.yaml
    run patch 0 patch configmap kept -p '{"data":{"key":"patched"}}'
    run patch-merge 0 patch configmap kept --type merge -p '{"data":{"added":"x"}}' -o "$(before 21 'jsonpath={.data}' yaml)"
    run patch-json 0 patch configmap kept --type json -p '[{"op":"remove","path":"/data/added"}]'
    run patch-json-wrong 1 patch configmap kept --type json -p '[{"op":"remove","path":"/data/none"}]'
    KUBE_EDITOR=./editor run edit 0 edit configmap kept
    KUBE_EDITOR=./idle-editor run edit-nothing 0 edit configmap kept
    run label 0 label configmap kept colour=red
    run label-again 1 label configmap kept colour=blue
    run label-overwrite 0 label configmap kept colour=blue --overwrite
    run label-remove 0 label configmap kept colour-
    run label-list 0 label configmap kept --list
    run annotate 0 annotate configmap kept note='a "quoted" note, é'
    run get-table 0 get configmaps,secrets --show-labels
    run get-wide 0 get services,serviceaccounts -o wide
    # Before 1.21 with the managers of its fields, in no certain order where there are two.
    run get-yaml 0 get configmap made -o yaml
    run get-json 0 get secret made -o json
    run get-name 0 get configmaps -o name
    run get-jsonpath 0 get configmap kept -o 'jsonpath={.data.key}{"\n"}'
    run get-go-template 0 get configmaps -o 'go-template={{range .items}}{{.metadata.name}} {{end}}'
    run get-custom-columns 0 get configmaps -o custom-columns=NAME:.metadata.name,KEY:.data.key
    run get-sorted 0 get configmaps --sort-by=.metadata.name --no-headers
    run get-selected 0 get configmaps -l 'app in (matrix),!none' --field-selector metadata.name=kept
    run get-in-pages 0 get configmaps --chunk-size=1 -o name
    run get-client-table 0 get configmaps --server-print=false
    run get-by-file 0 get -f one.yaml
    run get-none 0 get limitranges
    run get-not-found 1 get configmap none
    run get-not-found-ignored 0 get configmap none --ignore-not-found
    run get-all-namespaces 0 get configmaps -A --field-selector "metadata.name=kept,metadata.namespace=$ns"
    run describe-configmap 0 describe configmap kept
    run describe-secret 0 describe secret made
    run describe-service 0 describe service made
    run describe-serviceaccount 0 describe serviceaccount robot
    run describe-role 0 describe role,rolebinding looker
    run describe-namespace 0 describe namespace "$ns"
    await "the quota's count" admin get quota many -o 'jsonpath={.status.used}'
    run describe-quota 0 describe quota many
    run describe-ingress 0 describe ingress in
    run describe-not-found 1 describe configmap none
    run set-subject 0 set subject rolebinding looker --user=bob
    run set-selector 0 set selector service made app=elsewhere

    stream get-watch get configmap kept --watch -o 'jsonpath={.data.key}{"\n"}'
    line get-watch.stdout '^edited$|^one$' >/dev/null
    admin patch configmap kept -p '{"data":{"key":"watched"}}' >/dev/null
    line get-watch.stdout '^watched$' >/dev/null
    stop
    stream get-watch-events get configmap kept --watch --output-watch-events
    line get-watch-events.stdout '^ADDED' >/dev/null
    admin annotate configmap kept seen=yes >/dev/null
    line get-watch-events.stdout '^MODIFIED' >/dev/null
    stop
    run delete 0 delete -f one.yaml
    run delete-selected 0 delete configmaps -l app=matrix
    run delete-not-found 1 delete configmap kept
    run delete-not-found-ignored 0 delete configmap kept --ignore-not-found
}

# A template that is replaced before the controller has seen it is no revision of the history.
await_revision() {
    await "the deployment's revision" admin get deployment web \
        -o 'go-template={{if eq .metadata.generation .status.observedGeneration}}seen{{end}}'
}

of_workloads() {
    run wait-job 0 wait --for=condition=complete job/once --timeout=40s
    run logs-job 0 logs job/once
    run get-jobs 0 get jobs
    run create-job-from 0,1 create job again --from=cronjob/nightly
    run create-deployment 0 create deployment web --image=none --replicas=2
    run rollout-status 0 rollout status deployment/web --timeout=60s
    run wait-available 0 wait --for=condition=Available deployment/web --timeout=40s
    since 23 run wait-jsonpath 0 wait --for='jsonpath={.status.readyReplicas}=2' deployment/web --timeout=40s
    run wait-timeout 1 wait --for=condition=Never deployment/web --timeout=1s
    run get-deployment 0 get deployment,replicaset -o wide
    since 24 run get-subresource 0 get deployment web --subresource=status -o 'jsonpath={.status.replicas}'
    run scale 0 scale deployment/web --replicas=1
    run scale-mismatch 1 scale deployment/web --current-replicas=7 --replicas=1
    run rollout-status-scaled 0 rollout status deployment/web --timeout=60s
    await_none "the second replica" admin get pods -l app=web -o 'jsonpath={.items[1].metadata.name}'
    since 24 run patch-subresource 0 patch deployment web --subresource=scale --type merge -p '{"spec":{"replicas":1}}'
    run set-image 0 set image deployment/web none=other
    run rollout-status-image 0 rollout status deployment/web --timeout=60s
    run set-env 0 set env deployment/web A=b
    await_revision
    run set-env-list 0 set env deployment/web --list
    run set-resources 0 set resources deployment/web --limits=cpu=1
    await_revision
    run set-serviceaccount 0 set serviceaccount deployment/web robot
    await_revision
    run rollout-history 0 rollout history deployment/web
    run rollout-history-revision 0 rollout history deployment/web --revision=1
    run rollout-undo 0 rollout undo deployment/web --to-revision=1
    run rollout-pause 0 rollout pause deployment/web
    run rollout-pause-again 1 rollout pause deployment/web
    run rollout-resume 0 rollout resume deployment/web
    run rollout-restart 0 rollout restart deployment/web
    run rollout-status-restarted 0 rollout status deployment/web --timeout=60s
    await_none "an older pod" admin get pods -l app=web -o 'jsonpath={.items[1].metadata.name}'
    run expose 0 expose deployment web --port=80 --target-port=8080
    run autoscale 0 autoscale deployment web --min=1 --max=3 --cpu-percent=80
    run delete-autoscaler 0 delete hpa web
    run delete-deployment 0 delete deployment web --timeout=40s
    run wait-deleted "$(before 24 1 0)" wait --for=delete deployment/web --timeout=40s
}

of_events() {
    local n
    for n in 1 2; do
        admin create -f - >/dev/null <<EOF
apiVersion: v1
kind: Event
metadata: {name: event-$n, namespace: $ns}
involvedObject: {kind: ConfigMap, name: subject-$n, namespace: $ns, apiVersion: v1}
reason: Reason$n
message: message $n
type: Normal
firstTimestamp: "2024-01-0${n}T00:00:00Z"
lastTimestamp: "2024-01-0${n}T00:00:00Z"
count: $n
source: {component: matrix}
EOF
    done
    run get-events 0 get events --field-selector involvedObject.kind=ConfigMap
    since 26 run events 0 events --for configmap/subject-2
    since 26 run events-types 0 events --types=Normal --for configmap/subject-1
}

of_pods() {
    run apply-pod 0 apply -f - <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: box, labels: {app: box}}
spec:
  containers:
    - name: main
      image: none
      stdin: true
      command: [bash, -c, 'echo started; echo waiting; while read -r line; do echo "heard $line"; done']
    - name: serving
      image: none
      command: [python3, -uc]
      args:
        - |
          import http.server
          class H(http.server.BaseHTTPRequestHandler):
              def do_GET(self):
                  self.send_response(200); self.end_headers(); self.wfile.write(b"answered " + self.path.encode() + b"\n")
              def log_message(self, *a): pass
          s = http.server.HTTPServer(("127.0.0.1", 0), H)
          print("port", s.server_port)
          s.serve_forever()
EOF
    run wait-ready 0 wait --for=condition=Ready pod/box --timeout=40s
    await "the port" admin logs box -c serving
    await "the first lines" bash -c '"$@" | sed -n 2p' - "$ADMIN" --kubeconfig "$ADMIN_KUBECONFIG" -n "$ns" logs box -c main
    local port
    port=$(admin logs box -c serving | sed -n 's/^port //p')
    run get-pod 0 get pod box -o wide
    run describe-pod 0 describe pod box
    run logs 0 logs box -c main --tail=1 --limit-bytes=1000
    run logs-timestamps 0 logs box -c serving --timestamps
    run logs-selected 0 logs -l app=box -c main --prefix --tail=5
    run logs-all-containers 0 logs job/once --all-containers
    run logs-default 0,1 logs box
    run logs-previous 1 logs box -c main --previous
    run logs-no-container 1 logs box -c none
    run logs-not-found 1 logs none
    stream logs-follow logs -f box -c serving
    line logs-follow.stdout '^port' >/dev/null
    stop

    run exec 0 exec box -c main -- sh -c 'echo out; echo err >&2'
    run exec-code 42 exec box -c main -- sh -c 'exit 42'
    run exec-arguments 0 exec box -c main -- printf '%s\n' 'a b|$c|é "d"' ''
    seq 100000 >numbers
    run exec-stdin 0 exec -i box -c main -- sha256sum <numbers
    run exec-output 0 exec box -c main -- sh -c 'seq -f line%.0f 200000; sleep 0.3' # up to 1.29 the tail of what comes just before the end may be lost
    run exec-no-program 0,1,126,127 exec box -c main -- /no/such/program
    run exec-no-container 1 exec box -c none -- true
    run exec-not-found 1 exec none -- true
    exec_tty
    stream_attach
    mkdir -p up/sub
    seq 1000 >up/numbers
    echo text >'up/sub/name with blanks'
    run cp-to 0 cp up box:there -c main
    run cp-seen 0 exec box -c main -- sh -c 'cd there && find . -type f | sort && cat "sub/name with blanks"'
    run cp-from 0 cp box:there down -c main
    local code=0
    diff -r up down >"$out/cp-same.stdout" 2>"$out/cp-same.stderr" || code=$?
    kept cp-same 0 $code diff -r up down
    run cp-not-found 1 cp none:there down2 -c main

    stream port-forward port-forward pod/box ":$port"
    line port-forward.stdout '^Forwarding from 127.0.0.1' >forwarding
    fetch port-forward-used 0 "http://127.0.0.1:$(sed -E 's/.*127.0.0.1:([0-9]+) .*/\1/' forwarding)/through/the/pod"
    line port-forward.stdout '^Handling' >/dev/null
    stop
    run expose-pod 0 expose pod box --port=80 --target-port="$port"
    stream port-forward-service port-forward service/box :80
    line port-forward-service.stdout '^Forwarding from 127.0.0.1' >forwarding
    fetch port-forward-service-used 0 "http://127.0.0.1:$(sed -E 's/.*127.0.0.1:([0-9]+) .*/\1/' forwarding)/to/the/service"
    line port-forward-service.stdout '^Handling' >/dev/null
    stop
    run port-forward-not-found 1 port-forward pod/none 0:80
    stream_proxy

    run run 0 run one-off --image=none --restart=Never -- sh -c 'echo ran'
    await "the end of the pod" admin get pod one-off -o 'jsonpath={.status.containerStatuses[0].state.terminated.reason}'
    run run-logs 0 logs one-off
    run run-rm 0 run passing --image=none --restart=Never --rm -i --quiet -- sh -c 'read -r l; echo "through the pod: $l"' \
        < <(word hello run-rm)
    run delete-pod 0 delete pod one-off --timeout=40s
}

exec_tty() { # a terminal, with its size and a question
    local code=0
    python3 - "$program" --kubeconfig "$kubeconfig" -n "$ns" exec -it box -c main -- \
        sh -c 'stty size; printf "your name? "; read -r name; echo "hello $name"; exit 7' \
        >"$out/exec-tty.stdout" 2>"$out/exec-tty.stderr" <<'EOF' || code=$?
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
        break
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if b"your name? " in seen and not answered:
        os.write(terminal, b"Zo\xc3\xab\r")
        answered = True
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(seen)
sys.exit(code % 256)
EOF
    kept exec-tty 7 $code "${program##*/}" exec -it box -c main -- sh
}

stream_attach() {
    mkfifo to-attach
    exec 7<>to-attach
    stream attach attach -i box -c main <to-attach
    echo word >&7
    line attach.stdout '^heard word$' >/dev/null
    stop
    exec 7>&-
}

fetch() { # fetch NAME EXPECTED-CODE URL: what curl gets; it ends with 22 on an error
    local code=0
    curl -s --noproxy '*' --max-time 20 --fail-with-body -w '%{http_code}\n' "$3" >"$out/$1.stdout" 2>"$out/$1.stderr" || code=$?
    kept "$1" "$2" $code curl "${3#*//*/}"
}

# A cluster that is served under a path: kubectl proxy forgets that path unless it is told, and before 1.23 it can not be.
stream_proxy() {
    local address path=$path
    if [ -z "$path" ] || ! "$program" proxy --help | grep -q append-server-path; then
        stream proxy proxy --port 0
    else
        stream proxy proxy --append-server-path --port 0
        path=
    fi
    line proxy.stdout 'Starting to serve on' >serving
    address=$(sed 's/.* on //' serving)
    fetch proxy-list 0 "http://$address$path/api/v1/namespaces/$ns/services"
    fetch proxy-unknown 22 "http://$address$path/api/v1/namespaces/$ns/nothings"
    stop
}

of_debugging() {
    run debug "$(before 22 1 0)" debug box --image=none -c first -- sh -c 'echo debugged'
    if [ "$minor" -ge 22 ]; then
        await "the end of the debugger" admin get pod box \
            -o 'jsonpath={.status.ephemeralContainerStatuses[?(@.name=="first")].state.terminated.reason}'
        run debug-logs 0 logs box -c first
        run debug-interactive 0 debug -i --quiet box --image=none -c second -- sh -c 'read -r l; echo "debugged $l"' \
            < <(word word debug-interactive)
    fi
    run debug-copy 0 debug box --image=none -c third --copy-to=box-copy -- sh -c 'echo beside'
    run debug-node 0 debug node/e2e-node --image=none -- sh -c 'echo on the node'
    run debug-not-found 1 debug none --image=none -- true
}

of_nodes() { # a node of our own, without a kubelet
    admin create -f - >/dev/null <<EOF
apiVersion: v1
kind: Node
metadata: {name: $ns-node}
EOF
    admin create -f - >/dev/null <<EOF
apiVersion: v1
kind: Pod
metadata: {name: there, namespace: $ns}
spec:
  nodeName: $ns-node
  terminationGracePeriodSeconds: 0
  tolerations: [{operator: Exists}]
  containers: [{name: main, image: none}]
EOF
    run get-nodes 0 get nodes e2e-node -o wide
    run describe-node 0 describe node "$ns-node"
    run taint 0 taint node "$ns-node" matrix=yes:NoSchedule
    run taint-remove 0 taint node "$ns-node" matrix-
    run cordon 0 cordon "$ns-node"
    run cordon-again 0 cordon "$ns-node"
    run uncordon 0 uncordon "$ns-node"
    run drain-refused 1 drain "$ns-node" --timeout=20s
    run drain 0 drain "$ns-node" --force --grace-period=0 --timeout=20s
    run drain-none 1 drain "$ns-none"
    admin delete node "$ns-node" >/dev/null 2>&1
}

of_certificates() {
    local name
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out csr -subj /CN=somebody 2>/dev/null
    for name in yes no; do
        run "create-request-$name" 0 create -f - <<EOF
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: $ns-$name}
spec: {request: $(base64 -w 0 csr), signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}
EOF
    done
    run certificate-approve 0 certificate approve "$ns-yes"
    run certificate-deny 0 certificate deny "$ns-no"
    await "the certificate" admin get csr "$ns-yes" -o 'jsonpath={.status.certificate}'
    run get-requests 0 get csr "$ns-yes" "$ns-no"
    run describe-request 0 describe csr "$ns-yes"
    run certificate-not-found 1 certificate approve "$ns-none"
    run delete-requests 0 delete csr "$ns-yes" "$ns-no"
}

of_deletion() {
    run delete-cluster-objects 0 delete clusterrole,clusterrolebinding,priorityclass "$ns"
    run delete-several 0 delete secret/made serviceaccount/robot role/looker
    run delete-now 0 delete pod box --now --timeout=40s
    run delete-namespace 0 delete namespace "$ns" --wait=false
}

of_kubectl() {
    # Where a cluster is served under a path, older kubectls' get --raw wants that path, too.
    path=$("$ADMIN" --kubeconfig "$kubeconfig" config view --minify -o 'jsonpath={.clusters[0].cluster.server}' | sed -E 's|^https?://[^/]+||')
    minor=$("$program" version --client -o json | sed -n 's/.*"minor": *"\([0-9]*\).*/\1/p')
    raw=$(before 34 "$path" "")
    of_server
    of_creation
    of_objects
    of_workloads
    of_events
    of_pods
    of_debugging
    of_nodes
    of_certificates
    of_deletion
}

# --- helm --------------------------------------------------------------

chart() { # chart VERSION: a small one in ./chart
    mkdir -p chart/templates/tests
    printf 'apiVersion: v2\nname: small\nversion: %s\nappVersion: "1"\n' "$1" >chart/Chart.yaml
    printf 'word: hello\nreplicas: 1\n' >chart/values.yaml
    cat >chart/templates/all.yaml <<'EOF'
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, labels: {chart: "{{ .Chart.Version }}"}}
data:
  word: {{ .Values.word | quote }}
  server: {{ .Capabilities.KubeVersion.Version | quote }}
  batch: {{ .Capabilities.APIVersions.Has "batch/v1/Job" | quote }}
  found: {{ lookup "v1" "Namespace" "" "default" | empty | not | quote }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers: [{name: main, image: none}]
EOF
    cat >chart/templates/tests/test.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}-test, annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: before-hook-creation}}
spec:
  restartPolicy: Never
  containers: [{name: main, image: none, command: [sh, -c, echo tested]}]
EOF
    echo 'The word is {{ .Values.word }}.' >chart/templates/NOTES.txt
}

of_helm() {
    export HELM_CACHE_HOME=$work/helm HELM_CONFIG_HOME=$work/helm HELM_DATA_HOME=$work/helm
    chart 0.1.0
    run install-dry-run 0 install rel chart --create-namespace --dry-run=server
    run template-validate 0 template rel chart --validate
    run install 0 install rel chart --create-namespace --wait --timeout 60s
    run install-again 1 install rel chart
    run list 0 list
    run list-json 0 list -o json
    run status 0 status rel
    run status-revision 0 status rel --revision 1
    run get-values 0 get values rel --all
    run get-manifest 0 get manifest rel
    run get-notes 0 get notes rel
    run get-hooks 0 get hooks rel
    run get-metadata 0 get metadata rel
    run test 0 test rel --logs --timeout 60s
    chart 0.2.0
    run upgrade 0 upgrade rel chart --set word=bye,replicas=2 --wait --timeout 60s
    run upgrade-reusing 0 upgrade rel chart --reuse-values --set replicas=1 --wait --timeout 60s
    run upgrade-invalid 1 upgrade rel chart --set replicas=-1
    run history 0 history rel
    run rollback 0 rollback rel 1 --wait --timeout 60s
    run rollback-unknown 1 rollback rel 99
    run get-all 0 get all rel
    run upgrade-install 0 upgrade --install other chart --wait --timeout 60s
    run list-all 0 list --all --short
    run uninstall 0 uninstall other --wait --timeout 60s
    run uninstall-keeping 0 uninstall rel --keep-history
    run history-kept 0 history rel
    run uninstall-not-found 1 uninstall none
    run status-not-found 1 status none
}

"of_$what"
