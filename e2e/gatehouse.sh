#!/usr/bin/env bash
# Gatehouse in front of a test cluster, in a container of choice:
#   gatehouse.sh up CLUSTER DIR CONTAINER     standalone, tomcat10, tomcat11 or jetty12
#   gatehouse.sh down DIR | kill DIR          stops it by its process id, gently or with SIGKILL
#   gatehouse.sh restart DIR                  the same home again
#
# CLUSTER is a folder of cluster.sh. DIR gets home/ (the configuration: users
# alice, bob and carol by password or certificate, alice may do everything, bob
# only reads; at /clusters/reviewed the cluster's own tokens and RBAC decide;
# records go to H2 and to a file), a kubeconfig for each of
# them (alice.kubeconfig, …, alice-cert.kubeconfig) and the log. dave, who has a
# certificate in users/, may do everything here and nothing in the cluster.
# JAVA_HOME chooses the Java.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

fail() {
    echo "gatehouse.sh: $*" >&2
    exit 1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# certificate NAME SUBJECT EXTENSIONS AUTHORITY: makes NAME.key and NAME.crt
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$4.crt" -CAkey "$4.key" -CAcreateserial -days 30 -out "$1.crt" \
        -extfile <(printf '%s' "$3") 2>/dev/null
}

authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" -days 30 \
        -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
}

make_home() {
    mkdir -p "$dir/home/tls" "$dir/users"
    (
        cd "$dir/home/tls"
        authority ca
        authority client-ca
        certificate server /CN=localhost $'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth' ca
        certificate "$dir/users/alice" /O=staff/CN=alice 'extendedKeyUsage=clientAuth' client-ca
        certificate "$dir/users/dave" /O=staff/CN=dave 'extendedKeyUsage=clientAuth' client-ca
    )
    # shellcheck source=/dev/null
    . "$cluster/cluster.env"
    cp "$CA" "$dir/home/cluster-ca.crt"
    sed -n 's/^ *token: //p' "$cluster/gatehouse.kubeconfig" >"$dir/home/token"
    for user in alice bob carol; do
        echo "$user:$(echo "secret of $user" | "$java" -jar "$war" hash-password)"
    done >"$dir/home/htpasswd"
    cat >"$dir/home/policy.csv" <<'EOF'
p, user:alice, *, /**, *|UPGRADE, allow
p, user:alice, *, k8s:/users name=bob, impersonate, allow
p, user:alice, *, k8s:/serviceaccounts ns=default, impersonate, allow
p, group:system:serviceaccounts:default, *, /**, GET|POST, allow
p, user:bob,   *, /**, GET,       allow
p, user:bob,   *, k8s:authentication.k8s.io/selfsubjectreviews, create, allow
p, user:dave,  *, /**, *,         allow
EOF
    cat >"$dir/home/gatehouse.yaml" <<EOF
listen: {port: $port}
authenticators:
  staff: {plugin: htpasswd, file: htpasswd, groups: [staff]}
  certificate: {plugin: mtls, client-ca: tls/client-ca.crt}
  cluster-tokens: {plugin: token-review, cluster: e2e}
authorizers:
  policy: {plugin: acl, policy: policy.csv}
  rbac: {plugin: access-review, cluster: e2e}
identities:
  as-user: {plugin: impersonate}
  theirs: {plugin: own-token}
audit:
  sinks:
    database: {plugin: audit-jdbc}
    file: {plugin: audit-file}
targets:
  e2e:
    path: /clusters/e2e/
    url: $SERVER
    kubernetes: true
    ca: cluster-ca.crt
    token-file: token
    authenticators: [certificate, staff]
    authorizers: [policy]
    identity: as-user
    impersonation: true
  reviewed:
    path: /clusters/reviewed/
    url: $SERVER
    kubernetes: true
    ca: cluster-ca.crt
    authenticators: [cluster-tokens]
    authorizers: [rbac]
    identity: theirs
EOF
    for user in alice bob carol; do
        kubeconfig "$user" "{username: $user, password: secret of $user}" >"$dir/$user.kubeconfig"
    done
    kubeconfig alice "{client-certificate: $dir/users/alice.crt, client-key: $dir/users/alice.key}" \
        >"$dir/alice-cert.kubeconfig"
}

kubeconfig() { # kubeconfig USER CREDENTIALS
    cat <<EOF
apiVersion: v1
kind: Config
clusters:
- name: e2e
  cluster: {server: "https://localhost:$port/clusters/e2e", certificate-authority: $dir/home/tls/ca.crt}
users:
- name: $1
  user: $2
contexts:
- name: e2e
  context: {cluster: e2e, user: $1, namespace: default}
current-context: e2e
EOF
}

stores() { # stores FOLDER: the key and trust stores that conf/tomcat and conf/jetty name
    openssl pkcs12 -export -in "$dir/home/tls/server.crt" -inkey "$dir/home/tls/server.key" -name server \
        -passout pass:changeit -out "$1/server.p12"
    "${java%java}keytool" -importcert -noprompt -alias client-ca -file "$dir/home/tls/client-ca.crt" \
        -keystore "$1/client-cas.p12" -storetype PKCS12 -storepass changeit 2>/dev/null
}

tomcat() { # tomcat FOLDER: makes $dir/base for it
    mkdir -p "$dir/base/conf" "$dir/base/webapps" "$dir/base/logs" "$dir/base/temp" "$dir/base/work"
    cp "$1"/conf/{web.xml,logging.properties,catalina.properties} "$dir/base/conf/"
    python3 - "$here/../conf/tomcat/server-connector.xml" "$port" "$dir/base/conf/server.xml" <<'EOF'
import re, sys
sample, port, out = sys.argv[1:]
service = re.search(r"<Service.*</Service>", open(sample).read(), re.S).group(0)
connectors = re.findall(r"<Connector.*?(?:/>|</Connector>)", service, re.S)
secure = next(c for c in re.split(r"(?=<Connector )", service)[1:] if "SSLEnabled" in c)
secure = secure[: secure.index("</Connector>") + len("</Connector>")].replace('port="8443"', f'port="{port}" address="127.0.0.1"')
open(out, "w").write(f"""<Server port="-1">
<Service name="Catalina">
{secure}
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" unpackWARs="true" autoDeploy="false"/></Engine>
</Service>
</Server>
""")
EOF
    stores "$dir/base/conf"
    cp "$war" "$dir/base/webapps/ROOT.war"
}

jetty() { # jetty FOLDER: makes $dir/base for it
    mkdir -p "$dir/base/start.d" "$dir/base/webapps" "$dir/base/etc"
    stores "$dir/base/etc"
    cp "$here/../conf/jetty/gatehouse.ini" "$dir/base/start.d/"
    sed -i 's/^--modules=.*/--modules=https,http2/' "$dir/base/start.d/gatehouse.ini" # no clear port: it might be taken
    echo '--modules=ee10-deploy' >"$dir/base/start.d/deploy.ini"
    printf 'jetty.ssl.port=%s\njetty.ssl.host=127.0.0.1\n' "$port" >>"$dir/base/start.d/gatehouse.ini"
    cp "$war" "$dir/base/webapps/root.war"
}

start() {
    # shellcheck source=/dev/null
    . "$dir/gatehouse.env"
    case $CONTAINER in
        standalone) set -- "$java" -jar "$war" run --home "$dir/home" ;;
        tomcat*)
            export CATALINA_HOME CATALINA_BASE="$dir/base" CATALINA_OPTS="-Dgatehouse.home=$dir/home"
            CATALINA_HOME=$("$here/containers.sh" "$CONTAINER")
            set -- bash "$CATALINA_HOME/bin/catalina.sh" run
            ;;
        jetty*)
            cd "$dir/base"
            set -- "$java" "-Dgatehouse.home=$dir/home" -jar "$("$here/containers.sh" "$CONTAINER")/start.jar"
            ;;
    esac
    setsid "$@" >>"$dir/log" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    local until=$((SECONDS + 90))
    until curl -sf --noproxy '*' --cacert "$dir/home/tls/ca.crt" "https://localhost:$PORT/readyz" >/dev/null; do
        kill -0 "$(cat "$dir/pid")" 2>/dev/null || fail "it ended; $dir/log says: $(tail -n 3 "$dir/log")"
        [ $SECONDS -lt $until ] || fail "not ready in time (log: $dir/log)"
        sleep 0.1
    done
}

stop() { # stop SIGNAL
    [ -f "$dir/pid" ] || return 0
    local pid until=$((SECONDS + 60))
    pid=$(cat "$dir/pid")
    kill "-$1" -- "-$pid" 2>/dev/null || true
    while kill -0 -- "-$pid" 2>/dev/null; do
        [ $SECONDS -lt $until ] || fail "process group $pid does not end"
        sleep 0.1
    done
    rm -f "$dir/pid"
}

command=${1:?usage: gatehouse.sh up CLUSTER DIR CONTAINER, or down, kill, restart DIR}
case $command in
    up)
        cluster=$(realpath "$2")
        mkdir -p "$3"
        dir=$(realpath "$3")
        port=$(free_port)
        [ -f "$war" ] || fail "there is no $war; run ./mvnw package"
        printf 'PORT=%s\nCONTAINER=%s\n' "$port" "$4" >"$dir/gatehouse.env"
        make_home
        case $4 in
            tomcat*) tomcat "$("$here/containers.sh" "$4")" ;;
            jetty*) jetty "$("$here/containers.sh" "$4")" ;;
        esac
        start
        ;;
    down | kill)
        dir=$(realpath "$2")
        stop "$([ "$command" = kill ] && echo KILL || echo TERM)"
        ;;
    restart)
        dir=$(realpath "$2")
        stop TERM
        start
        ;;
    *) fail "unknown command $command" ;;
esac
