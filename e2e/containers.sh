#!/usr/bin/env bash
# Prints the folder of an unpacked servlet container, fetching it once:
#   containers.sh tomcat10|tomcat11|jetty12
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${GATEHOUSE_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse/e2e}/containers

case ${1:?usage: containers.sh tomcat10|tomcat11|jetty12} in
    tomcat10) group=org.apache.tomcat artifact=tomcat version=10.1.60 folder=apache-tomcat-$version ;;
    tomcat11) group=org.apache.tomcat artifact=tomcat version=11.0.24 folder=apache-tomcat-$version ;;
    jetty12) group=org.eclipse.jetty artifact=jetty-home version=12.1.12 folder=jetty-home-$version ;;
    *) echo "containers.sh: unknown container $1" >&2 && exit 2 ;;
esac

if [ ! -d "$cache/$folder" ]; then
    mkdir -p "$cache"
    fresh=$(mktemp -d "$cache/fetching.XXXXXX")
    trap 'rm -rf "$fresh"' EXIT
    "$here/../mvnw" -q -B -N -f "$here/../pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
        -Dartifact="$group:$artifact:$version:zip" -DoutputDirectory="$fresh" -Dmdep.useBaseVersion=true >&2
    python3 -m zipfile -e "$fresh/$artifact-$version.zip" "$fresh"
    mv "$fresh/$folder" "$cache/$folder"
fi
echo "$cache/$folder"
