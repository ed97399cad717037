#!/usr/bin/env bash
# The oidc plugin with real issuers behind a running Gatehouse:
#   oidc.sh [ISSUER...]        oidc-provider and oauth2 (the defaults), keycloak
# oauth2 is oidc-provider too, by nothing but its endpoints. keycloak is a download of 177 MB and wants 500 MB of
# memory; there alice logs in with a real browser as well.
# Prints a line for each check, and last `N passed, M failed`. Screenshots are
# kept where GATEHOUSE_E2E_SCREENSHOTS says.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- oidc-provider oauth2
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
cache=${GATEHOUSE_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse/e2e}/oidc
passed=0 failed=0 issuer_pid='' gate_pid=''

"$here/install.sh" nodejs
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-oidc.XXXXXX")
stop() { # stop PID: and what it started
    [ -z "$1" ] || { kill -- "-$1" && tail --pid="$1" -f /dev/null; } 2>/dev/null || true
}
finish() {
    stop "$gate_pid"
    stop "$issuer_pid"
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "oidc.sh: $*" >&2
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

count() { # count: reads `ok …` and `not ok …`
    local line
    while IFS= read -r line; do
        case $line in
            'ok '*) passed=$((passed + 1)) ;;
            'not ok '*) failed=$((failed + 1)) ;;
            *) continue ;;
        esac
        echo "$line"
    done
}

await() { # await SECONDS PID LOG COMMAND...
    local until=$((SECONDS + $1)) pid=$2 log=$3
    shift 3
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || fail "it ended; $log says: $(tail -n 3 "$log")"
        [ $SECONDS -lt $until ] || fail "not ready in time; $log says: $(tail -n 3 "$log")"
        sleep 0.1
    done
}

# --- Gatehouse -----------------------------------------------------------

start_gatehouse() { # start_gatehouse: with $work/home
    cat >"$work/home/policy.csv" <<'EOF'
p, group:corp:dev, *, /**, *, allow
EOF
    setsid "$java" -jar "$war" run --home "$work/home" >>"$work/gatehouse.log" 2>&1 </dev/null &
    gate_pid=$!
    await 60 "$gate_pid" "$work/gatehouse.log" gate /readyz
}

gate() { # gate PATH [CURL-OPTION...]: the body, and the status in a line behind it
    curl -sS --noproxy '*' --max-time 20 --cacert "$work/home/tls/ca.crt" -w '\n%{http_code}\n' "${@:2}" \
        "https://localhost:$gate_port$1"
}

as() { # as TOKEN: what the upstream sees of a request with it, in one line
    gate /demo/hello -H "Authorization: Bearer $1" | tr '\n' ' '
}

home() { # home SETTINGS...: a configuration with an issuer of these settings, and a dead one
    rm -rf "$work/home"
    mkdir -p "$work/home"
    chmod 700 "$work/home"
    {
        echo "listen: {port: $gate_port}"
        echo 'authenticators:'
        echo '  dead: {plugin: oidc, issuer: "http://localhost:1", client-id: gatehouse}'
        echo '  corp:'
        echo '    plugin: oidc'
        printf '    %s\n' "$@"
        cat <<'EOF'
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}}
audit: {sinks: {file: {plugin: audit-file}}}
targets:
  demo: {path: /demo/, url: "echo:/", authenticators: [dead, corp], authorizers: [policy], identity: as-header}
EOF
    } >"$work/home/gatehouse.yaml"
}

# --- tokens --------------------------------------------------------------

field() { # field NAME: of the JSON on standard input
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

token() { # token CLIENT USER: an ID token, by a login such as kubectl's helper does
    python3 "$here/oidc/token.py" "$issuer" "$1" "$2" "${scope:-openid email groups}" | field id_token
}

forged() { # forged ISSUER: names it, and is signed by nobody
    python3 - "$1" <<'EOF'
import base64, json, sys
part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
print(part({"alg": "none"}) + "." + part({"iss": sys.argv[1], "sub": "alice", "aud": "gatehouse", "exp": 4000000000}) + ".")
EOF
}

refusals() { # refusals NAME: what no issuer's tokens may do
    local good
    good=$(token kubectl alice)
    check "$1: a token with one letter changed is refused" ' 401' "$(as "${good%.*}.A${good##*.}")"
    check "$1: an unsigned token is refused" ' 401' "$(as "$(forged "$issuer")")"
    check "$1: another client's token is refused" ' 401' "$(as "$(token stranger alice)")"
    check "$1: what is no token is refused" ' 401' "$(as nonsense)"
    check "$1: a dead issuer's token ends in 503" ' 503' "$(as "$(forged http://localhost:1)")"
    check "$1: no token is 401" ' 401' "$(gate /demo/hello | tr '\n' ' ')"
}

recorded() { # recorded TEXT: the records that have it, once there are some
    local until=$((SECONDS + 20))
    until grep -rqF -- "$1" "$work/home/data/audit-file" || [ $SECONDS -gt $until ]; do sleep 0.1; done
    grep -rhF -- "$1" "$work/home/data/audit-file" | head -c 600 || true
}

# --- oidc-provider -------------------------------------------------------

start_provider() { # start_provider: on $issuer_port, with a new key
    PORT=$issuer_port setsid node "$cache/provider.js" >>"$work/issuer.log" 2>&1 </dev/null &
    issuer_pid=$!
    await 30 "$issuer_pid" "$work/issuer.log" curl -sf --noproxy '*' "$issuer/.well-known/openid-configuration"
}

install_provider() { # install_provider: with its packages
    mkdir -p "$cache"
    cp "$here/oidc/package.json" "$here/oidc/provider.js" "$cache/"
    [ -d "$cache/node_modules/oidc-provider" ] || npm install --silent --no-audit --no-fund --prefix "$cache" >&2
}

oidc_provider() {
    install_provider
    issuer_port=$(free_port)
    issuer=http://localhost:$issuer_port
    gate_port=$(free_port)
    home "issuer: $issuer" 'client-id: gatehouse' 'audiences: [gatehouse, kubectl, brief]' 'username-claim: email' \
        'group-prefix: "corp:"' 'refresh-keys: 10s' 'timeout: 1s'
    start_gatehouse
    check 'Gatehouse starts while every issuer is dead' 200 "$(gate /readyz)"
    check 'readiness names the issuers that do not answer' 'authenticator corp: has trouble' "$(gate /readyz)"
    start_provider
    check 'a check tells what connects' 'authenticator corp: connects' \
        "$("$java" -jar "$war" check --home "$work/home" --connect || true)"
    check 'a check tells what does not' 'authenticator dead: http://localhost:1: ' \
        "$("$java" -jar "$war" check --home "$work/home" --connect || true)"

    local alice bob brief
    alice=$(token kubectl alice)
    await 30 "$gate_pid" "$work/gatehouse.log" curl -sf --noproxy '*' --cacert "$work/home/tls/ca.crt" \
        -H "Authorization: Bearer $alice" "https://localhost:$gate_port/demo/hello"
    check 'a token names its user' 'X-Remote-User: alice@example.com' "$(as "$alice")"
    check 'a token names its groups' 'X-Remote-Group: corp:ops' "$(as "$alice")"
    check 'a user whose e-mail is not verified is refused' ' 401' "$(as "$(token kubectl bob)")"
    check 'for that reason' 'the e-mail is not verified' "$(recorded 'not verified')"
    bob=$(token kubectl carol)
    check 'a user of another group gets 403' ' 403' "$(as "$bob")"
    brief=$(token brief alice)
    local until=$((SECONDS + 30))
    until [[ $(as "$brief") == *' 401 ' || $SECONDS -gt $until ]]; do sleep 0.1; done
    check 'an expired token is refused' ' 401' "$(as "$brief")"
    check 'because it has expired' 'the token has expired' "$(recorded 'the token has expired')"
    refusals oidc-provider
    check 'an access token that is no JWT is nobody' ' 401' \
        "$(as "$(python3 "$here/oidc/token.py" "$issuer" kubectl alice | field access_token)")"
    check 'readiness names the dead issuer only' 'authenticator dead: has trouble 200 ' "$(gate /readyz | tail -n 3 | tr -s '\n' ' ')"
    check 'and not the other' 0 "$(gate /readyz | grep -c corp || true)"

    stop "$issuer_pid"
    check 'an outage is borne' 'X-Remote-User: alice' "$(as "$alice")"
    start_provider
    local fresh
    fresh=$(token kubectl alice)
    until=$((SECONDS + 60))
    until [[ $(as "$fresh") == *'alice@example.com'* || $SECONDS -gt $until ]]; do sleep 0.2; done
    check 'a new key is taken' 'X-Remote-User: alice' "$(as "$fresh")"
    check 'a key that is gone is forgotten' ' 401' "$(as "$alice")"
    check 'because there is no such key' 'the issuer has no such key' "$(recorded 'no such key')"
    stop "$gate_pid"
    stop "$issuer_pid"
    gate_pid='' issuer_pid=''
}

# --- plain OAuth 2 -------------------------------------------------------

portal_page() { # portal_page USER [GONE]: what they see after a login in a browser, or why not
    python3 "$here/oidc/portal.py" "https://localhost:$gate_port" corp "$1" "$work/home/tls/ca.crt" "${@:2}" 2>&1 | tr '\n' ' '
}

oauth2() {
    install_provider
    issuer_port=$(free_port)
    issuer=http://localhost:$issuer_port
    gate_port=$(free_port)
    home "issuer: $issuer" 'client-id: gatehouse'
    GONE=$work/gone GATEHOUSE=https://localhost:$gate_port start_provider
    # Nothing but where things are.
    {
        echo "listen: {port: $gate_port}"
        cat <<EOF
authenticators:
  corp:
    plugin: oauth2
    authorization-endpoint: $issuer/auth
    token-endpoint: $issuer/token
    userinfo-endpoint: $issuer/me
    client-id: gatehouse
    client-secret: the secret of gatehouse
    scopes: [openid, email, groups, offline_access]
    login-parameters: [prompt=consent]
    id-from: sub
    groups-from: groups
    email-domains: [example.com]
    verified-from: email_verified
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}}
audit: {sinks: {file: {plugin: audit-file}}}
portal: {url: "https://localhost:$gate_port", logins: [corp], session-renew: 5s}
targets:
  demo: {path: /demo/, url: "echo:/", authenticators: [corp], authorizers: [policy], identity: as-header}
EOF
    } >"$work/home/gatehouse.yaml"
    start_gatehouse
    check 'oauth2: a check tells that it connects' 'authenticator corp: connects' \
        "$("$java" -jar "$war" check --home "$work/home" --connect || true)"
    check 'oauth2: somebody logs in' '<span class="who">corp:alice</span>' "$(portal_page alice)"
    check 'oauth2: and the record has their name' '"user":"corp:alice"' "$(recorded '"logged in"')"
    check 'oauth2: with their groups' 'corp:ops' "$(recorded 'corp:ops')"
    check 'oauth2: an e-mail that is not verified is refused' 'answered 403' "$(portal_page bob)"
    check 'oauth2: for that reason' 'email_verified is not true' "$(recorded 'email_verified is not true')"
    check 'oauth2: a session ends with the account' '<title>Log in' "$(portal_page erin "$work/gone")"
    check 'oauth2: an access token that somebody brings is nobody' ' 401' \
        "$(as "$(python3 "$here/oidc/token.py" "$issuer" kubectl alice | field access_token)")"
    stop "$gate_pid"
    stop "$issuer_pid"
    gate_pid='' issuer_pid=''
}

# --- Keycloak ------------------------------------------------------------

install_keycloak() { # install_keycloak: into $root
    local version=26.7.3
    root=$cache/keycloak-$version
    if [ ! -d "$root" ]; then
        mkdir -p "$cache"
        "$here/../mvnw" -q -B -N -f "$here/../pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
            -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$work/zip" >&2
        python3 -m zipfile -e "$work/zip/keycloak-quarkus-dist-$version.zip" "$work/zip"
        mv "$work/zip/keycloak-$version" "$root"
    fi
    mkdir -p "$root/data/import"
    cp "$here/oidc/realm.json" "$root/data/import/"
}

start_keycloak() { # start_keycloak: on another site than Gatehouse, whose certificate it verifies; it keeps nothing
    JAVA_OPTS_KC_HEAP='-Xmx512m' GATEHOUSE=$portal KC_BOOTSTRAP_ADMIN_USERNAME=admin \
        KC_BOOTSTRAP_ADMIN_PASSWORD=Secret-of-admin1 setsid bash "$root/bin/kc.sh" start-dev --import-realm \
        --cache=local --db=dev-mem --http-host=127.0.0.1 --http-port="$(free_port)" --https-port="$issuer_port" \
        --https-certificate-file="$work/tls/server.crt" --https-certificate-key-file="$work/tls/server.key" \
        --truststore-paths="$work/tls/server.crt" --log-level=info,org.keycloak.events:debug \
        >>"$work/issuer.log" 2>&1 </dev/null &
    issuer_pid=$!
    await 300 "$issuer_pid" "$work/issuer.log" curl -sf --noproxy '*' --cacert "$work/tls/ca.crt" \
        "$issuer/.well-known/openid-configuration"
}

keycloak_home() { # keycloak_home: a portal with Keycloak, one certificate for both
    home
    cp -r "$work/tls" "$work/home/"
    cat >"$work/home/gatehouse.yaml" <<EOF
listen: {address: 127.0.0.1, port: $gate_port}
authenticators:
  dead: {plugin: oidc, issuer: "http://localhost:1", client-id: gatehouse}
  corp:
    plugin: oidc
    issuer: $issuer
    ca: tls/server.crt
    client-id: gatehouse
    client-secret: the secret of gatehouse
    title: Corporate login
    audiences: [gatehouse, kubectl]
    username-claim: preferred_username
    user-prefix: "corp:"
    group-prefix: "corp:"
authorizers: {policy: {plugin: acl, policy: policy.csv}}
identities: {as-header: {plugin: remote-user}}
audit: {sinks: {file: {plugin: audit-file}}}
portal: {url: "$portal", logins: [corp], session-renew: 5s}
targets:
  demo: {path: /demo/, url: "echo:/", authenticators: [dead, corp], authorizers: [policy], identity: as-header}
  app: {host: app.localhost, url: "echo:/", authenticators: [corp], authorizers: [policy], identity: as-header}
EOF
}

keycloak() {
    local root alice spki
    "$here/install.sh" browser
    install_keycloak
    mkdir -p "$work/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/tls/server.key" \
        -out "$work/tls/server.crt" -days 30 -subj /CN=localhost \
        -addext "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1" 2>/dev/null
    cp "$work/tls/server.crt" "$work/tls/ca.crt"
    export SSL_CERT_FILE=$work/tls/server.crt
    issuer_port=$(free_port)
    issuer=https://127.0.0.1:$issuer_port/realms/corp
    gate_port=$(free_port)
    portal=https://localhost:$gate_port
    start_keycloak
    keycloak_home
    start_gatehouse
    scope='openid profile'
    alice=$(token kubectl alice)
    check 'keycloak: a token names its user' 'X-Remote-User: corp:alice' "$(as "$alice")"
    check 'keycloak: a token names its groups' 'X-Remote-Group: corp:dev' "$(as "$alice")"
    check 'keycloak: a user of another group gets 403' ' 403' "$(as "$(token kubectl bob)")"
    check 'keycloak: an access token for others is refused' ' 401' \
        "$(as "$(python3 "$here/oidc/token.py" "$issuer" kubectl alice "$scope" | field access_token)")"
    check 'keycloak: because of its audience' 'another audience (aud)' "$(recorded 'another audience (aud)')"
    refusals keycloak
    spki=$(openssl x509 -in "$SSL_CERT_FILE" -pubkey -noout | openssl pkey -pubin -outform der |
        openssl dgst -sha256 -binary | base64)
    (cd "$here/browser" && npm install --no-audit --no-fund --silent --no-package-lock >&2)
    count < <(NODE_EXTRA_CA_CERTS=$SSL_CERT_FILE PORTAL=$portal APP=https://app.localhost:$gate_port \
        KEYCLOAK=https://127.0.0.1:$issuer_port PASSWORD=Secret-of-admin1 FOLDER=$work SPKI=$spki \
        node "$here/browser/keycloak.mjs" || echo "not ok the checks with the browser ended with $?")
    [ -z "${GATEHOUSE_E2E_SCREENSHOTS:-}" ] || cp "$work"/*.png "$GATEHOUSE_E2E_SCREENSHOTS/"
    unset SSL_CERT_FILE
    stop "$gate_pid"
    stop "$issuer_pid"
    gate_pid='' issuer_pid=''
}

[ -f "$war" ] || fail "there is no $war; run ./mvnw package"
for kind in "$@"; do
    case $kind in
        oidc-provider) oidc_provider ;;
        oauth2) oauth2 ;;
        keycloak) keycloak ;;
        *) fail "unknown issuer $kind" ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
