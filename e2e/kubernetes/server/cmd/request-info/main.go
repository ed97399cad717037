// Command request-info says what kube-apiserver's own RequestInfoFactory makes
// of requests, so that another reading of them can be compared.
//
// Each line of the input is a method, a space, and the request target in
// base64, as a target may hold any byte. Each line of the output is a JSON
// object: either {"error":…}, or the attributes, each in base64 for the same
// reason.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/klog/v2"
)

type answer struct {
	Error string `json:"error,omitempty"`
	*attributes
}

type attributes struct {
	ResourceRequest bool   `json:"resourceRequest"`
	Verb            []byte `json:"verb"`
	APIGroup        []byte `json:"apiGroup"`
	APIVersion      []byte `json:"apiVersion"`
	Namespace       []byte `json:"namespace"`
	Resource        []byte `json:"resource"`
	Subresource     []byte `json:"subresource"`
	Name            []byte `json:"name"`
	Path            []byte `json:"path"`
	FieldSelector   []byte `json:"fieldSelector"`
	LabelSelector   []byte `json:"labelSelector"`
}

// The prefixes that kube-apiserver gives its own factory.
var factory = request.RequestInfoFactory{
	APIPrefixes:          sets.NewString("api", "apis"),
	GrouplessAPIPrefixes: sets.NewString("api"),
}

func read(line string) answer {
	method, encoded, _ := strings.Cut(line, " ")
	target, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return answer{Error: err.Error()}
	}
	// The reader that net/http's server has, so that its parsing of the target takes part.
	head := method + " " + string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
	asked, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
	if err != nil {
		return answer{Error: err.Error()}
	}
	info, err := factory.NewRequestInfo(asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{attributes: &attributes{
		ResourceRequest: info.IsResourceRequest,
		Verb:            []byte(info.Verb),
		APIGroup:        []byte(info.APIGroup),
		APIVersion:      []byte(info.APIVersion),
		Namespace:       []byte(info.Namespace),
		Resource:        []byte(info.Resource),
		Subresource:     []byte(info.Subresource),
		Name:            []byte(info.Name),
		Path:            []byte(info.Path),
		FieldSelector:   []byte(info.FieldSelector),
		LabelSelector:   []byte(info.LabelSelector),
	}}
}

func run() error {
	klog.SetLogger(klog.New(nil)) // it would log each query that does not decode
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	buffered := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(buffered)
	for lines.Scan() {
		if err := answers.Encode(read(lines.Text())); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return buffered.Flush()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "request-info:", err)
		os.Exit(1)
	}
}
