#!/usr/bin/env bash
# A directory on the loopback, from nothing each time:
#   directory.sh up openldap DIR    slapd on ports of its own, as whoever asks
#   directory.sh up samba DIR       a Samba AD domain CORP (corp.example.org); root only, as
#                                   its ports are fixed: it has 127.0.0.10 to itself
#   directory.sh down DIR           stops it by its process id and keeps what it holds
#   directory.sh again DIR          starts it with what it holds
#   directory.sh wipe DIR           stops it and forgets all
#
# `up` leaves in DIR: tls/ca.crt, directory.env for a script to source, log. Each person's
# password is `Secret-of-<name>1`; what the accounts are for is said where they are made.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
samba_address=127.0.0.10

fail() {
    echo "directory.sh: $*" >&2
    exit 1
}

install() { # install COMMAND PACKAGE...: unless there is such a command
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null && return
    [ "$(id -u)" -eq 0 ] || fail "not root; please install: ${*:2}"
    # Debian would start the servers themselves, on ports of the machine.
    local policy=/usr/sbin/policy-rc.d own=
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && own=$policy; }
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${@:2}"; } >&2
    [ -z "$own" ] || rm -f "$own"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

certificate() { # certificate HOST: tls/server.* for it, and the authority
    mkdir -p "$dir/tls"
    (
        cd "$dir/tls"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 30 \
            -subj /CN=directory-ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
        # Samba's TLS wants RSA.
        openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=$1"
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out server.crt \
            -extfile <(printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth' "$1")
        chmod 600 server.key
    ) 2>/dev/null
}

await() { # await COMMAND...: polls until the command succeeds
    local until=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        kill -0 "$(cat "$dir/pid")" 2>/dev/null || fail "it ended; $dir/log says: $(tail -n 3 "$dir/log")"
        [ $SECONDS -lt $until ] || fail "not ready in time (log: $dir/log)"
        sleep 0.1
    done
}

start() {
    # shellcheck source=/dev/null
    . "$dir/directory.env"
    case $KIND in
        openldap) set -- slapd -f "$dir/slapd.conf" -h "ldap://127.0.0.1:$PORT/ ldaps://127.0.0.1:$SECURE_PORT/" -d stats ;;
        samba) set -- samba -s "$dir/domain/etc/smb.conf" --foreground --no-process-group ;;
    esac
    PATH=$PATH:/usr/sbin setsid "$@" >>"$dir/log" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    case $KIND in
        openldap) await ldapsearch -x -H "ldap://127.0.0.1:$PORT/" -s base -b '' 1.1 ;;
        samba) await ldapsearch -x -H "ldap://$samba_address/" -s base -b '' 1.1 ;;
    esac
}

stop() {
    [ -f "$dir/pid" ] || return 0
    local pid until=$((SECONDS + 30))
    pid=$(cat "$dir/pid")
    kill -CONT -- "-$pid" 2>/dev/null || true
    kill -TERM -- "-$pid" 2>/dev/null || true
    while kill -0 -- "-$pid" 2>/dev/null; do
        [ $SECONDS -lt $until ] || kill -KILL -- "-$pid" 2>/dev/null || true
        [ $SECONDS -lt $((until + 10)) ] || fail "process group $pid does not end"
        sleep 0.1
    done
    rm -f "$dir/pid"
}

openldap() {
    install slapd slapd ldap-utils
    certificate localhost
    mkdir -p "$dir/data"
    printf 'KIND=openldap\nPORT=%s\nSECURE_PORT=%s\n' "$(free_port)" "$(free_port)" >"$dir/directory.env"
    cat >"$dir/slapd.conf" <<END
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
TLSCACertificateFile $dir/tls/ca.crt
TLSCertificateFile $dir/tls/server.crt
TLSCertificateKeyFile $dir/tls/server.key
database mdb
suffix dc=example,dc=org
rootdn cn=admin,dc=example,dc=org
rootpw Secret-of-admin1
directory $dir/data
access to attrs=userPassword by self write by anonymous auth by * none
access to * by * read
overlay memberof
overlay ppolicy
ppolicy_default cn=policy,dc=example,dc=org
ppolicy_use_lockout
END
    start
    # By ldapadd, as slapadd fills no memberOf. carol's password was reset, dave guesses his, zoe has an odd DN.
    # staff is nested in everybody, which is in itself over a loop.
    python3 - <<'END' | ldap ldapadd >/dev/null
def entry(dn, *lines): print("dn: " + dn, *lines, "", sep="\n")
base = "dc=example,dc=org"
entry(base, "objectClass: domain", "dc: example")
for unit in "people", "groups": entry(f"ou={unit},{base}", "objectClass: organizationalUnit", f"ou: {unit}")
entry(f"cn=policy,{base}", "objectClass: device", "objectClass: pwdPolicy", "cn: policy", "pwdAttribute: userPassword",
      "pwdLockout: TRUE", "pwdMaxFailure: 3", "pwdMustChange: TRUE")
entry(f"cn=gatehouse,{base}", "objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: gatehouse",
      "userPassword: Secret-of-gatehouse1")
def person(rdn, name): entry(f"{rdn},ou=people,{base}", "objectClass: inetOrgPerson", f"uid: {name}", f"cn: {name}",
                             "sn: x", f"mail: {name}@example.org", f"userPassword: Secret-of-{name}1")
for name in "alice", "bob", "carol", "dave": person(f"uid={name}", name)
odd = f"cn=Zoë O'Brien\\, Jr. (ops),ou=people,{base}"
entry(odd, "objectClass: inetOrgPerson", "uid: zoe", "sn: x", "userPassword: Secret-of-zoe1")
def group(name, *members): entry(f"cn={name},ou=groups,{base}", "objectClass: groupOfNames", f"cn: {name}",
                                 *(f"member: {member}" for member in members))
def in_groups(name): return f"cn={name},ou=groups,{base}"
group("dev", f"uid=alice,ou=people,{base}", odd)
group("staff", in_groups("dev"), f"uid=bob,ou=people,{base}")
group("everybody", in_groups("staff"), in_groups("everybody"))
END
    ldap ldapmodify >/dev/null <<'END'
dn: uid=carol,ou=people,dc=example,dc=org
changetype: modify
replace: pwdReset
pwdReset: TRUE
END
}

ldap() { # ldap COMMAND...: as the administrator of the OpenLDAP
    # shellcheck source=/dev/null
    . "$dir/directory.env"
    "$1" -x -H "ldap://127.0.0.1:$PORT/" -D cn=admin,dc=example,dc=org -w Secret-of-admin1 "${@:2}"
}

samba() {
    install samba samba-ad-dc samba-dsdb-modules samba-vfs-modules winbind samba-ad-provision krb5-user ldap-utils
    certificate dc1.corp.example.org
    printf 'KIND=samba\nADDRESS=%s\nHOST=dc1.corp.example.org\n' $samba_address >"$dir/directory.env"
    samba-tool domain provision --realm=CORP.EXAMPLE.ORG --domain=CORP --host-name=dc1 --host-ip=$samba_address \
        --adminpass=Secret-of-admin1 --dns-backend=SAMBA_INTERNAL --targetdir="$dir/domain" \
        --option="interfaces=$samba_address/8" --option='bind interfaces only=yes' \
        --option='vfs objects=dfs_samba4 acl_xattr xattr_tdb' >"$dir/log" 2>&1 || fail "no domain: $(tail -n 3 "$dir/log")"
    sed -i "/^\[global\]/a\\
\tserver services = ldap, cldap, kdc, rpc, dns\\
\tdns forwarder =\\
\ttls enabled = yes\\
\ttls keyfile = $dir/tls/server.key\\
\ttls certfile = $dir/tls/server.crt\\
\ttls cafile = $dir/tls/ca.crt" "$dir/domain/etc/smb.conf"
    {
        tool domain passwordsettings set --account-lockout-threshold=3 --min-pwd-age=0
        for name in alice bob carol dave erin frank gatehouse; do
            tool user create $name "Secret-of-${name}1"
        done
        # carol must change hers, erin is disabled, frank's time is over; dave guesses his.
        tool user setpassword carol --newpassword=Secret-of-carol1 --must-change-at-next-login
        tool user disable erin
        for group in dev staff everybody; do
            tool group add $group
        done
        tool group addmembers dev alice
        tool group addmembers staff dev,bob
        tool group addmembers everybody staff
        tool user setexpiry frank --days=0
    } >>"$dir/log" 2>&1 || fail "no accounts: $(tail -n 3 "$dir/log")"
    start
}

tool() { samba-tool "$@" -s "$dir/domain/etc/smb.conf" -H "$dir/domain/private/sam.ldb"; }

command=${1:?usage: directory.sh up openldap|samba DIR, or down, again, wipe DIR}
case $command in
    up)
        "$here/install.sh"
        mkdir -p "$3"
        dir=$(realpath "$3")
        stop
        rm -rf "${dir:?}"/*
        case $2 in
            openldap | samba) "$2" ;;
            *) fail "unknown directory $2" ;;
        esac
        ;;
    down | again | wipe)
        dir=$(realpath "$2")
        stop
        case $command in
            again) start ;;
            wipe) rm -rf "$dir" ;;
        esac
        ;;
    *) fail "unknown command $command" ;;
esac
