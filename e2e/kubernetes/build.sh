#!/usr/bin/env bash
# Makes sure that there are a kube-apiserver, kube-controller-manager, etcd,
# kubelet and request-info (both ours) and one kubectl for each
# kubectl/<minor>.mod, builds what is missing, and prints the folder that has
# them all. Programs that are already there win over a build: those in
# $KUBEBUILDER_ASSETS, then those on the PATH (kubectl also as kubectl.1.27), if
# their version fits.
#
#   GATEHOUSE_E2E_CACHE    where builds are kept (default ~/.cache/gatehouse/e2e)
#   GATEHOUSE_E2E_KUBECTL  which kubectls, "1.27 1.36" (default: all that are pinned)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${GATEHOUSE_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse/e2e}
kubernetes=$(sed -n 's/^\tk8s.io\/kubernetes v//p' "$here/server/go.mod")
minor=$(cut -d. -f2 <<<"$kubernetes")

say() { echo "build.sh: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

# The version of a program as MAJOR.MINOR; nothing if it tells none.
version_of() {
    local out=
    case ${1##*/} in
        kubectl*) out=$(timeout 20 "$1" version --client -o json 2>/dev/null | sed -n 's/.*"gitVersion": *"\(v[^"]*\)".*/\1/p') ;;
        etcd) out=$(timeout 20 "$1" --version 2>/dev/null | sed -n 's/^etcd Version: */v/p') ;;
        *) out=$(timeout 20 "$1" --version 2>/dev/null) ;;
    esac
    grep -oE 'v[0-9]+\.[0-9]+' <<<"$out" | head -n 1 | tr -d v || true
}

fits() { # fits NAME VERSION: can the tests use it?
    case $1 in
        etcd) [[ $2 == 3.[5-9] ]] ;;
        kubectl.*) [ "$2" = "${1#kubectl.}" ] ;;
        *) [ "$2" = "1.$minor" ] ;; # the two servers must agree, and only one is in envtest's folder
    esac
}

# Prints the path of a program that is already on this machine and fits.
present() {
    local name=$1 candidate version
    local -a candidates=()
    if [ "$name" != kubelet ] && [ "$name" != request-info ]; then
        if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
            candidates+=("$KUBEBUILDER_ASSETS/${name%%.*}" "$KUBEBUILDER_ASSETS/$name")
        fi
        candidates+=("$(type -P "$name" || true)" "$(type -P "${name%%.*}" || true)")
    fi
    local seen=
    for candidate in "${candidates[@]}"; do
        [[ "$seen" != *" $candidate "* ]] || continue
        seen+=" $candidate "
        [ -x "$candidate" ] || continue
        version=$(version_of "$candidate")
        if fits "$name" "$version"; then
            realpath -s "$candidate"
            return
        fi
        [ "${name%%.*}" = kubectl ] || say "$candidate is ${version:-of no version} and does not fit"
    done
}

# Builds FOLDER's PACKAGE as NAME unless the cache has it; prints its path.
build() {
    local name=$1 folder=$2 package=$3 stamp=$4 hash target log started=$SECONDS
    shift 4
    local version=v$stamp flags="-s -w -X main.version=v$stamp" package_of_version
    # Without these a program says that it is 0.0.0, client-go's copy in its User-Agent.
    for package_of_version in component-base/version client-go/pkg/version; do
        flags+=" -X k8s.io/$package_of_version.gitVersion=$version -X k8s.io/$package_of_version.gitMajor=1"
        flags+=" -X k8s.io/$package_of_version.gitMinor=$(cut -d. -f2 <<<"$stamp") -X k8s.io/$package_of_version.gitCommit=e2e"
    done
    hash=$({
        cd "$folder"
        echo "$flags" "$@"
        find "$package" -maxdepth 1 -name '*.go' | sort | xargs cat
        cat "${modfile:-go.mod}" "${modsum:-go.sum}"
    } | sha256sum | cut -c1-12)
    target=$cache/built/$name-$hash/$name
    if [ ! -x "$target" ]; then
        command -v go >/dev/null || fail "no Go to build $name with (1.26 or newer), and none that fits on the PATH"
        say "building $name $version"
        log=$cache/$name.log
        mkdir -p "${target%/*}"
        if ! (cd "$folder" && CGO_ENABLED=0 go build -trimpath -buildvcs=false "$@" \
            -ldflags "$flags" \
            -o "$target.new" "$package") >"$log" 2>&1; then
            fail "building $name failed: $(tail -n 1 "$log") (all of it: $log)"
        fi
        mv "$target.new" "$target"
        say "built $name in $((SECONDS - started)) s"
    fi
    echo "$target"
}

mkdir -p "$cache/built"
exec 9>"$cache/lock"
flock 9 # two builds at once would do the same work twice

pinned=$(cd "$here/kubectl" && printf '%s\n' 1.*.mod | sed 's/\.mod$//' | sort -V)
links=()
choose() { # choose NAME FOLDER PACKAGE VERSION [GO BUILD OPTION...]
    local path
    path=$(present "$1")
    if [ -n "$path" ]; then
        say "$1: $path"
    else
        path=$(build "$@")
    fi
    links+=("$1=$path")
}

choose etcd "$here/server" ./cmd/etcd "$(sed -n 's/^\tgo.etcd.io\/etcd\/server\/v3 v//p' "$here/server/go.mod")"
for name in kube-apiserver kube-controller-manager; do
    choose $name "$here/server" ./cmd/$name "$kubernetes"
done
choose request-info "$here/server" ./cmd/request-info "$kubernetes"
choose kubelet "$here/kubelet" . "$kubernetes"
newest=
for m in ${GATEHOUSE_E2E_KUBECTL:-$pinned}; do
    [ -e "$here/kubectl/$m.mod" ] || [ -n "$(present "kubectl.$m")" ] ||
        fail "kubectl $m is neither on this machine nor pinned in kubectl/ (${pinned//$'\n'/ })"
    patch=$(sed -n 's/^\tk8s.io\/kubectl v0\.//p' "$here/kubectl/$m.mod" 2>/dev/null || true)
    modfile=$m.mod modsum=$m.sum choose "kubectl.$m" "$here/kubectl" . "1.${patch:-${m#1.}.0}" "-modfile=$m.mod"
    newest=${links[-1]#*=}
done
links+=("kubectl=$newest")

# One folder of links for each choice: what a running test uses never changes.
folder=$cache/kubernetes-$(printf '%s\n' "${links[@]}" | sha256sum | cut -c1-12)
mkdir -p "$folder"
for link in "${links[@]}"; do
    ln -sfn "${link#*=}" "$folder/${link%%=*}"
done
echo "$folder"
