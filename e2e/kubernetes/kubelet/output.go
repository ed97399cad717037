package main

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"
)

// maxOutput bounds what one run of a container keeps in memory.
const maxOutput = 16 << 20

// piece is at most one line of a container's output.
type piece struct {
	at     time.Time
	stderr bool
	starts bool // a line starts here
	data   []byte
}

// output keeps what one run of a container wrote; many can read and follow it.
type output struct {
	mu      sync.Mutex
	pieces  []piece
	dropped int // how many pieces were forgotten in front
	size    int
	midLine [2]bool
	more    chan struct{} // closed and replaced whenever something was added
	ended   bool
}

func newOutput() *output { return &output{more: make(chan struct{})} }

type outputWriter struct {
	*output
	stderr bool
}

func (o *output) writer(stderr bool) io.Writer { return outputWriter{o, stderr} }

func (w outputWriter) Write(b []byte) (int, error) {
	o, now := w.output, time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	stream := 0
	if w.stderr {
		stream = 1
	}
	for _, line := range bytes.SplitAfter(bytes.Clone(b), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		o.pieces = append(o.pieces, piece{now, w.stderr, !o.midLine[stream], line})
		o.midLine[stream] = line[len(line)-1] != '\n'
		o.size += len(line)
	}
	for o.size > maxOutput && len(o.pieces) > 1 {
		o.size -= len(o.pieces[0].data)
		o.pieces = o.pieces[1:]
		o.dropped++
	}
	close(o.more)
	o.more = make(chan struct{})
	return len(b), nil
}

func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	close(o.more)
	o.more = make(chan struct{})
}

// position is where output that is still to come will start.
func (o *output) position() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped + len(o.pieces)
}

// from returns what there is at a position, the next position, and how to
// learn of more; a nil channel says that there will be none.
func (o *output) from(position int) ([]piece, int, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	pieces := o.pieces[max(position-o.dropped, 0):]
	if o.ended {
		return pieces, o.dropped + len(o.pieces), nil
	}
	return pieces, o.dropped + len(o.pieces), o.more
}

// follow hands every piece from a position on to each, until the output ends,
// each fails, or nobody wants it any more.
func (o *output) follow(ctx context.Context, position int, each func([]piece) error) error {
	for {
		pieces, next, more := o.from(position)
		if len(pieces) > 0 {
			if err := each(pieces); err != nil {
				return err
			}
		}
		if more == nil {
			return nil
		}
		position = next
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// logQuery is what a client wants to see of a log.
type logQuery struct {
	follow, timestamps bool
	tail               int64 // -1: all lines
	limit              int64 // -1: all bytes
	since              time.Time
	stream             string // Stdout, Stderr; else both
}

func (q logQuery) wants(p piece) bool {
	return !p.at.Before(q.since) && !(q.stream == "Stdout" && p.stderr) && !(q.stream == "Stderr" && !p.stderr)
}

// writeLog writes the log as a kubelet does.
func (o *output) writeLog(ctx context.Context, w io.Writer, flush func(), q logQuery) error {
	start := 0
	if q.tail >= 0 {
		pieces, next, _ := o.from(0)
		start = next
		for lines := int64(0); lines < q.tail && len(pieces) > 0; pieces = pieces[:len(pieces)-1] {
			start--
			if p := pieces[len(pieces)-1]; p.starts && q.wants(p) {
				lines++
			}
		}
	}
	left := q.limit
	write := func(b []byte) error {
		if q.limit >= 0 && int64(len(b)) > left {
			b = b[:left]
		}
		left -= int64(len(b))
		if _, err := w.Write(b); err != nil {
			return err
		}
		if q.limit >= 0 && left == 0 {
			return io.EOF
		}
		return nil
	}
	some := func(pieces []piece) error {
		defer flush()
		for _, p := range pieces {
			if !q.wants(p) {
				continue
			}
			line := p.data
			if q.timestamps && p.starts {
				line = append([]byte(p.at.UTC().Format("2006-01-02T15:04:05.000000000Z07:00 ")), line...)
			}
			if err := write(line); err != nil {
				return err
			}
		}
		return nil
	}
	if q.follow {
		return o.follow(ctx, start, some)
	}
	pieces, _, _ := o.from(start)
	return some(pieces)
}
