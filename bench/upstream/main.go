// The upstream of what lasts: watches, tunnels and bodies.
//
//	upstream -listen ADDRESS
//
//	/apis/…        a watch: its head at once, and a line with the time every
//	               50 ms from then on, or as often as ?interval= says
//	/source        a body of ?bytes=
//	/sink          reads ?bytes=, at most ?rate= a second, and answers one byte
//	anything else  200
//
// A request that wants to switch protocols gets a 101, and then the same on
// /source and /sink; on any other path the tunnel is silent until it is closed.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gatehouse.io/bench/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:19400", "where to listen")
	flag.Parse()
	log.Fatal(http.ListenAndServe(*listen, http.HandlerFunc(answer)))
}

func answer(answer http.ResponseWriter, request *http.Request) {
	switch {
	case request.Header.Get("Upgrade") != "":
		tunnel(answer, request)
	case strings.HasPrefix(request.URL.Path, "/apis/"):
		watch(answer, request)
	default:
		move(answer, request.Body, request.URL)
	}
}

func watch(answer http.ResponseWriter, request *http.Request) {
	interval, err := time.ParseDuration(request.URL.Query().Get("interval"))
	if err != nil {
		interval = 50 * time.Millisecond
	}
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

func tunnel(answer http.ResponseWriter, request *http.Request) {
	connection, reader, err := wire.AcceptUpgrade(answer)
	if err != nil {
		log.Print(err)
		return
	}
	defer connection.Close()
	move(connection, reader, request.URL)
	io.Copy(io.Discard, reader) // the client closes first
}

func move(writer io.Writer, reader io.Reader, asked *url.URL) {
	size, _ := strconv.ParseInt(asked.Query().Get("bytes"), 10, 64)
	rate, _ := strconv.ParseInt(asked.Query().Get("rate"), 10, 64)
	if strings.HasSuffix(asked.Path, "/source") {
		wire.Fill(writer, size)
	} else if strings.HasSuffix(asked.Path, "/sink") && wire.Drain(reader, size, rate) == nil {
		writer.Write([]byte{1})
	}
}
