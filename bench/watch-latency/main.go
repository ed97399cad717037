// Measures how long an event of a watch is under way.
//
//	watch-latency [-events N] [-streams N] [-header H] NAME=URL...
//
// The upstream sends a line with the time every 50 ms. Both ends run on one
// machine and read one clock.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"gatehouse.io/bench/wire"
)

const path = "/apis/bench/v1/events?watch=true"

func main() {
	events := flag.Int("events", 200, "events a stream")
	streams := flag.Int("streams", 1, "streams at once")
	header := flag.String("header", "", "a header for every request")
	flag.Parse()
	fmt.Printf("%d streams of %d events, milliseconds\n", *streams, *events)
	fmt.Printf("%-18s %9s %9s %9s %9s\n", "through", "headers", "p50", "p99", "max")
	for _, way := range wire.ParseWays(flag.Args(), *header) {
		heads, delays := run(way, *streams, *events)
		fmt.Printf("%-18s %9.2f %9.2f %9.2f %9.2f\n", way.Name,
			wire.At(heads, 1), wire.At(delays, 0.5), wire.At(delays, 0.99), wire.At(delays, 1))
	}
}

// run opens the streams and returns how long each head and each event took.
func run(way wire.Way, streams, events int) (heads, delays []time.Duration) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var lock sync.Mutex
	var group sync.WaitGroup
	for range streams {
		group.Add(1)
		go func() {
			defer group.Done()
			head, own := stream(client, way, events)
			lock.Lock()
			defer lock.Unlock()
			heads, delays = append(heads, head), append(delays, own...)
		}()
	}
	group.Wait()
	slices.Sort(heads)
	slices.Sort(delays)
	return heads, delays
}

func stream(client *http.Client, way wire.Way, events int) (time.Duration, []time.Duration) {
	begin := time.Now()
	answer, err := client.Do(way.Request("GET", path, nil))
	if err != nil {
		log.Fatal(err)
	}
	head := time.Since(begin)
	if answer.StatusCode != http.StatusOK {
		log.Fatal(wire.Unexpected(way, answer))
	}
	defer answer.Body.Close()
	var delays []time.Duration
	lines := bufio.NewScanner(answer.Body)
	for len(delays) < events && lines.Scan() {
		now := time.Now().UnixNano()
		sent, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			log.Fatal(err)
		}
		delays = append(delays, time.Duration(now-sent))
	}
	if len(delays) < events {
		log.Fatalf("%s: the stream ended after %d events: %v", way.URL, len(delays), lines.Err())
	}
	return head, delays
}
