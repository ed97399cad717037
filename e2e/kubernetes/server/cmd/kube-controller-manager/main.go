// Command kube-controller-manager is Kubernetes' own controller manager. The
// tests need it for the aggregated roles and the default service accounts.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	os.Exit(cli.Run(app.NewControllerManagerCommand()))
}
