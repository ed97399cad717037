#!/usr/bin/env bash
# A program of this machine as a pod and a service of a test cluster, to be
# reached by the API server's service proxy.
#   service.sh up KUBECTL KUBECONFIG NAME ADDRESS PORT   port 80 of service NAME leads there
#   service.sh down KUBECTL KUBECONFIG NAME
#
# The API server refuses loopback, so ADDRESS is another one, and it wants a
# pod: this one is scheduled by nobody, and said to be there.
set -euo pipefail

kubectl=("$2" --kubeconfig "$3" --namespace default)
name=$4

up() { # up ADDRESS PORT
    "${kubectl[@]}" apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: $name}
spec: {schedulerName: nobody, containers: [{name: it, image: it}]}
---
apiVersion: v1
kind: Service
metadata: {name: $name}
spec: {ports: [{name: http, port: 80, targetPort: $2}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: $name}
subsets:
- addresses: [{ip: $1, targetRef: {kind: Pod, name: $name, namespace: default}}]
  ports: [{name: http, port: $2}]
END
    "${kubectl[@]}" patch pod "$name" --subresource=status \
        --patch "{\"status\": {\"phase\": \"Running\", \"podIP\": \"$1\", \"podIPs\": [{\"ip\": \"$1\"}]}}"
    local until=$((SECONDS + 30)) # the API server has to see what it was told
    until "${kubectl[@]}" get --raw "/api/v1/namespaces/default/services/http:$name:80/proxy/" >/dev/null 2>&1; do
        if [ $SECONDS -ge $until ]; then
            echo "service.sh: $name does not answer" >&2
            exit 1
        fi
        sleep 0.2
    done
}

case $1 in
    up) up "$5" "$6" ;;
    down) "${kubectl[@]}" delete --now --ignore-not-found "service/$name" "pod/$name" "endpoints/$name" ;;
esac
