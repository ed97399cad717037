// Measures how long an answer takes at a fixed rate.
//
//	latency [-rate N] [-seconds N] [-rounds N] [-header H] [-path P] NAME=URL...
//
// Each connection asks when its turn comes, answered or not: what had to wait
// for a late answer counts from when it was due, so that a stall is seen by all
// the requests that it met. The ways are taken in turn; the medians of the
// rounds count, and what a way adds to the first one in the same round. The
// least of what it adds to p99 is of the round that other programs disturbed least.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"gatehouse.io/bench/wire"
)

const connections = 64

func main() {
	rate := flag.Int("rate", 1000, "requests a second")
	seconds := flag.Int("seconds", 8, "how long a round of one way lasts")
	rounds := flag.Int("rounds", 5, "how often")
	header := flag.String("header", "", "a header for every request")
	path := flag.String("path", "/1k", "what is asked for")
	flag.Parse()
	ways := wire.ParseWays(flag.Args(), *header)
	fmt.Printf("%d requests a second, median of %d rounds of %d s, milliseconds\n", *rate, *rounds, *seconds)
	fmt.Printf("%-18s %9s %9s %9s %10s %9s %9s\n", "through", "p50", "p99", "max", "added: p50", "p99", "least p99")
	results := make([]result, len(ways))
	for range *rounds {
		for i, way := range ways {
			times := run(way, *path, *rate, time.Duration(*seconds)*time.Second)
			results[i].add(times, results[0])
		}
	}
	for i, way := range ways {
		r := results[i]
		fmt.Printf("%-18s %9.2f %9.2f %9.2f %10.2f %9.2f %9.2f\n", way.Name, wire.Median(r.p50), wire.Median(r.p99),
			wire.Median(r.max), wire.Median(r.addedP50), wire.Median(r.addedP99), slices.Min(r.addedP99))
	}
}

// result holds a value a round.
type result struct {
	p50, p99, max, addedP50, addedP99 []float64
}

func (r *result) add(times []time.Duration, first result) {
	r.p50 = append(r.p50, wire.At(times, 0.5))
	r.p99 = append(r.p99, wire.At(times, 0.99))
	r.max = append(r.max, wire.At(times, 1))
	round := len(r.p50) - 1
	if len(first.p50) == round {
		first = *r // it is the first itself
	}
	r.addedP50 = append(r.addedP50, r.p50[round]-first.p50[round])
	r.addedP99 = append(r.addedP99, r.p99[round]-first.p99[round])
}

// run asks at the rate and returns how long each answer took, sorted.
func run(way wire.Way, path string, rate int, duration time.Duration) []time.Duration {
	var lock sync.Mutex
	var group sync.WaitGroup
	var times []time.Duration
	begin := time.Now().Add(100 * time.Millisecond)
	interval := time.Second * connections / time.Duration(rate)
	for i := range connections {
		group.Add(1)
		go func() {
			defer group.Done()
			first := begin.Add(interval * time.Duration(i) / connections)
			own := ask(way, path, first, interval, begin.Add(duration))
			lock.Lock()
			defer lock.Unlock()
			times = append(times, own...)
		}()
	}
	group.Wait()
	slices.Sort(times)
	return times
}

// ask uses one connection, from first until end.
func ask(way wire.Way, path string, first time.Time, interval time.Duration, end time.Time) []time.Duration {
	connection, reader, err := way.Dial()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	request := way.Request("GET", path, nil)
	var times []time.Duration
	for due := first; due.Before(end); due = due.Add(interval) {
		counted := due
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
			counted = time.Now() // a timer that is late is none of the server's
		}
		if err := exchange(connection, reader, request); err != nil {
			log.Fatalf("%s: %v", way.Name, err)
		}
		times = append(times, time.Since(counted))
	}
	return times
}

func exchange(connection net.Conn, reader *bufio.Reader, request *http.Request) error {
	if err := request.Write(connection); err != nil {
		return err
	}
	answer, err := http.ReadResponse(reader, request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
