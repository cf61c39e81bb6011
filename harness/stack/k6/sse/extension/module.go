// Package extension registers k6/x/sse, by which scripts of k6 read event streams event by event:
//
//	import sse from 'k6/x/sse';
//
//	const response = await sse.open(url, { method: 'POST', headers, body, timeout: '30s' }, (client) => {
//	  client.on('open', () => …);
//	  client.on('event', ({ id, name, data }) => … client.close() …);
//	  client.on('error', (error) => … error.error() …);
//	});
//	response.status, response.error, response.headers, response.url
//
// The words are those of the extension xk6-sse, so that a script can run with either if it awaits what open returns.
// Here open returns a promise, and the virtual user does other things meanwhile; close breaks the connection off, at
// this very event, and nothing that came behind it is told.
package extension

import (
	"errors"

	"github.com/grafana/sobek"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/metrics"
)

func init() {
	modules.Register("k6/x/sse", new(Module))
}

// Module makes an instance for each virtual user.
type Module struct{}

var _ modules.Module = new(Module)

type instance struct {
	vu     modules.VU
	events *metrics.Metric
}

// NewModuleInstance is called by k6, once for each virtual user that imports it.
func (*Module) NewModuleInstance(vu modules.VU) modules.Instance {
	events, err := vu.InitEnv().Registry.NewMetric("sse_event", metrics.Counter)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &instance{vu, events}
}

func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"open": i.open}}
}

var errInit = common.NewInitContextError("sse.open asks a server: call it in the function of the iteration, not while the script is loaded")

// Asks, and reads what comes until the end, or until the script closes it. @returns a promise of a Response, which is
// never rejected: what went wrong stands in it, and was told to the handlers of 'error'.
func (i *instance) open(url string, rest ...sobek.Value) (*sobek.Promise, error) {
	state, rt := i.vu.State(), i.vu.Runtime()
	if state == nil {
		return nil, errInit
	}
	params, setUp, err := argumentsIn(rt, rest)
	if err != nil {
		return nil, err
	}
	tags := state.Tags.GetCurrentValues()
	if err := common.ApplyCustomUserTags(rt, &tags, params.tags); err != nil {
		return nil, err
	}
	request, err := params.request(i.vu.Context(), url, state.Options.UserAgent.String)
	if err != nil {
		return nil, err
	}
	promise, resolve, _ := rt.NewPromise()
	stream := newStream(i.vu, request, tags, i.events, params.timeout)
	client := &Client{stream}
	if _, err := setUp(sobek.Undefined(), rt.ToValue(client)); err != nil {
		return nil, err
	}
	stream.begin(resolve)
	return promise, nil
}

// Client is what scripts have of a stream.
type Client struct {
	stream *stream
}

// On has a handler called at each event of that name: open, event or error.
func (c *Client) On(name string, handler sobek.Value) error {
	call, isFunction := sobek.AssertFunction(handler)
	if !isFunction {
		return errors.New("client.on takes a function")
	}
	switch name {
	case "open", "event", "error":
		c.stream.handlers[name] = append(c.stream.handlers[name], call)
		return nil
	default:
		return errors.New("client.on knows open, event and error, not " + name)
	}
}

// Close breaks the connection off. Nothing is told after it; what open returned is resolved.
func (c *Client) Close() {
	c.stream.close()
}
