// Command kubelet is a stand-in for a Kubernetes node. It registers one Node,
// binds every pod to it, reports the pods as running and serves the URLs that
// the API server asks a kubelet for: logs, exec, attach and port-forward. A
// "container" is a plain local process in a folder of its own: nothing is
// isolated, so it is for tests on a machine that is yours.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

type options struct {
	kubeconfig string
	node       string
	address    string
	port       int
	clientCA   string
	certFile   string
	keyFile    string
	root       string
	tick       time.Duration
}

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	var o options
	flag.StringVar(&o.kubeconfig, "kubeconfig", "", "how to reach the API server")
	flag.StringVar(&o.node, "node-name", "e2e-node", "name of the Node to register")
	flag.StringVar(&o.address, "address", "127.0.0.1", "address of the node and of its pods")
	flag.IntVar(&o.port, "port", 10250, "port to serve HTTPS on")
	flag.StringVar(&o.clientCA, "client-ca-file", "", "CA of the API server's client certificate")
	flag.StringVar(&o.certFile, "tls-cert-file", "", "serving certificate")
	flag.StringVar(&o.keyFile, "tls-private-key-file", "", "key of the serving certificate")
	flag.StringVar(&o.root, "root-dir", "", "folder for the working folders of the containers")
	flag.DurationVar(&o.tick, "tick", time.Second, "pause between two log lines of a container without a program")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Print("kubelet: ", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return err
	}
	// The client's own limit of five calls a second would make tests wait.
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	k := newKubelet(client, o)
	if err := k.listen(); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- k.serve(ctx) }()
	if err := k.register(ctx); err != nil {
		return err
	}
	go k.watchPods(ctx)

	select {
	case err = <-served:
	case <-ctx.Done():
	}
	k.stopAll()
	return err
}
