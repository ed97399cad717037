// Measures how much an upgraded connection carries.
//
//	tunnel serve   -listen ADDRESS
//	tunnel measure [-megabytes N] [-rounds N] [-header H] NAME=URL...
//
// The upstream switches protocols with a 101. On /source it then writes as many
// bytes as were asked for; on /sink it reads them and answers one byte. The
// ways are taken in turn, and the median of the rounds counts.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

const protocol = "SPDY/3.1"

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
	log.Fatal(http.ListenAndServe(*listen, http.HandlerFunc(answer)))
}

func answer(answer http.ResponseWriter, request *http.Request) {
	if request.Header.Get("Upgrade") == "" {
		return // 200: it is up
	}
	size, _ := strconv.ParseInt(request.URL.Query().Get("bytes"), 10, 64)
	connection, buffered, err := answer.(http.Hijacker).Hijack()
	if err != nil {
		log.Print(err)
		return
	}
	defer connection.Close()
	fmt.Fprintf(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", protocol)
	if strings.HasSuffix(request.URL.Path, "/sink") {
		if _, err := drain(buffered.Reader, size); err == nil {
			connection.Write([]byte{1})
		}
	} else {
		fill(connection, size)
	}
	io.Copy(io.Discard, connection) // the client closes first
}

func measure(arguments []string) {
	flags := flag.NewFlagSet("measure", flag.ExitOnError)
	megabytes := flags.Int64("megabytes", 1000, "how much is sent each time")
	rounds := flags.Int("rounds", 5, "how often")
	header := flags.String("header", "", "a header for every request")
	flags.Parse(arguments)
	var names []string
	ways := map[string]*url.URL{}
	for _, argument := range flags.Args() {
		name, text, _ := strings.Cut(argument, "=")
		way, err := url.Parse(text)
		if err != nil || way.Host == "" {
			log.Fatalf("expected NAME=URL, not %s", argument)
		}
		names, ways[name] = append(names, name), way
	}
	fmt.Printf("%d MB each way, median of %d rounds, MB/s (ratio to %s)\n", *megabytes, *rounds, names[0])
	fmt.Printf("%-18s %18s %18s\n", "through", "download", "upload")
	speeds := map[string][]float64{}
	for range *rounds {
		for _, kind := range []string{"source", "sink"} {
			for _, name := range names {
				speed := transfer(ways[name], kind, *header, *megabytes*1_000_000)
				speeds[name+kind] = append(speeds[name+kind], speed)
			}
		}
	}
	for _, name := range names {
		fmt.Printf("%-18s", name)
		for _, kind := range []string{"source", "sink"} {
			speed := median(speeds[name+kind])
			fmt.Printf("   %8.0f (%.2f)", speed, speed/median(speeds[names[0]+kind]))
		}
		fmt.Println()
	}
}

// transfer moves that many bytes through one tunnel and returns megabytes a second.
func transfer(way *url.URL, kind, header string, size int64) float64 {
	connection, err := net.Dial("tcp", way.Host)
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	if header != "" {
		header += "\r\n"
	}
	fmt.Fprintf(connection,
		"POST %s/%s?bytes=%d HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: %s\r\nContent-Length: 0\r\n%s\r\n",
		way.Path, kind, size, way.Host, protocol, header)
	reader := bufio.NewReaderSize(connection, 64*1024)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		log.Fatal(err)
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
		log.Fatalf("%s: %s %s", way, answer.Status, body)
	}
	begin := time.Now()
	if kind == "sink" {
		err = fill(connection, size)
		size++
		if err == nil {
			_, err = reader.ReadByte()
		}
	} else {
		_, err = drain(reader, size)
	}
	if err != nil {
		log.Fatalf("%s: the tunnel broke: %v", way, err)
	}
	return float64(size) / 1e6 / time.Since(begin).Seconds()
}

// fill and drain go through a buffer of their own: io.Copy would splice inside
// the kernel, which no client of Kubernetes does.
func fill(writer io.Writer, size int64) error {
	buffer := make([]byte, 64*1024)
	for size > 0 {
		n, err := writer.Write(buffer[:min(size, int64(len(buffer)))])
		if err != nil {
			return err
		}
		size -= int64(n)
	}
	return nil
}

func drain(reader io.Reader, size int64) (int64, error) {
	buffer := make([]byte, 64*1024)
	var read int64
	for read < size {
		n, err := reader.Read(buffer[:min(size-read, int64(len(buffer)))])
		read += int64(n)
		if err != nil && read < size {
			return read, err
		}
	}
	return read, nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
