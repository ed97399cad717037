package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// container runs one container of a pod, again and again where the pod's
// restart policy says so.
type container struct {
	name, image string
	argv        []string
	env         []string
	dir         string
	tty         bool
	stdinOnce   bool
	policy      corev1.RestartPolicy
	tick        time.Duration
	resize      chan remotecommand.TerminalSize

	mu               sync.Mutex
	state, last      corev1.ContainerState
	restarts         int32
	done             bool // will not run again
	out, previousOut *output
	stdin            *io.PipeWriter // of the present run, if it has one
	wantsStdin       bool
}

// newContainer takes over what a plain local process can honour of a spec.
func newContainer(pod *corev1.Pod, c corev1.Container, policy corev1.RestartPolicy, dir string, tick time.Duration) (*container, error) {
	dir = filepath.Join(dir, c.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "HOSTNAME=" + pod.Name}
	if c.TTY {
		env = append(env, "TERM=xterm")
	}
	for _, e := range c.Env {
		if e.ValueFrom == nil {
			env = append(env, e.Name+"="+e.Value)
		}
	}
	return &container{
		name: c.Name, image: c.Image, argv: append(append([]string{}, c.Command...), c.Args...), env: env, dir: dir,
		tty: c.TTY, wantsStdin: c.Stdin, stdinOnce: c.StdinOnce, policy: policy, tick: tick,
		resize: make(chan remotecommand.TerminalSize),
		state:  corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}},
		out:    newOutput(),
	}, nil
}

// run returns when the container will not run again.
func (c *container) run(ctx context.Context, procs *processes, changed func()) {
	for {
		l := c.begin()
		changed()
		err := c.once(ctx, procs, l)
		again := c.finish(ctx, err)
		changed()
		if !again {
			return
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return
		}
	}
}

func (c *container) once(ctx context.Context, procs *processes, l launch) error {
	if len(c.argv) > 0 {
		if _, err := exec.LookPath(c.argv[0]); err == nil {
			return procs.run(l)
		}
	}
	// No image is ever pulled, so there may be nothing to run: something that
	// lives and logs stands in for it.
	ticker := time.NewTicker(c.tick)
	defer ticker.Stop()
	for n := 1; ; n++ {
		fmt.Fprintf(l.stdout, "%s tick %d\n", c.name, n)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (c *container) begin() launch {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.Terminated != nil {
		c.last, c.restarts = c.state, c.restarts+1
		c.previousOut, c.out = c.out, newOutput()
	}
	c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
	l := launch{argv: c.argv, dir: c.dir, env: c.env, tty: c.tty, resize: c.resize,
		stdout: c.out.writer(false), stderr: c.out.writer(true)}
	if c.wantsStdin {
		l.stdin, c.stdin = io.Pipe()
	}
	return l
}

func (c *container) finish(ctx context.Context, err error) (again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	code, reason, message := 0, "Completed", ""
	if err != nil {
		code, reason, message = 128, "Error", err.Error()
		var exit utilexec.CodeExitError
		if errors.As(err, &exit) {
			code = exit.Code
		}
	}
	c.state = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: int32(code), Reason: reason, Message: message, StartedAt: c.state.Running.StartedAt, FinishedAt: now(),
	}}
	c.out.end()
	if c.stdin != nil {
		c.stdin.CloseWithError(io.ErrClosedPipe)
		c.stdin = nil
	}
	again = ctx.Err() == nil && (c.policy == corev1.RestartPolicyAlways || c.policy == corev1.RestartPolicyOnFailure && code != 0)
	c.done = !again
	return again
}

// attach joins a client to the container's own process.
func (c *container) attach(ctx context.Context, in io.Reader, out, errOut io.Writer, resize <-chan remotecommand.TerminalSize) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.mu.Lock()
	shown, stdin, running := c.out, c.stdin, c.state.Running != nil
	c.mu.Unlock()
	if !running {
		return fmt.Errorf("container %q is not running", c.name)
	}
	// Before any of its input comes: what that makes the process print is this client's.
	from := shown.position()
	if in != nil && stdin != nil {
		go func() {
			io.Copy(stdin, in)
			if c.stdinOnce {
				stdin.Close()
			}
			io.Copy(io.Discard, in)
		}()
	} else if in != nil {
		go io.Copy(io.Discard, in)
	}
	if resize != nil {
		go c.forwardResize(ctx, resize)
	}
	return shown.follow(ctx, from, func(pieces []piece) error {
		for _, p := range pieces {
			to := out
			if p.stderr {
				to = errOut
			}
			if to == nil {
				continue
			}
			if _, err := to.Write(p.data); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *container) forwardResize(ctx context.Context, resize <-chan remotecommand.TerminalSize) {
	for {
		select {
		case size, ok := <-resize:
			if !ok {
				return
			}
			if !c.tty {
				continue
			}
			select {
			case c.resize <- size:
			case <-ctx.Done():
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (c *container) log(previous bool) *output {
	c.mu.Lock()
	defer c.mu.Unlock()
	if previous {
		return c.previousOut
	}
	return c.out
}

func (c *container) status(id string) corev1.ContainerStatus {
	c.mu.Lock()
	defer c.mu.Unlock()
	running := c.state.Running != nil
	return corev1.ContainerStatus{
		Name: c.name, Image: c.image, ImageID: "local://none", ContainerID: fmt.Sprintf("local://%s-%s-%d", id, c.name, c.restarts),
		State: c.state, LastTerminationState: c.last, RestartCount: c.restarts, Ready: running, Started: &running,
	}
}

func (c *container) outcome() (done bool, code int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.Terminated != nil {
		code = c.state.Terminated.ExitCode
	}
	return c.done, code
}

// now has whole seconds, as the API keeps no more: with a fraction, what is
// read back differs from what was written.
func now() metav1.Time { return metav1.Now().Rfc3339Copy() }
