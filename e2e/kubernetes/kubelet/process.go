package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// launch says what to run and where its streams go; nil streams are not wired.
type launch struct {
	argv           []string
	dir            string
	env            []string
	stdin          io.Reader
	stdout, stderr io.Writer
	tty            bool
	size           remotecommand.TerminalSize // of a tty, at its start
	resize         <-chan remotecommand.TerminalSize
}

// processes are the local processes of one pod, so that they end with it.
type processes struct {
	mu     sync.Mutex
	leader map[int]struct{} // process group leaders, not yet waited for
	closed bool
}

var errPodStopped = errors.New("the pod is being stopped")

// run starts a process, feeds it, and returns when it has ended and all that
// it wrote was handed on. A bad exit is a utilexec.CodeExitError.
func (p *processes) run(l launch) error {
	cmd := exec.Command(l.argv[0], l.argv[1:]...)
	cmd.Dir, cmd.Env = l.dir, l.env
	var copied func()
	var err error
	if l.tty {
		copied, err = p.startTerminal(cmd, l)
	} else {
		copied, err = p.startPipes(cmd, l)
	}
	if err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
			return utilexec.CodeExitError{Err: err, Code: 127}
		}
		return err
	}
	copied()
	err = cmd.Wait()
	p.forget(cmd)
	return exitError(err)
}

// start starts cmd unless the pod is on its way out.
func (p *processes) start(cmd *exec.Cmd, start func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errPodStopped
	}
	if err := start(); err != nil {
		return err
	}
	if p.leader == nil {
		p.leader = map[int]struct{}{}
	}
	p.leader[cmd.Process.Pid] = struct{}{}
	return nil
}

func (p *processes) forget(cmd *exec.Cmd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.leader, cmd.Process.Pid)
}

// startPipes never sets cmd.Stdin: Wait would then wait for the client, who
// may well keep its end open after the process is gone.
func (p *processes) startPipes(cmd *exec.Cmd, l launch) (copied func(), err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var in io.WriteCloser
	var out, errOut io.ReadCloser
	if l.stdin != nil {
		if in, err = cmd.StdinPipe(); err != nil {
			return nil, err
		}
	}
	if l.stdout != nil {
		if out, err = cmd.StdoutPipe(); err != nil {
			return nil, err
		}
	}
	if l.stderr != nil {
		if errOut, err = cmd.StderrPipe(); err != nil {
			return nil, err
		}
	}
	if err := p.start(cmd, cmd.Start); err != nil {
		return nil, err
	}
	if in != nil {
		go func() {
			io.Copy(in, l.stdin)
			in.Close()
			// What a process no longer reads must not block the connection.
			io.Copy(io.Discard, l.stdin)
		}()
	}
	var copies sync.WaitGroup
	handOn := func(to io.Writer, from io.ReadCloser) {
		if from == nil {
			return
		}
		copies.Go(func() {
			io.Copy(to, from)
			from.Close() // a reader that left ends the writer by SIGPIPE
		})
	}
	handOn(l.stdout, out)
	handOn(l.stderr, errOut)
	return copies.Wait, nil
}

func (p *processes) startTerminal(cmd *exec.Cmd, l launch) (copied func(), err error) {
	var terminal *os.File
	err = p.start(cmd, func() (err error) {
		terminal, err = pty.StartWithSize(cmd, winsize(l.size))
		return err
	})
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case size, ok := <-l.resize:
				if !ok {
					return
				}
				pty.Setsize(terminal, winsize(size))
			case <-ended:
				return
			}
		}
	}()
	if l.stdin != nil {
		go func() {
			io.Copy(terminal, l.stdin)
			terminal.Write([]byte{4}) // end of transmission: a terminal has no other end
			io.Copy(io.Discard, l.stdin)
		}()
	}
	return func() {
		var out io.Writer = io.Discard
		if l.stdout != nil {
			out = l.stdout
		}
		io.Copy(out, terminal) // ends with EIO when the last process has left the terminal
		close(ended)
		terminal.Close() // hangs up whatever is left when the client went first
	}, nil
}

// stop ends every process: asks first, and insists after the grace.
func (p *processes) stop(grace time.Duration) {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	for sig := syscall.SIGTERM; p.signal(sig) > 0; {
		select {
		case <-ctx.Done():
			p.signal(syscall.SIGKILL)
			return
		case <-time.After(20 * time.Millisecond):
			sig = 0 // only looks whether any is left
		}
	}
}

func (p *processes) signal(sig syscall.Signal) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for pid := range p.leader {
		syscall.Kill(-pid, sig)
	}
	return len(p.leader)
}

func winsize(s remotecommand.TerminalSize) *pty.Winsize {
	if s.Width == 0 || s.Height == 0 {
		return &pty.Winsize{Rows: 24, Cols: 80}
	}
	return &pty.Winsize{Rows: s.Height, Cols: s.Width}
}

// exitError gives a process' end the form that the streaming library turns
// into an exit code at the client.
func exitError(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	code := exit.ExitCode()
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	return utilexec.CodeExitError{Err: err, Code: code}
}
