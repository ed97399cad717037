package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"k8s.io/cri-streaming/pkg/streaming"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

// firstResize bounds how long a terminal waits for its client's size.
const firstResize = time.Second

// listen takes the port before the Node says which one it is.
func (k *kubelet) listen() error {
	ca, err := os.ReadFile(k.clientCA)
	if err != nil {
		return err
	}
	clients := x509.NewCertPool()
	if !clients.AppendCertsFromPEM(ca) {
		return fmt.Errorf("%s: no certificate in it", k.clientCA)
	}
	cert, err := tls.LoadX509KeyPair(k.certFile, k.keyFile)
	if err != nil {
		return err
	}
	k.listener, err = tls.Listen("tcp", net.JoinHostPort(k.address, strconv.Itoa(k.port)), &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientCAs:    clients,
		ClientAuth:   tls.RequireAndVerifyClientCert, // whoever gets in here gets a shell
		NextProtos:   []string{"http/1.1"},           // SPDY and WebSocket need a connection to take over
	})
	return err
}

func (k *kubelet) serve(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.serveLogs)
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", k.serveExec)
	mux.HandleFunc("/attach/{namespace}/{pod}/{container}", k.serveAttach)
	mux.HandleFunc("/portForward/{namespace}/{pod}", k.servePortForward)
	server := &http.Server{Handler: mux, BaseContext: func(net.Listener) context.Context { return ctx }}
	return server.Serve(k.listener)
}

// find answers 404 itself when there is no such container.
func (k *kubelet) find(w http.ResponseWriter, r *http.Request) (*runningPod, *container) {
	p := k.pod(r.PathValue("namespace"), r.PathValue("pod"))
	if p == nil {
		http.Error(w, fmt.Sprintf("pod %q not found", r.PathValue("pod")), http.StatusNotFound)
		return nil, nil
	}
	c := p.container(r.PathValue("container"))
	if c == nil && r.PathValue("container") != "" {
		http.Error(w, fmt.Sprintf("container %q not found in pod %q", r.PathValue("container"), p.name), http.StatusNotFound)
		return nil, nil
	}
	return p, c
}

func (k *kubelet) serveLogs(w http.ResponseWriter, r *http.Request) {
	_, c := k.find(w, r)
	if c == nil {
		return
	}
	values := r.URL.Query()
	q := logQuery{
		follow: values.Get("follow") == "true", timestamps: values.Get("timestamps") == "true",
		tail: -1, limit: -1, stream: values.Get("stream"),
	}
	if n, err := strconv.ParseInt(values.Get("tailLines"), 10, 64); err == nil {
		q.tail = n
	}
	if n, err := strconv.ParseInt(values.Get("limitBytes"), 10, 64); err == nil {
		q.limit = n
	}
	if n, err := strconv.ParseInt(values.Get("sinceSeconds"), 10, 64); err == nil {
		q.since = time.Now().Add(-time.Duration(n) * time.Second)
	}
	if t, err := time.Parse(time.RFC3339, values.Get("sinceTime")); err == nil {
		q.since = t
	}
	out := c.log(values.Get("previous") == "true")
	if out == nil {
		http.Error(w, fmt.Sprintf("previous terminated container %q not found", c.name), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	flush := func() { http.NewResponseController(w).Flush() }
	flush() // whoever follows a silent log wants to know that it works
	out.writeLog(r.Context(), w, flush, q)
}

func (k *kubelet) serveExec(w http.ResponseWriter, r *http.Request) {
	p, c := k.find(w, r)
	if c == nil {
		return
	}
	command := r.URL.Query()["command"]
	streams, err := remotecommand.NewOptions(r)
	if err == nil && len(command) == 0 {
		err = errors.New("a command is needed")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	remotecommand.ServeExec(w, r, execution{p, c}, p.name, string(p.uid), c.name, command, streams,
		streaming.DefaultConfig.StreamIdleTimeout, streaming.DefaultConfig.StreamCreationTimeout, remotecommand.SupportedStreamingProtocols)
}

func (k *kubelet) serveAttach(w http.ResponseWriter, r *http.Request) {
	p, c := k.find(w, r)
	if c == nil {
		return
	}
	streams, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	remotecommand.ServeAttach(w, r, execution{p, c}, p.name, string(p.uid), c.name, streams,
		streaming.DefaultConfig.StreamIdleTimeout, streaming.DefaultConfig.StreamCreationTimeout, remotecommand.SupportedStreamingProtocols)
}

// execution is one container's side of the streaming library.
type execution struct {
	pod       *runningPod
	container *container
}

func (e execution) ExecInContainer(ctx context.Context, _ string, _ string, _ string, cmd []string, in io.Reader, out, errOut io.WriteCloser, tty bool, resize <-chan remotecommand.TerminalSize, _ time.Duration) error {
	l := launch{argv: cmd, dir: e.container.dir, env: e.container.env, tty: tty, resize: resize,
		stdin: in, stdout: out, stderr: errOut}
	if tty {
		l.env = append(append([]string{}, l.env...), "TERM=xterm")
		// A program that asks for the size at once must see the client's.
		if resize != nil {
			select {
			case l.size = <-resize:
			case <-time.After(firstResize):
			}
		}
	}
	return e.pod.procs.run(l)
}

func (e execution) AttachContainer(ctx context.Context, _ string, _ string, _ string, in io.Reader, out, errOut io.WriteCloser, _ bool, resize <-chan remotecommand.TerminalSize) error {
	return e.container.attach(ctx, in, out, errOut, resize)
}

func (k *kubelet) servePortForward(w http.ResponseWriter, r *http.Request) {
	p, _ := k.find(w, r)
	if p == nil {
		return
	}
	ports, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	// The library's own context never ends, so connections would outlive
	// their client: they end when its handler returns.
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	portforward.ServePortForward(w, r, forwarder{ctx}, p.name, string(p.uid), ports,
		streaming.DefaultConfig.StreamIdleTimeout, streaming.DefaultConfig.StreamCreationTimeout, portforward.SupportedProtocols)
}

// forwarder connects to ports of the loopback, where all containers listen.
type forwarder struct{ ctx context.Context }

func (f forwarder) PortForward(_ context.Context, _ string, _ string, port int32, stream io.ReadWriteCloser) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(f.ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(f.ctx, func() { conn.Close() })()
	go func() {
		io.Copy(conn, stream)
		conn.(*net.TCPConn).CloseWrite()
	}()
	_, err = io.Copy(stream, conn)
	if f.ctx.Err() != nil {
		return nil
	}
	return err
}
