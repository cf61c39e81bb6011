package extension

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.k6.io/k6/js/modulestest"
	"go.k6.io/k6/lib"
	"go.k6.io/k6/metrics"
	"gopkg.in/guregu/null.v3"
)

// What a test may take at the very most.
const patience = 30 * time.Second

// A virtual user with `sse`, `url` and `say`, which notes a word and hands it to the server's side of the test.
type user struct {
	*modulestest.Runtime
	words   []string
	said    chan string
	samples chan metrics.SampleContainer
}

func newUser(t *testing.T, serve http.HandlerFunc) *user {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	u := &user{modulestest.NewRuntime(t), nil, make(chan string, 100), make(chan metrics.SampleContainer, 100)}
	set := func(name string, value any) {
		if err := u.VU.Runtime().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	made, _ := new(Module).NewModuleInstance(u.VU).Exports().Default.(map[string]any)
	set("sse", made)
	set("url", server.URL)
	set("say", func(word string) {
		u.words = append(u.words, word)
		u.said <- word
	})
	registry := u.VU.InitEnvField.Registry
	u.MoveToVUContext(&lib.State{
		Options:        lib.Options{SystemTags: &metrics.DefaultSystemTagSet, UserAgent: null.StringFrom("test")},
		Transport:      &http.Transport{DisableCompression: true},
		BuiltinMetrics: u.BuiltinMetrics,
		Samples:        u.samples,
		Tags:           lib.NewVUStateTags(registry.RootTagSet()),
	})
	return u
}

// Reads a stream and says each event, and the response in the end.
const reads = `
	sse.open(url, PARAMS, (client) => {
		client.on('open', () => say('open'));
		client.on('event', ({ id, name, data }) => { say([id, name, data].join('|')); if (data === 'last') client.close(); });
		client.on('error', (error) => say('error: ' + error.error()));
	}).then(({ status, error }) => say(['end', status, error].join('|')));`

func (u *user) run(t *testing.T, params string) {
	t.Helper()
	if _, err := u.RunOnEventLoop(strings.Replace(reads, "PARAMS", params, 1)); err != nil {
		t.Fatal(err)
	}
}

func (u *user) expect(t *testing.T, words ...string) {
	t.Helper()
	if got, want := strings.Join(u.words, "\n"), strings.Join(words, "\n"); got != want {
		t.Errorf("said\n%s\nand not\n%s", got, want)
	}
}

func (u *user) counted(name string) (sum float64) {
	for {
		select {
		case container := <-u.samples:
			for _, sample := range container.GetSamples() {
				if sample.Metric.Name == name {
					sum += sample.Value
				}
			}
		default:
			return sum
		}
	}
}

func send(w http.ResponseWriter, text string) {
	_, _ = io.WriteString(w, text)
	w.(http.Flusher).Flush()
}

// Whether the script lets go of the connection.
func gone(t *testing.T, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(patience):
		t.Error("the connection was not broken off")
	}
}

func until(t *testing.T, u *user, word string) {
	for {
		select {
		case said := <-u.said:
			if said == word {
				return
			}
		case <-time.After(patience):
			t.Errorf("never said: %s", word)
			return
		}
	}
}

// The server goes on only when the script has said the event before.
func TestEventByEvent(t *testing.T) {
	var u *user
	u = newUser(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		send(w, fmt.Sprintf("event: asked\ndata: %s %s %s %s\n\n", r.Method, body, r.Header.Get("X-A"), r.Header.Get("Accept")))
		until(t, u, "|asked|POST hello b text/event-stream")
		send(w, "id: 7\nda")
		send(w, "ta: a\n\n")
		until(t, u, "7||a")
		send(w, "data: unfinished\n")
	})
	u.run(t, `{ method: 'post', body: 'hello', headers: { 'X-A': 'b' }, tags: { a: 'b' }, timeout: '30s' }`)
	u.expect(t, "open", "|asked|POST hello b text/event-stream", "7||a", "end|200|")
}

func TestClosedAtAnEvent(t *testing.T) {
	left := make(chan struct{})
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		send(w, "data: 1\n\ndata: last\n\ndata: 3\n\n")
		gone(t, r)
		close(left)
	})
	u.run(t, `{}`)
	<-left
	u.expect(t, "open", "||1", "||last", "end|200|")
	if events := u.counted("sse_event"); events != 2 {
		t.Errorf("%v events were counted", events)
	}
}

func TestTwoAtOnce(t *testing.T) {
	first, second := make(chan struct{}), make(chan struct{})
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "GET" {
			send(w, "data: a\n\n")
			close(first)
			<-second
			send(w, "data: c\n\n")
			return
		}
		<-first
		send(w, "data: b\n\n")
		close(second)
	})
	script := strings.Replace(reads, "PARAMS", "{}", 1) + strings.Replace(reads, "PARAMS", "{ method: 'PUT' }", 1)
	if _, err := u.RunOnEventLoop(script); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"||a", "||b", "||c"} {
		if !strings.Contains(strings.Join(u.words, "\n"), word) {
			t.Errorf("never said: %s", word)
		}
	}
}

func TestEnds(t *testing.T) {
	for _, one := range []struct {
		name   string
		serve  http.HandlerFunc
		params string
		words  []string
		failed float64
	}{
		{"refused", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, "data: no\n\n")
		}, `{}`, []string{"error: status 409, not 200: data: no\n\n", "end|409|status 409, not 200: data: no\n\n"}, 1},
		{"nothing in it", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
		}, `{}`, []string{"error: status 204, not 200: ", "end|204|status 204, not 200: "}, 0},
		{"broken off in the middle", func(w http.ResponseWriter, _ *http.Request) {
			send(w, "data: 1\n\ndata: 2\n")
			panic(http.ErrAbortHandler)
		}, `{}`, []string{"open", "||1", "error: unexpected EOF", "end|200|unexpected EOF"}, 0},
		{"too slow", func(w http.ResponseWriter, r *http.Request) {
			send(w, "data: 1\n\n")
			<-r.Context().Done()
		}, `{ timeout: 300 }`, []string{"open", "||1", "error: it took longer than its timeout of 300ms", "end|200|it took longer than its timeout of 300ms"}, 0},
	} {
		t.Run(one.name, func(t *testing.T) {
			u := newUser(t, one.serve)
			u.run(t, one.params)
			u.expect(t, one.words...)
			var requests, failed float64
			for len(u.samples) > 0 {
				for _, sample := range (<-u.samples).GetSamples() {
					switch sample.Metric.Name {
					case "http_reqs":
						requests += sample.Value
					case "http_req_failed":
						failed += sample.Value
					case "sse_event":
					default:
						t.Errorf("%s was counted", sample.Metric.Name)
					}
				}
			}
			if requests != 1 || failed != one.failed {
				t.Errorf("%v requests, %v of them failed", requests, failed)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	u := newUser(t, func(http.ResponseWriter, *http.Request) {})
	if err := u.VU.Runtime().Set("url", "http://127.0.0.1:1/"); err != nil {
		t.Fatal(err)
	}
	u.run(t, `{}`)
	if len(u.words) != 2 || !strings.HasPrefix(u.words[0], "error: ") || !strings.HasPrefix(u.words[1], "end|0|") {
		t.Errorf("said %q", u.words)
	}
}

func TestIterationIsEnded(t *testing.T) {
	left := make(chan struct{})
	var u *user
	u = newUser(t, func(w http.ResponseWriter, r *http.Request) {
		send(w, "data: 1\n\n")
		until(t, u, "||1")
		u.CancelContext()
		gone(t, r)
		close(left)
	})
	u.run(t, `{}`)
	<-left
}

func TestScriptStumbles(t *testing.T) {
	left := make(chan struct{})
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		send(w, "data: 1\n\ndata: 2\n\n")
		gone(t, r)
		close(left)
	})
	_, err := u.RunOnEventLoop(`sse.open(url, (client) => client.on('event', ({ data }) => { say(data); throw new Error('no ' + data); }))`)
	<-left
	if err == nil || !strings.Contains(err.Error(), "no 1") {
		t.Errorf("the iteration was told of %v", err)
	}
	u.expect(t, "1")
}

func TestWrongWords(t *testing.T) {
	for script, want := range map[string]string{
		`sse.open(url)`:                                             "takes an address",
		`sse.open(url, {})`:                                         "must be a function",
		`sse.open(url, { jar: 1 }, () => {})`:                       "not jar",
		`sse.open(url, { timeout: 'x' }, () => {})`:                 "timeout",
		`sse.open('http://[', () => {})`:                            "missing ']'",
		`sse.open(url, (client) => client.on('message', () => {}))`: "open, event and error",
		`sse.open(url, (client) => client.on('event'))`:             "takes a function",
	} {
		u := newUser(t, func(http.ResponseWriter, *http.Request) {})
		if _, err := u.RunOnEventLoop(script); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", script, err)
		}
	}
}
