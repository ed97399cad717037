// Measures how long an event of a watch is under way.
//
//	watch-latency serve   -listen ADDRESS
//	watch-latency measure [-events N] [-streams N] [-header H] NAME=URL...
//
// The upstream sends its head at once, and a line with the time every 50 ms
// from then on. Both ends run on one machine and read one clock.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	interval = 50 * time.Millisecond
	path     = "/apis/bench/v1/events?watch=true"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		serve(os.Args[2:])
	} else if len(os.Args) > 1 && os.Args[1] == "measure" {
		measure(os.Args[2:])
	} else {
		log.Fatal("expected serve or measure")
	}
}

func serve(arguments []string) {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:19400", "where to listen")
	flags.Parse(arguments)
	http.HandleFunc("/apis/", watch)
	http.HandleFunc("/", func(http.ResponseWriter, *http.Request) {}) // 200: it is up
	log.Fatal(http.ListenAndServe(*listen, nil))
}

func watch(answer http.ResponseWriter, request *http.Request) {
	answer.Header().Set("Content-Type", "application/json")
	answer.(http.Flusher).Flush()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-request.Context().Done():
			return
		case <-ticker.C:
			fmt.Fprintln(answer, time.Now().UnixNano())
			answer.(http.Flusher).Flush()
		}
	}
}

func measure(arguments []string) {
	flags := flag.NewFlagSet("measure", flag.ExitOnError)
	events := flags.Int("events", 200, "events a stream")
	streams := flags.Int("streams", 1, "streams at once")
	header := flags.String("header", "", "a header for every request")
	flags.Parse(arguments)
	fmt.Printf("%d streams of %d events, milliseconds\n", *streams, *events)
	fmt.Printf("%-18s %9s %9s %9s %9s\n", "through", "headers", "p50", "p99", "max")
	for _, argument := range flags.Args() {
		name, url, found := strings.Cut(argument, "=")
		if !found {
			log.Fatalf("expected NAME=URL, not %s", argument)
		}
		heads, delays := run(url, *header, *streams, *events)
		fmt.Printf("%-18s %9.2f %9.2f %9.2f %9.2f\n", name,
			at(heads, 1), at(delays, 0.5), at(delays, 0.99), at(delays, 1))
	}
}

// run opens the streams and returns how long each head and each event took.
func run(url, header string, streams, events int) (heads, delays []time.Duration) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var lock sync.Mutex
	var group sync.WaitGroup
	for range streams {
		group.Add(1)
		go func() {
			defer group.Done()
			head, own := stream(client, url, header, events)
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

func stream(client *http.Client, url, header string, events int) (time.Duration, []time.Duration) {
	request, err := http.NewRequest("GET", url+path, nil)
	if err != nil {
		log.Fatal(err)
	}
	if name, value, found := strings.Cut(header, ": "); found {
		request.Header.Set(name, value)
	}
	begin := time.Now()
	answer, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	head := time.Since(begin)
	if answer.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", url, answer.Status)
	}
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
		log.Fatalf("%s: the stream ended after %d events: %v", url, len(delays), lines.Err())
	}
	return head, delays
}

// at is the quantile of sorted durations, in milliseconds.
func at(sorted []time.Duration, quantile float64) float64 {
	return float64(sorted[int(quantile*float64(len(sorted)-1))].Microseconds()) / 1000
}
