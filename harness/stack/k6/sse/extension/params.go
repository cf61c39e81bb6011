package extension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/lib/types"
)

type params struct {
	method  string
	body    string
	headers map[string]string
	tags    sobek.Value
	// Of the whole stream; 0: none.
	timeout time.Duration
}

// What stands behind the address: a function, or params and a function.
func argumentsIn(rt *sobek.Runtime, rest []sobek.Value) (params, sobek.Callable, error) {
	told := params{method: http.MethodGet}
	if len(rest) != 1 && len(rest) != 2 {
		return told, nil, errors.New("sse.open takes an address, params if there are any, and a function")
	}
	setUp, isFunction := sobek.AssertFunction(rest[len(rest)-1])
	if !isFunction {
		return told, nil, errors.New("the last that sse.open takes must be a function")
	}
	if len(rest) == 1 || isNothing(rest[0]) {
		return told, setUp, nil
	}
	object := rest[0].ToObject(rt)
	for _, name := range object.Keys() {
		value := object.Get(name)
		if isNothing(value) {
			continue
		}
		switch name {
		case "method":
			told.method = strings.ToUpper(value.String())
		case "body":
			told.body = value.String()
		case "headers":
			told.headers = map[string]string{}
			headers := value.ToObject(rt)
			for _, header := range headers.Keys() {
				told.headers[header] = headers.Get(header).String()
			}
		case "tags":
			told.tags = value
		case "timeout":
			timeout, err := types.GetDurationValue(value.Export())
			if err != nil {
				return told, nil, fmt.Errorf("the timeout of sse.open: %w", err)
			}
			told.timeout = timeout
		default:
			return told, nil, fmt.Errorf("sse.open knows body, headers, method, tags and timeout, not %s", name)
		}
	}
	return told, setUp, nil
}

func isNothing(value sobek.Value) bool {
	return value == nil || sobek.IsUndefined(value) || sobek.IsNull(value)
}

func (p *params) request(ctx context.Context, url, userAgent string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, p.method, url, strings.NewReader(p.body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("User-Agent", userAgent)
	for name, value := range p.headers {
		request.Header.Set(name, value)
	}
	return request, nil
}
