// Package wire holds what the programs share: ways to the upstream, upgraded
// connections, bytes, and what becomes of many times.
package wire

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
)

const protocol = "SPDY/3.1"

// Way is one of the ways to the upstream that are compared.
type Way struct {
	Name   string
	URL    *url.URL
	header string
}

// ParseWays reads NAME=URL. Every request gets the header, if there is one.
func ParseWays(arguments []string, header string) []Way {
	var ways []Way
	for _, argument := range arguments {
		name, text, _ := strings.Cut(argument, "=")
		address, err := url.Parse(text)
		if err != nil || address.Host == "" {
			log.Fatalf("expected NAME=URL, not %s", argument)
		}
		ways = append(ways, Way{name, address, header})
	}
	if len(ways) == 0 {
		log.Fatal("expected NAME=URL")
	}
	return ways
}

// Request makes one for a path at the upstream.
func (way Way) Request(method, path string, body io.Reader) *http.Request {
	request, err := http.NewRequest(method, way.URL.String()+path, body)
	if err != nil {
		log.Fatal(err)
	}
	if name, value, found := strings.Cut(way.header, ": "); found {
		request.Header.Set(name, value)
	}
	return request
}

// Dial connects to where the way begins.
func (way Way) Dial() (net.Conn, *bufio.Reader, error) {
	connection, err := net.Dial("tcp", way.URL.Host)
	if err != nil {
		return nil, nil, err
	}
	return connection, bufio.NewReader(connection), nil
}

// Upgrade opens a tunnel to a path at the upstream, as kubectl does.
func (way Way) Upgrade(path string) (net.Conn, *bufio.Reader, error) {
	connection, reader, err := way.Dial()
	if err != nil {
		return nil, nil, err
	}
	request := way.Request("POST", path, nil)
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", protocol)
	if err := request.Write(connection); err != nil {
		connection.Close()
		return nil, nil, err
	}
	answer, err := http.ReadResponse(reader, request)
	if err == nil && answer.StatusCode != http.StatusSwitchingProtocols {
		err = Unexpected(way, answer)
	}
	if err != nil {
		connection.Close()
		return nil, nil, err
	}
	return connection, reader, nil
}

// Unexpected says what came instead, and closes it.
func Unexpected(way Way, answer *http.Response) error {
	defer answer.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
	return fmt.Errorf("%s: %s %s", way.URL, answer.Status, body)
}

// AcceptUpgrade is the upstream's side of Upgrade.
func AcceptUpgrade(answer http.ResponseWriter) (net.Conn, *bufio.Reader, error) {
	connection, buffered, err := answer.(http.Hijacker).Hijack()
	if err != nil {
		return nil, nil, err
	}
	_, err = fmt.Fprintf(connection,
		"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", protocol)
	return connection, buffered.Reader, err
}
