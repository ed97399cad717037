// Moves a large body down and one up at the same time, to readers that are slow.
//
//	bodies [-megabytes N] [-rate N] [-header H] NAME=URL
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"sync"

	"gatehouse.io/bench/wire"
)

const million = 1_000_000

func main() {
	megabytes := flag.Int64("megabytes", 1000, "how much each way")
	rate := flag.Int64("rate", 25, "megabytes a second that a reader takes")
	header := flag.String("header", "", "a header for every request")
	flag.Parse()
	way := wire.ParseWays(flag.Args(), *header)[0]
	size := *megabytes * million
	download := way.Request("GET", fmt.Sprintf("/source?bytes=%d", size), nil)
	upload := way.Request("POST", fmt.Sprintf("/sink?bytes=%d&rate=%d", size, *rate*million),
		io.LimitReader(wire.Zeros{}, size))
	var group sync.WaitGroup
	group.Add(2)
	go func() {
		defer group.Done()
		move(way, download, size, *rate*million)
	}()
	go func() {
		defer group.Done()
		move(way, upload, 1, 0)
	}()
	group.Wait()
}

// move sends a request, and reads an answer of exactly that size.
func move(way wire.Way, request *http.Request, size, rate int64) {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		log.Fatal(wire.Unexpected(way, answer))
	}
	defer answer.Body.Close()
	if err := wire.Drain(answer.Body, size, rate); err != nil {
		log.Fatalf("%s: the answer was cut: %v", way.Name, err)
	}
	if more, err := io.Copy(io.Discard, answer.Body); more > 0 || err != nil {
		log.Fatalf("%s: %d bytes too many: %v", way.Name, more, err)
	}
}
