// Holds many streams open, until it is stopped.
//
//	hold [-watches N] [-execs N] [-downloads N] [-uploads N] [-header H] NAME=URL
//
// Watches and execs are silent. Downloads and uploads are of bodies that nobody
// reads, so that every buffer on their way fills. Writes "open" once all are.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"sync"
	"time"

	"gatehouse.io/bench/wire"
)

const (
	watchPath = "/apis/bench/v1/events?watch=true&interval=1h"
	execPath  = "/api/v1/namespaces/default/pods/web/exec?command=sh&stdin=true&stdout=true"
	body      = 1 << 40
	atOnce    = 32
	fill      = 3 * time.Second // until the buffers are full
)

func main() {
	watches := flag.Int("watches", 0, "silent watches")
	execs := flag.Int("execs", 0, "silent tunnels")
	downloads := flag.Int("downloads", 0, "answers that nobody reads")
	uploads := flag.Int("uploads", 0, "requests that nobody reads")
	header := flag.String("header", "", "a header for every request")
	flag.Parse()
	holder := &holder{way: wire.ParseWays(flag.Args(), *header)[0]}
	holder.open(*watches, func() error { return holder.answer(watchPath) })
	holder.open(*execs, holder.exec)
	holder.open(*downloads, func() error { return holder.answer(fmt.Sprintf("/source?bytes=%d", body)) })
	holder.open(*uploads, holder.upload)
	if *downloads+*uploads > 0 {
		time.Sleep(fill)
	}
	fmt.Println("open")
	select {}
}

type holder struct {
	way  wire.Way
	kept sync.Map // connections, which Go would close if nobody had them
}

// open opens that many, some at once.
func (h *holder) open(count int, one func() error) {
	var group sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for range count {
		group.Add(1)
		room <- struct{}{}
		go func() {
			defer group.Done()
			if err := one(); err != nil {
				log.Fatal(err)
			}
			<-room
		}()
	}
	group.Wait()
}

// answer asks on a connection of its own and reads no more than the head.
func (h *holder) answer(path string) error {
	connection, reader, err := h.way.Dial()
	if err != nil {
		return err
	}
	h.kept.Store(connection, true)
	request := h.way.Request("GET", path, nil)
	if err := request.Write(connection); err != nil {
		return err
	}
	answer, err := http.ReadResponse(reader, request)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = wire.Unexpected(h.way, answer)
	}
	return err
}

func (h *holder) exec() error {
	connection, _, err := h.way.Upgrade(execPath)
	h.kept.Store(connection, true)
	return err
}

// upload sends a body of which the upstream reads one buffer a minute.
func (h *holder) upload() error {
	connection, reader, err := h.way.Dial()
	if err != nil {
		return err
	}
	request := h.way.Request("POST", fmt.Sprintf("/sink?bytes=%d&rate=1000", body), wire.Zeros{})
	go func() {
		log.Fatalf("the upload ended: %v", request.Write(connection))
	}()
	go func() {
		answer, err := http.ReadResponse(reader, request)
		if err == nil {
			err = wire.Unexpected(h.way, answer)
		}
		log.Fatal(err)
	}()
	return nil
}
