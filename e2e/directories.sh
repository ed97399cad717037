#!/usr/bin/env bash
# Logins by real directories: an OpenLDAP and a Samba AD domain, each from
# nothing, and Gatehouse with an authenticator for each way to ask them.
#   directories.sh [openldap] [samba]      default: both
# Samba needs root. Prints a line for each check, and last `N passed, M failed`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- openldap samba
war=$here/../proxy-webapp/target/gatehouse.war
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
passed=0 failed=0

[ -f "$war" ] || {
    echo "directories.sh: there is no $war; run ./mvnw package" >&2
    exit 1
}
"$here/install.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-e2e.XXXXXX")
finish() {
    [ ! -f "$work/pid" ] || kill "$(cat "$work/pid")" 2>/dev/null || true
    for directory in "$work"/openldap "$work"/samba; do
        [ ! -d "$directory" ] || "$here/directory.sh" wipe "$directory" || true
    done
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

# --- Gatehouse ---------------------------------------------------------

target() { # target AUTHENTICATOR...: one that shows who was let in, with the first one's name
    local all=$*
    echo "  $1: {path: /$1/, url: \"echo:/\", authenticators: [${all// /, }], authorizers: [policy], identity: as-header}"
}

openldap_authenticators() {
    # shellcheck source=/dev/null
    . "$work/openldap/directory.env"
    local server="servers: \"ldaps://localhost:$SECURE_PORT\", ca: $work/openldap/tls/ca.crt"
    local search="service-user: \"cn=gatehouse,dc=example,dc=org\", service-password: Secret-of-gatehouse1"
    search+=", search-base: \"ou=people,dc=example,dc=org\", group-base: \"ou=groups,dc=example,dc=org\""
    local groups="groups-by: member-of, group-filter: (objectClass=groupOfNames)"
    cat <<END
  search: {plugin: ldap, $server, $search, login-attributes: [uid, mail], user-prefix: "ldap:", group-prefix: "dir:"}
  start-tls: {plugin: ldap, servers: "ldap://localhost:$PORT", start-tls: true, ca: $work/openldap/tls/ca.crt, $search, $groups, cache: 2s, cache-refused: 1s}
  direct: {plugin: ldap, $server, bind-as: "uid={user},ou=people,dc=example,dc=org", search-base: "ou=people,dc=example,dc=org", group-base: "ou=groups,dc=example,dc=org"}
  failover: {plugin: ldap, servers: ["ldap://127.0.0.1:1", "ldaps://localhost:$SECURE_PORT"], ca: $work/openldap/tls/ca.crt, $search}
  other-name: {plugin: ldap, servers: "ldaps://127.0.0.1:$SECURE_PORT", ca: $work/openldap/tls/ca.crt, $search}
  other-ca: {plugin: ldap, servers: "ldaps://localhost:$SECURE_PORT", $search}
  new-ca: {plugin: ldap, servers: "ldaps://localhost:$SECURE_PORT", ca: directory-ca.crt, $search}
  counted: {plugin: ldap, $server, $search}
END
}
openldap_names="search start-tls direct failover other-name other-ca new-ca counted"
openldap_login=search

samba_authenticators() {
    local server="servers: \"ldaps://dc1.corp.example.org\", ca: $work/samba/tls/ca.crt"
    local start_tls="servers: \"ldap://dc1.corp.example.org\", start-tls: true, ca: $work/samba/tls/ca.crt"
    local people="search-base: \"DC=corp,DC=example,DC=org\", user-filter: (&(objectCategory=person)(objectClass=user))"
    people+=", login-attributes: [sAMAccountName, userPrincipalName], user-attribute: sAMAccountName"
    people+=", group-filter: (objectClass=group), group-attribute: sAMAccountName"
    local account="service-user: gatehouse@corp.example.org, service-password: Secret-of-gatehouse1"
    cat <<END
  upn: {plugin: ldap, $server, $people, bind-as: "{user}@corp.example.org", groups-by: token-groups}
  down-level: {plugin: ldap, $start_tls, $people, bind-as: 'CORP\\{user}', groups-by: in-chain}
  looked-up: {plugin: ldap, $server, $people, $account, domains: [CORP, corp.example.org], groups-by: member-of}
  by-dns: {plugin: ldap, srv: _ldap._tcp.corp.example.org, dns: "dns://127.0.0.10", start-tls: true, ca: $work/samba/tls/ca.crt, $people, $account, groups-by: member}
  clear: {plugin: ldap, servers: "ldap://127.0.0.10", $people, bind-as: "{user}@corp.example.org"}
END
}
samba_names="upn down-level looked-up by-dns clear"
samba_login=looked-up

gatehouse() { # gatehouse KIND...: starts it with an authenticator and a target for each way
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    mkdir -m 700 "$work/home"
    echo "filed:$(echo "secret of filed" | "$java" -jar "$war" hash-password)" >"$work/home/htpasswd"
    echo "p, *, *, /**, *, allow" >"$work/home/policy.csv"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -days 30 -subj /CN=other \
        -out "$work/home/directory-ca.crt" 2>/dev/null
    {
        echo "listen: {port: $port}"
        echo "authenticators:"
        echo "  file: {plugin: htpasswd, file: htpasswd, user-prefix: 'file:'}"
        for kind in "$@"; do "${kind}_authenticators"; done
        echo "authorizers: {policy: {plugin: acl, policy: policy.csv}}"
        echo "identities: {as-header: {plugin: remote-user}}"
        echo "audit: {sinks: {file: {plugin: audit-file}}}"
        logins=
        for kind in "$@"; do
            login=${kind}_login
            logins+=${logins:+, }${!login}
        done
        echo "portal: {url: \"https://localhost:$port\", logins: [$logins], session-renew: 5s}"
        echo "targets:"
        for kind in "$@"; do
            names=${kind}_names
            for name in ${!names}; do target "$name" file; done
        done
        target file
    } >"$work/home/gatehouse.yaml"
    # The JVM resolves these names and no others.
    printf '127.0.0.1 localhost\n127.0.0.10 dc1.corp.example.org\n' >"$work/hosts"
    setsid "$java" -Djdk.net.hosts.file="$work/hosts" -jar "$war" run --home "$work/home" >>"$work/log" 2>&1 </dev/null &
    echo $! >"$work/pid"
    local until=$((SECONDS + 60))
    until curl -sf --noproxy '*' --cacert "$work/home/tls/ca.crt" "https://localhost:$port/readyz" >/dev/null; do
        kill -0 "$(cat "$work/pid")" 2>/dev/null && [ $SECONDS -lt $until ] || {
            echo "directories.sh: Gatehouse does not start: $(tail -n 5 "$work/log")" >&2
            exit 1
        }
        sleep 0.1
    done
}

ask() { # ask TARGET USER PASSWORD: the status, then the answer
    curl -s --noproxy '*' --max-time 20 --cacert "$work/home/tls/ca.crt" --user "$2:$3" \
        -w '%{stderr}%{http_code}\n' "https://localhost:$port/$1/x" 2>&1
}

secret() { echo "Secret-of-${1}1"; }

is() { # is TARGET USER EXPECTED [PASSWORD]: `user group,group`, sorted, as the upstream would be told
    local answer user groups
    answer=$(ask "$1" "$2" "${4:-$(secret "$2")}")
    user=$(sed -n 's/^X-Remote-User: //p' <<<"$answer")
    groups=$(sed -n 's/^X-Remote-Group: //p' <<<"$answer" | LC_ALL=C sort | paste -sd,)
    [ "$user $groups" = "$3" ] || {
        echo "expected $3, got $user $groups: $answer"
        return 1
    }
}

ends() { # ends TARGET USER PASSWORD STATUS [WORDS]: the words are in the log and not in the answer
    local answer
    answer=$(ask "$1" "$2" "$3")
    grep -qx "$4" <<<"$answer" || {
        echo "expected $4, got $answer"
        return 1
    }
    if [ -n "${5:-}" ]; then
        grep -qF -- "$1: \"$2\" is refused: $5" "$work/log" || {
            echo "the log does not say that $2 is refused: $5; it says: $(grep -F "$1: " "$work/log" | tail -n 1)"
            return 1
        }
        ! grep -qiF -e "$5" -e data -e polic <<<"$answer" || {
            echo "the answer says why: $answer"
            return 1
        }
    fi
}

page() { # page LOGIN PATH CURL-OPTION...: what the browser that logs in there sees, and the status
    curl -s --noproxy '*' --max-time 20 --cacert "$work/home/tls/ca.crt" -b "$work/cookies-$1" -c "$work/cookies-$1" \
        -H 'Accept: text/html' -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-Dest: document' -H 'Sec-Fetch-Site: same-origin' \
        -w '\n%{http_code}\n' "${@:3}" "https://localhost:$port$2"
}

form() { # form LOGIN USER PASSWORD NAME: logs in by the form, and the portal greets by that name
    local attempt
    attempt=$(page "$1" "/gatehouse/login/$1" | sed -n 's/.*name="attempt" value="\([^"]*\)".*/\1/p')
    page "$1" "/gatehouse/login/$1" --data-urlencode "attempt=$attempt" --data-urlencode "user=$2" \
        --data-urlencode "password=$3" >/dev/null
    page "$1" /gatehouse/ >"$work/page"
    grep -qF "$4" "$work/page" && tail -n 1 "$work/page" | grep -qx 200 || {
        echo "expected a page for $4, got: $(tail -n 5 "$work/page")"
        return 1
    }
}

still_in() { # still_in LOGIN SECONDS: after a renewal too
    local until=$((SECONDS + $2))
    while [ $SECONDS -lt $until ]; do
        page "$1" /gatehouse/ | tail -n 1 | grep -qx 200 || return 1
        sleep 0.5
    done
}

logged_out() { # logged_out LOGIN: at the next renewal
    local until=$((SECONDS + 15))
    while page "$1" /gatehouse/ | tail -n 1 | grep -qx 200; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.2
    done
}

# --- OpenLDAP ----------------------------------------------------------

binds() { # binds NAME: how many binds as uid=NAME the directory has seen
    grep -c "BIND dn=\"uid=$1,ou=people,dc=example,dc=org\" method=128" "$work/openldap/log" || true
}

bind_once() { # bind_once REQUESTS: so many at once and one after another cost one bind
    local before failed_requests
    before=$(binds bob)
    for _ in $(seq "$1"); do
        echo "url = \"https://localhost:$port/counted/x\""
        echo 'output = /dev/null'
    done >"$work/urls"
    failed_requests=$(curl -s --noproxy '*' --cacert "$work/home/tls/ca.crt" --user "bob:$(secret bob)" --parallel \
        --parallel-max 40 -K "$work/urls" -w '%{http_code}\n' | grep -cvx 200 || true)
    [ "$failed_requests" -eq 0 ] || {
        echo "$failed_requests requests were not answered with 200"
        return 1
    }
    [ $(($(binds bob) - before)) -eq 1 ] || {
        echo "$(($(binds bob) - before)) binds"
        return 1
    }
}

new_password() { # after the time that is stated, the old one does not count any more
    # shellcheck source=/dev/null
    . "$work/openldap/directory.env"
    is start-tls alice 'alice dev,everybody,staff' || return 1
    ldappasswd -x -H "ldap://127.0.0.1:$PORT/" -D uid=alice,ou=people,dc=example,dc=org -w "$(secret alice)" -s "$1"
    is start-tls alice 'alice dev,everybody,staff' "$1" || return 1
    local until=$((SECONDS + 4))
    until ends start-tls alice "$(secret alice)" 401; do
        [ $SECONDS -lt $until ] || return 1
    done
}

comes_back() { # comes_back TARGET USER EXPECTED: within the moment that is rested after a failure
    local until=$((SECONDS + 10))
    until is "$@"; do
        [ $SECONDS -lt $until ] || return 1
    done
}

openldap() {
    local odd=zoe
    # shellcheck source=/dev/null
    . "$work/openldap/directory.env"
    check "openldap search: alice, with nested groups and prefixes" is search alice 'ldap:alice dir:dev,dir:everybody,dir:staff'
    check "openldap search: however she spells it" is search ALICE 'ldap:alice dir:dev,dir:everybody,dir:staff' "$(secret alice)"
    check "openldap search: by mail" is search alice@example.org 'ldap:alice dir:dev,dir:everybody,dir:staff' "$(secret alice)"
    check "openldap search: bob" is search bob 'ldap:bob dir:everybody,dir:staff'
    check "openldap search: an entry called Zoë O'Brien, Jr. (ops)" is search $odd 'ldap:zoe dir:dev,dir:everybody,dir:staff'
    check "openldap StartTLS, memberOf: zoe" is start-tls $odd 'zoe dev,everybody,staff'
    check "openldap direct bind: alice" is direct alice 'alice dev,everybody,staff'
    check "openldap failover to the server that is up" is failover bob 'bob everybody,staff'
    check "openldap a certificate of another name: 503" ends other-name bob "$(secret bob)" 503
    check "openldap a certificate of an unknown authority: 503" ends other-ca bob "$(secret bob)" 503
    check "openldap an authority that is not the directory's: 503" ends new-ca bob "$(secret bob)" 503
    cp "$work/openldap/tls/ca.crt" "$work/home/directory-ca.crt"
    check "openldap the authority's file is replaced: works" comes_back new-ca bob 'bob everybody,staff'
    check "openldap a wrong password: 401" ends search bob wrong 401 'wrong password (49)'
    check "openldap the next authenticator knows another user" is search filed 'file:filed ' 'secret of filed'
    check "openldap nobody knows this user" ends search nobody x 401
    check "openldap a password that was reset must be changed" \
        ends search carol "$(secret carol)" 401 'the password must be changed first (policy)'
    for guess in 1 2 3; do
        ask search dave "guess $guess" >/dev/null
    done
    check "openldap an account that was locked" ends search dave "$(secret dave)" 401 'the account is locked (policy)'
    for name in '*' '*)(uid=*))(|(uid=*' 'admin)(|(x=*' 'alice,ou=people' '\2a' 'uid=alice,ou=people,dc=example,dc=org' \
        '${jndi:ldap://127.0.0.1:1/x}' '"' '#' ' ' '+'; do
        check "openldap search: nobody is called $name" ends search "$name" "$(secret alice)" 401
        check "openldap direct: nobody is called $name" ends direct "$name" "$(secret alice)" 401
    done
    local before
    before=$(grep -c 'BIND dn=' "$work/openldap/log")
    check "openldap a password of blanks: 401" ends search alice '   ' 401
    check "openldap and no bind for it" [ "$(grep -c 'BIND dn=' "$work/openldap/log")" -eq "$before" ]
    check "openldap 1,000 requests are one bind" bind_once 1000
    check "openldap a password that was changed" new_password Another-secret1
    check "openldap a login by the form" form search ALICE Another-secret1 ldap:alice
    check "openldap the session is renewed" still_in search 7
    ldapmodify -x -H "ldap://127.0.0.1:$PORT/" -D cn=admin,dc=example,dc=org -w Secret-of-admin1 >/dev/null <<'END'
dn: uid=alice,ou=people,dc=example,dc=org
changetype: modify
add: pwdAccountLockedTime
pwdAccountLockedTime: 000001010000Z
END
    check "openldap the session ends for an account that is locked" logged_out search
    "$here/directory.sh" down "$work/openldap"
    check "openldap stopped: whoever is remembered still gets in" is counted bob 'bob everybody,staff'
    check "openldap stopped: 503 for everybody else" ends failover $odd "$(secret $odd)" 503
    check "openldap stopped: another authenticator's targets go on" is file filed 'file:filed ' 'secret of filed'
    "$here/directory.sh" again "$work/openldap"
    check "openldap started again: works" comes_back failover $odd 'zoe dev,everybody,staff'
}

# --- Samba AD ----------------------------------------------------------

guess_dave() { # three wrong passwords lock the account
    for guess in 1 2 3; do
        ask looked-up dave "guess $guess" >/dev/null
    done
    ends looked-up dave "$(secret dave)" 401 'the account is locked (775)'
}

samba() {
    local groups='Domain Users,Users,dev,everybody,staff'
    check "samba user@domain, tokenGroups: alice" is upn alice "alice $groups"
    check "samba user@domain typed whole" is upn ALICE@corp.example.org "alice $groups" "$(secret alice)"
    check "samba DOMAIN\\user, StartTLS, in-chain: alice" is down-level alice "alice $groups"
    check "samba DOMAIN\\user typed whole" is down-level 'corp\alice' "alice $groups" "$(secret alice)"
    check "samba search, memberOf and primary group: alice" is looked-up Alice "alice $groups" "$(secret alice)"
    check "samba search: CORP\\bob" is looked-up 'CORP\bob' 'bob Domain Users,Users,everybody,staff' "$(secret bob)"
    check "samba by DNS, member: bob" is by-dns bob 'bob Domain Users,Users,everybody,staff'
    check "samba in clear is refused by the domain: 503" ends clear bob "$(secret bob)" 503
    for way in upn looked-up; do
        check "samba $way: a wrong password" ends $way bob wrong 401 'wrong password (52e)'
        check "samba $way: must change it" ends $way carol "$(secret carol)" 401 'the password must be changed first (773)'
        check "samba $way: disabled" ends $way erin "$(secret erin)" 401 'the account is disabled (533)'
        check "samba $way: expired" ends $way frank "$(secret frank)" 401 'the account has expired (701)'
    done
    check "samba looked-up: locked" guess_dave
    check "samba an unknown name passes on where it is looked up" is looked-up filed 'file:filed ' 'secret of filed'
    for name in '*' '*)(sAMAccountName=*' 'alice)(x=*' 'a/b' 'alice@other.example.org' 'S-1-5-21'; do
        check "samba search: nobody is called $name" ends looked-up "$name" "$(secret alice)" 401
        check "samba user@domain: nobody is called $name" ends upn "$name" "$(secret alice)" 401
    done
    kill -STOP -- "-$(cat "$work/samba/pid")"
    check "samba hangs: 503 within bounds" ends looked-up gatehouse "$(secret gatehouse)" 503
    check "samba hangs: whoever is remembered still gets in" is upn alice "alice $groups"
    kill -CONT -- "-$(cat "$work/samba/pid")"
    check "samba goes on: works" comes_back looked-up gatehouse 'gatehouse Domain Users,Users'
    check "samba a login by the form" form looked-up 'CORP\bob' "$(secret bob)" '>bob<'
    check "samba the session is renewed" still_in looked-up 7
    samba-tool user disable bob -s "$work/samba/domain/etc/smb.conf" -H "$work/samba/domain/private/sam.ldb" >/dev/null
    check "samba the session ends for an account that is disabled" logged_out looked-up
}

for kind in "$@"; do
    "$here/directory.sh" up "$kind" "$work/$kind"
done
gatehouse "$@"
for kind in "$@"; do
    "$kind"
done
check "no password is on record or in the log" \
    bash -c '! grep -rlE "Secret-of-|secret of filed|U2VjcmV0LW9m" "$0/home/data" "$0/log"' "$work"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
