#!/usr/bin/env bash
# Makes sure that there are a kube-apiserver, kube-controller-manager, etcd,
# kubelet and request-info (both ours) and the kubectls that are asked for,
# builds what is missing, and prints the folder that has them all. Programs that
# are already there win over a build: those in $KUBEBUILDER_ASSETS, then those on
# the PATH (kubectl also as kubectl.1.27, on the PATH or beside what a link
# there points to), if their version fits.
#
#   GATEHOUSE_E2E_CACHE    where builds are kept (default ~/.cache/gatehouse/e2e)
#   GATEHOUSE_E2E_KUBECTL  which kubectls (default "1.27 1.36"), or all that are
#       pinned: kubectl/<minor>.mod, or a folder of its own for the oldest
#   GATEHOUSE_E2E_HELM     yes: helm, too
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
        # A dispatcher is whatever version fits the server.
        kubectl*) out=$(timeout 20 "$1" version --client -o json 2>/dev/null | sed -n '/-dispatcher/d; s/.*"gitVersion": *"\(v[^"]*\)".*/\1/p') ;;
        helm) out=$(timeout 20 "$1" version --short 2>/dev/null) ;;
        etcd) out=$(timeout 20 "$1" --version 2>/dev/null | sed -n 's/^etcd Version: */v/p') ;;
        *) out=$(timeout 20 "$1" --version 2>/dev/null) ;;
    esac
    grep -oE 'v[0-9]+\.[0-9]+' <<<"$out" | head -n 1 | tr -d v || true
}

fits() { # fits NAME VERSION: can the tests use it?
    case $1 in
        etcd) [[ $2 == 3.[5-9] ]] ;;
        helm) [[ $2 == 3.* ]] ;;
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
        [ -z "${candidates[-1]}" ] || candidates+=("$(dirname "$(realpath "${candidates[-1]}")")/$name")
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
    [ "$name" != helm ] || flags+=" -X helm.sh/helm/v3/internal/version.version=$version"
    # Without these a program says that it is 0.0.0, client-go's copy in its User-Agent.
    for package_of_version in component-base/version client-go/pkg/version; do
        [ "$name" != helm ] || continue
        flags+=" -X k8s.io/$package_of_version.gitVersion=$version -X k8s.io/$package_of_version.gitMajor=1"
        flags+=" -X k8s.io/$package_of_version.gitMinor=$(cut -d. -f2 <<<"$stamp") -X k8s.io/$package_of_version.gitCommit=e2e"
    done
    hash=$({
        cd "$folder"
        echo "$flags" "$@"
        [ ! -d "$package" ] || find "$package" -maxdepth 1 -name '*.go' | sort | xargs cat
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

pinned=$(cd "$here/kubectl" && printf '%s\n' 1.*.mod 1.*/go.mod | sed 's/\/go\.mod$//; s/\.mod$//' | sort -V)
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
kubectls=${GATEHOUSE_E2E_KUBECTL:-1.27 1.36}
[ "$kubectls" != all ] || kubectls=$pinned
for m in $kubectls; do
    if [ -e "$here/kubectl/$m.mod" ]; then
        folder=$here/kubectl modfile=$m.mod modsum=$m.sum
    elif [ -e "$here/kubectl/$m/go.mod" ] || [ -n "$(present "kubectl.$m")" ]; then
        folder=$here/kubectl/$m modfile=go.mod modsum=go.sum
    else
        fail "kubectl $m is neither on this machine nor pinned in kubectl/ (${pinned//$'\n'/ })"
    fi
    patch=$(sed -n 's/^\tk8s.io\/kubectl v0\.//p' "$folder/$modfile" 2>/dev/null || true)
    choose "kubectl.$m" "$folder" . "1.${patch:-${m#1.}.0}" "-modfile=$modfile"
    newest=${links[-1]#*=}
done
links+=("kubectl=$newest")
unset modfile modsum
if [ "${GATEHOUSE_E2E_HELM:-}" = yes ]; then
    choose helm "$here/helm" helm.sh/helm/v3/cmd/helm "$(sed -n 's/^\thelm.sh\/helm\/v3 v\([0-9.]*\).*/\1/p' "$here/helm/go.mod")"
fi

# One folder of links for each choice: what a running test uses never changes.
folder=$cache/kubernetes-$(printf '%s\n' "${links[@]}" | sha256sum | cut -c1-12)
mkdir -p "$folder"
for link in "${links[@]}"; do
    ln -sfn "${link#*=}" "$folder/${link%%=*}"
done
echo "$folder"
