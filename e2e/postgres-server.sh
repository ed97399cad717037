#!/usr/bin/env bash
# A PostgreSQL server on the loopback, from nothing each time, as a user without rights:
#   postgres-server.sh up DIR     on a port of its own, over TLS, with a database and a user gatehouse,
#                                 and a database latin1, which can not hold every text
#   postgres-server.sh down DIR   stops it by its process id and keeps what it holds
#   postgres-server.sh again DIR  starts it with what it holds
#   postgres-server.sh wipe DIR   stops it and forgets all
#
# `up` leaves in DIR: ca.crt, postgres.env for a script to source, log, pid. The password of the
# users gatehouse and nobody is `Secret-of-<name>1`; nobody may log in, and nothing else.
set -euo pipefail

fail() {
    echo "postgres-server.sh: $*" >&2
    exit 1
}

newest() { # newest: the folder of Debian's newest programs
    find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname
}

install() {
    [ -z "$(newest)" ] || return 0
    [ "$(id -u)" -eq 0 ] || fail "not root; please install: postgresql"
    # Debian would start a server itself, on a port of the machine.
    local policy=/usr/sbin/policy-rc.d own=
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && own=$policy; }
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >&2
    [ -z "$own" ] || rm -f "$own"
}

unprivileged() { # unprivileged COMMAND...: PostgreSQL refuses to run as root
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups "$@"
    else
        "$@"
    fi
}

certificate() {
    (
        cd "$dir"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 30 \
            -subj /CN=postgres-ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=localhost
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out server.crt \
            -extfile <(printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth')
        chmod 600 server.key
    ) 2>/dev/null
}

ask() { # ask DATABASE SQL: as the server's own user
    unprivileged "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$dir/socket" -p "$PORT" -U postgres -d "$1" -Atc "$2"
}

start() {
    # shellcheck source=/dev/null
    . "$dir/postgres.env"
    local until=$((SECONDS + 60))
    unprivileged setsid "$bin/postgres" -D "$dir/data" >>"$dir/log" 2>&1 </dev/null &
    local started=$!
    until "$bin/pg_isready" -q -h localhost -p "$PORT" && ask postgres 'select 1' >/dev/null 2>&1; do
        kill -0 "$started" 2>/dev/null || fail "it ended; $dir/log says: $(tail -n 3 "$dir/log")"
        [ $SECONDS -lt $until ] || fail "not ready in time (log: $dir/log)"
        sleep 0.1
    done
    head -n 1 "$dir/data/postmaster.pid" >"$dir/pid"
}

up() {
    install
    bin=$(newest)
    mkdir -p "$dir/socket"
    chmod 755 "$dir"
    certificate
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    echo "PORT=$port" >"$dir/postgres.env"
    mkdir "$dir/data"
    [ "$(id -u)" -ne 0 ] || chown -R postgres: "$dir/data" "$dir/socket" "$dir/server.key"
    unprivileged "$bin/initdb" -D "$dir/data" -U postgres -A peer --encoding=UTF8 --locale=C.UTF-8 >"$dir/log" 2>&1
    cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = 'localhost'
port = $port
unix_socket_directories = '$dir/socket'
ssl = on
ssl_cert_file = '$dir/server.crt'
ssl_key_file = '$dir/server.key'
END
    printf 'local all postgres peer map=own\nhostssl all all all scram-sha-256\n' >"$dir/data/pg_hba.conf"
    printf 'own %s postgres\n' "$(unprivileged id -un)" >"$dir/data/pg_ident.conf"
    start
    ask postgres "create role gatehouse login password 'Secret-of-gatehouse1'"
    ask postgres "create role nobody login password 'Secret-of-nobody1'"
    ask postgres "create database gatehouse owner gatehouse encoding 'UTF8' template template0"
    ask postgres "create database latin1 owner gatehouse encoding 'LATIN1' locale 'C' template template0"
}

stop() {
    [ -f "$dir/pid" ] || return 0
    local pid
    pid=$(cat "$dir/pid")
    kill -CONT -- "-$pid" 2>/dev/null || true
    kill -INT "$pid" 2>/dev/null || true # a fast shutdown: whoever is connected is cut off
    timeout 30 tail --pid="$pid" -f /dev/null || kill -KILL -- "-$pid" 2>/dev/null || true
    rm -f "$dir/pid"
}

[ $# -eq 2 ] || fail "usage: postgres-server.sh up|down|again|wipe DIR"
dir=$2
bin=$(newest)
case $1 in
    up) up ;;
    down) stop ;;
    again) start ;;
    wipe)
        stop
        rm -rf "$dir"
        ;;
    *) fail "unknown: $1" ;;
esac
