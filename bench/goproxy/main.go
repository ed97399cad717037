// The yardstick: Go's own reverse proxy, with enough idle connections.
package main

import (
	"flag"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:19410", "where to listen")
	upstream := flag.String("upstream", "http://127.0.0.1:19400", "where requests go")
	flag.Parse()
	target, err := url.Parse(*upstream)
	if err != nil {
		log.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 512, 512
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = transport
	log.Fatal(http.ListenAndServe(*listen, proxy))
}
