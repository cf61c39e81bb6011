package extension

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"github.com/mstoykov/k6-taskqueue-lib/taskqueue"
	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/metrics"

	"holdfast/harness/stack/k6/sse/eventstream"
)

const (
	pieceSize = 32 * 1024
	// So much of an answer that is no stream is told.
	refusalSize = 500
)

// Response is what sse.open resolves to.
type Response struct {
	URL string
	// Of HTTP; 0: no answer came.
	Status  int
	Headers map[string]string
	// Why it ended otherwise than by its end or by the script; empty: it did not.
	Error string
}

// One connection. A goroutine reads; whatever calls into the script, and `closed`, belongs to the event loop. It reads
// no further before the script has seen what came.
type stream struct {
	vu modules.VU
	// Of the iteration.
	ctx      context.Context
	request  *http.Request
	timeout  time.Duration
	handlers map[string][]sobek.Callable
	tags     metrics.TagsAndMeta
	events   *metrics.Metric
	queue    *taskqueue.TaskQueue
	response Response

	closed bool
	cancel func()
}

func newStream(vu modules.VU, request *http.Request, tags metrics.TagsAndMeta, events *metrics.Metric, timeout time.Duration) *stream {
	options := vu.State().Options
	tags.SetSystemTagOrMetaIfEnabled(options.SystemTags, metrics.TagURL, request.URL.String())
	tags.SetSystemTagOrMetaIfEnabled(options.SystemTags, metrics.TagMethod, request.Method)
	s := &stream{
		vu:       vu,
		ctx:      request.Context(),
		timeout:  timeout,
		handlers: map[string][]sobek.Callable{},
		tags:     tags,
		events:   events,
		response: Response{URL: request.URL.String(), Headers: map[string]string{}},
	}
	limit := s.ctx
	stop := func() {}
	if timeout > 0 {
		limit, stop = context.WithTimeoutCause(limit, timeout, errTimeout)
	}
	ctx, cancel := context.WithCancel(limit)
	s.cancel = func() { cancel(); stop() }
	s.request = request.WithContext(ctx)
	return s
}

var errTimeout = errors.New("it took longer than its timeout")

// On the event loop: the end is told by resolve.
func (s *stream) begin(resolve func(any) error) {
	s.queue = taskqueue.New(s.vu.RegisterCallback)
	go func() {
		err := s.read()
		s.queue.Queue(func() error {
			defer s.queue.Close()
			defer s.cancel()
			told := s.tell(err)
			s.closed = true
			return errors.Join(told, resolve(&s.response))
		})
	}()
}

// On the event loop. What the script closed itself is no error.
func (s *stream) tell(err error) error {
	if err == nil || s.closed {
		return nil
	}
	if cause := context.Cause(s.request.Context()); cause == errTimeout {
		err = fmt.Errorf("%w of %s", errTimeout, s.timeout)
	}
	s.response.Error = err.Error()
	return s.call("error", err)
}

func (s *stream) close() {
	s.closed = true
	s.cancel()
}

func (s *stream) read() error {
	state := s.vu.State()
	if state.RPSLimit != nil {
		if err := state.RPSLimit.Wait(s.request.Context()); err != nil {
			return err
		}
	}
	client := http.Client{Transport: state.Transport}
	if state.CookieJar != nil {
		client.Jar = state.CookieJar
	}
	answer, err := client.Do(s.request)
	if err != nil {
		s.count(0)
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	s.count(answer.StatusCode)
	s.response.Status = answer.StatusCode
	for name, values := range answer.Header {
		s.response.Headers[name] = strings.Join(values, ", ")
	}
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, refusalSize))
		return fmt.Errorf("status %d, not 200: %s", answer.StatusCode, said)
	}
	s.onLoop(func() error { return s.call("open") })
	return s.readEvents(answer.Body)
}

func (s *stream) readEvents(body io.Reader) error {
	var parser eventstream.Parser
	piece := make([]byte, pieceSize)
	for {
		n, err := body.Read(piece)
		if events := parser.Feed(piece[:n]); len(events) > 0 {
			s.onLoop(func() error { return s.handle(events) })
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// On the event loop. What came in one piece with a close is not told behind it.
func (s *stream) handle(events []eventstream.Event) error {
	told := 0
	defer func() { s.push(s.events, float64(told)) }()
	for at := range events {
		if s.closed {
			return nil
		}
		told++
		if err := s.call("event", &events[at]); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) call(name string, args ...any) error {
	for _, handler := range s.handlers[name] {
		values := make([]sobek.Value, len(args))
		for at, arg := range args {
			values[at] = s.vu.Runtime().ToValue(arg)
		}
		// A script that stumbled reads no more.
		if _, err := handler(sobek.Undefined(), values...); err != nil {
			s.close()
			return err
		}
	}
	return nil
}

// Has the event loop do it, unless the script has closed the stream, and waits for that.
func (s *stream) onLoop(task func() error) {
	done := make(chan struct{})
	s.queue.Queue(func() error {
		defer close(done)
		if s.closed {
			return nil
		}
		return task()
	})
	<-done
}

// A request is counted once, with its head or without. How long a stream lasts is no duration of a request: it would
// stand among latencies, and is none.
func (s *stream) count(status int) {
	state := s.vu.State()
	failed := 0.0
	if status == 0 || status >= http.StatusBadRequest {
		failed = 1
	}
	s.tags.SetSystemTagOrMetaIfEnabled(state.Options.SystemTags, metrics.TagStatus, strconv.Itoa(status))
	s.push(state.BuiltinMetrics.HTTPReqs, 1)
	// One that was broken off before its head came was answered neither well nor badly.
	if status != 0 || s.request.Context().Err() == nil {
		s.push(state.BuiltinMetrics.HTTPReqFailed, failed)
	}
}

func (s *stream) push(metric *metrics.Metric, value float64) {
	metrics.PushIfNotDone(s.ctx, s.vu.State().Samples, metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: metric, Tags: s.tags.Tags},
		Time:       time.Now(),
		Metadata:   s.tags.Metadata,
		Value:      value,
	})
}
