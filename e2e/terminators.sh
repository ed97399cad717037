#!/usr/bin/env bash
# Client certificates through real TLS terminators in front of Gatehouse, which
# judges what they tell in a header:
#   terminators.sh [TERMINATOR...]        nginx and haproxy (the defaults)
# Prints a line for each check, and last `N passed, M failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- nginx haproxy
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0 gate_pid='' front_pid=''

"$here/install.sh" terminators
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-terminators.XXXXXX")
stop() { # stop PID: and what it started
    [ -z "$1" ] || { kill -- "-$1" && tail --pid="$1" -f /dev/null; } 2>/dev/null || true
}
finish() {
    stop "$front_pid"
    stop "$gate_pid"
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "terminators.sh: $*" >&2
    exit 1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

check() { # check NAME EXPECTED ACTUAL: what came has what is expected
    if [[ $3 == *"$2"* ]]; then
        passed=$((passed + 1))
        echo "ok $1"
    else
        failed=$((failed + 1))
        echo "not ok $1: expected '$2', got '$3'"
    fi
}

await() { # await PID LOG COMMAND...
    local until=$((SECONDS + 60)) pid=$1 log=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || fail "it ended; $log says: $(tail -n 3 "$log")"
        [ $SECONDS -lt $until ] || fail "not ready in time; $log says: $(tail -n 3 "$log")"
        sleep 0.1
    done
}

# --- certificates --------------------------------------------------------

authority() { # authority NAME
    mkdir -p "$work/$1"
    : >"$work/$1/index"
    cat >"$work/$1/ca.cnf" <<EOF
[ca]
default_ca = own
[own]
database = $work/$1/index
new_certs_dir = $work/$1
certificate = $work/$1/ca.pem
private_key = $work/$1/ca.key
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
organizationName = optional
EOF
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$work/$1/ca.key" -out "$work/$1/ca.pem" 2>/dev/null
}

person() { # person AUTHORITY FILE NAME
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=dev/CN=$3" \
        -keyout "$work/$2.key" -out "$work/$2.csr" 2>/dev/null
    openssl ca -batch -config "$work/$1/ca.cnf" -days 7 -notext -in "$work/$2.csr" -out "$work/$2.pem" \
        -extfile <(echo extendedKeyUsage=clientAuth) 2>/dev/null
}

lists() { # lists: the revocation list of our authority
    openssl ca -config "$work/ours/ca.cnf" -gencrl -crldays 7 -out "$work/home/crl.new" 2>/dev/null
    mv "$work/home/crl.new" "$work/home/crl.pem"
}

# --- the three -----------------------------------------------------------

start_gatehouse() { # start_gatehouse FORMAT
    cat >"$work/home/gatehouse.yaml" <<EOF
listen: {port: $gate_port, tls: false}
tls-terminators: [127.0.0.1]
client-certificate-header: {name: Client-Cert, format: $1}
authenticators: {certificates: {plugin: mtls, client-ca: client-ca.pem, crl: crl.pem}}
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}}
audit: {sinks: {file: {plugin: audit-file}}}
targets:
  demo: {path: /demo/, url: "echo:/", authenticators: [certificates], authorizers: [policy], identity: as-header}
EOF
    setsid "$java" -jar "$war" run --home "$work/home" >>"$work/gatehouse.log" 2>&1 </dev/null &
    gate_pid=$!
    await "$gate_pid" "$work/gatehouse.log" curl -sf --noproxy '*' "http://127.0.0.1:$gate_port/readyz"
}

start_nginx() {
    cat >"$work/nginx.conf" <<EOF
pid $work/nginx.pid;
error_log $work/front.log;
daemon off;
events {}
http {
    access_log off;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    server {
        listen 127.0.0.1:$front_port ssl;
        ssl_certificate $work/server.crt;
        ssl_certificate_key $work/server.key;
        ssl_verify_client optional_no_ca;
        location / {
            proxy_pass http://127.0.0.1:$gate_port;
            proxy_set_header Host \$http_host;
            proxy_set_header Client-Cert \$ssl_client_escaped_cert;
            proxy_set_header Client-Cert-Chain "";
        }
    }
}
EOF
    setsid nginx -e "$work/front.log" -c "$work/nginx.conf" >>"$work/front.log" 2>&1 </dev/null &
    front_pid=$!
}

start_haproxy() {
    cat "$work/server.crt" "$work/server.key" >"$work/server.pem"
    cat >"$work/haproxy.cfg" <<EOF
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend front
    bind 127.0.0.1:$front_port ssl crt $work/server.pem verify optional ca-file $work/home/client-ca.pem ca-ignore-err all crt-ignore-err all
    http-request del-header Client-Cert
    http-request del-header Client-Cert-Chain
    http-request set-header Client-Cert ":%[ssl_c_der,base64]:" if { ssl_c_used }
    default_backend gatehouse
backend gatehouse
    server one 127.0.0.1:$gate_port
EOF
    setsid haproxy -db -f "$work/haproxy.cfg" >>"$work/front.log" 2>&1 </dev/null &
    front_pid=$!
}

ask() { # ask PERSON [CURL-OPTION...]: what the upstream sees, and the status, in one line; nobody without a name
    local who=()
    [ -z "$1" ] || who=(--cert "$work/$1.pem" --key "$work/$1.key")
    curl -sS --noproxy '*' --max-time 20 --cacert "$work/server.crt" -w '\n%{http_code}\n' "${who[@]}" "${@:2}" \
        "https://localhost:$front_port/demo/hello" 2>&1 | tr '\n' ' '
}

recorded() { # recorded TEXT: the records that have it, once there are some
    local until=$((SECONDS + 20))
    until grep -rqF -- "$1" "$work/home/data/audit-file" || [ $SECONDS -gt $until ]; do sleep 0.1; done
    grep -rhF -- "$1" "$work/home/data/audit-file" | head -c 600 || true
}

terminator() { # terminator NAME FORMAT
    local forged stolen until
    rm -rf "$work/home/data"
    gate_port=$(free_port)
    front_port=$(free_port)
    person ours "lost-$1" alice
    lists
    start_gatehouse "$2"
    "start_$1"
    await "$front_pid" "$work/front.log" curl -sfk --noproxy '*' "https://localhost:$front_port/readyz"
    check "$1: a certificate's name is the user" 'X-Remote-User: alice' "$(ask alice)"
    check "$1: its organisation is a group" 'X-Remote-Group: dev' "$(ask alice)"
    stolen=$(openssl x509 -in "$work/alice.pem" -outform der | base64 -w0)
    check "$1: the upstream gets no certificate" 0 "$(ask alice | grep -ci client-cert || true)"
    check "$1: without one there is nobody" ' 401 ' "$(ask '')"
    for forged in ":$stolen:" "$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(open(sys.argv[1]).read()))' "$work/alice.pem")"; do
        check "$1: nobody brings a header of their own" ' 401 ' "$(ask '' -H "Client-Cert: $forged")"
        check "$1: bob's certificate beats a header of alice's" 'X-Remote-User: bob' "$(ask bob -H "Client-Cert: $forged")"
    done
    check "$1: nobody brings a chain of their own" 'X-Remote-User: alice' "$(ask alice -H 'Client-Cert-Chain: none')"
    check "$1: another authority's alice is nobody" ' 401 ' "$(ask stranger)"
    check "$1: a certificate is good until it is revoked" 'X-Remote-User: alice' "$(ask "lost-$1")"
    openssl ca -config "$work/ours/ca.cnf" -revoke "$work/lost-$1.pem" -crl_reason keyCompromise 2>/dev/null
    lists
    until=$((SECONDS + 20))
    until [[ $(ask "lost-$1") == *' 401 ' || $SECONDS -gt $until ]]; do sleep 0.2; done
    check "$1: then it is not" ' 401 ' "$(ask "lost-$1")"
    check "$1: for that reason" '(key compromise)' "$(recorded 'the certificate was revoked on')"
    check "$1: another of alice's is" 'X-Remote-User: alice' "$(ask alice)"
    stop "$front_pid"
    stop "$gate_pid"
    front_pid='' gate_pid=''
}

[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
mkdir -p "$work/home"
chmod 700 "$work/home"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/server.key" -out "$work/server.crt" \
    -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
authority ours
authority theirs
person ours alice alice
person ours bob bob
person theirs stranger alice
cp "$work/ours/ca.pem" "$work/home/client-ca.pem"
echo 'p, group:dev, demo, /**, *, allow' >"$work/home/policy.csv"
for kind in "$@"; do
    case $kind in
        nginx) terminator nginx pem ;;
        haproxy) terminator haproxy rfc9440 ;;
        *) fail "unknown terminator $kind" ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
