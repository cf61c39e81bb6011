package eventstream

import (
	"reflect"
	"strings"
	"testing"
)

var cases = []struct {
	name, stream string
	want         []Event
}{
	{"nothing", "", nil},
	{"one", "event: chunk\nid: m:3\ndata: {\"a\":1}\n\n", []Event{{"m:3", "chunk", `{"a":1}`}}},
	{"lines of data", "data: a\ndata:\ndata: b\n\n", []Event{{"", "", "a\n\nb"}}},
	{"one space only is left out", "data:  a \n\ndata:b\n\n", []Event{{"", "", " a "}, {"", "", "b"}}},
	{"a colon in the value", "data: a: b:c\n\n", []Event{{"", "", "a: b:c"}}},
	{"empty data is data", "data\n\ndata:\n\n", []Event{{"", "", ""}, {"", "", ""}}},
	{"carriage returns", "event: a\rdata: 1\r\rdata: 2\r\r", []Event{{"", "a", "1"}, {"", "", "2"}}},
	{"both", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", []Event{{"", "a", "1"}, {"", "", "2"}}},
	{"mixed", "data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\n", []Event{{"", "", "1"}, {"", "", "2"}, {"", "", "3"}}},
	{"comments", ": keep-alive\n\n:\ndata: 1\n: in it\ndata: 2\n\n", []Event{{"", "", "1\n2"}}},
	{"no data, no event", "event: a\nid: 1\n\ndata: 2\n\n", []Event{{"", "", "2"}}},
	{"an id with a null is none", "id: 1\x00\ndata: a\n\n", []Event{{"", "", "a"}}},
	{"the last of several", "id: 1\nid: 2\nevent: a\nevent: b\ndata: c\n\n", []Event{{"2", "b", "c"}}},
	{"retry, and what is unknown", "retry: 10\ndata: a\nDATA: b\n data: c\nfoo\n\n", []Event{{"", "", "a"}}},
	{"byte order mark", "\uFEFFdata: a\n\n", []Event{{"", "", "a"}}},
	{"one mark only, and at the beginning only", "\uFEFF\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: c\n\n", []Event{{"", "", "c"}}},
	{"unfinished", "data: a\n\ndata: b\n", []Event{{"", "", "a"}}},
	{"unfinished line", "data: a\n\ndata: b", []Event{{"", "", "a"}}},
	{"not ASCII", "data: ü 👍🏽\n\n", []Event{{"", "", "ü 👍🏽"}}},
}

// Whole, byte by byte, and broken once at each place.
func TestParser(t *testing.T) {
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			stream := one.stream
			check := func(how string, pieces ...string) {
				t.Helper()
				var parser Parser
				var got []Event
				for _, piece := range pieces {
					got = append(got, parser.Feed([]byte(piece))...)
				}
				if !reflect.DeepEqual(got, one.want) {
					t.Errorf("%s: got %q, want %q", how, got, one.want)
				}
			}
			check("whole", stream)
			check("byte by byte", strings.Split(stream, "")...)
			single := make([]string, 0, len(stream))
			for at := range len(stream) {
				single = append(single, stream[at:at+1])
				check("broken", stream[:at], "", stream[at:])
			}
			check("single bytes", single...)
		})
	}
}

// An event is there with the very byte that ends it, and not before.
func TestAtOnce(t *testing.T) {
	var parser Parser
	if got := parser.Feed([]byte("data: a\n")); got != nil {
		t.Fatalf("before its end: %q", got)
	}
	if got := parser.Feed([]byte("\r")); len(got) != 1 {
		t.Fatalf("a carriage return waits for no line feed: %q", got)
	}
	if got := parser.Feed([]byte("\ndata: b\n\n")); len(got) != 1 || got[0].Data != "b" {
		t.Fatalf("the line feed of the one before is no line: %q", got)
	}
}

// The piece may be written over as soon as it is read.
func TestKeepsNothing(t *testing.T) {
	var parser Parser
	piece := []byte("id: 1\nevent: a\ndata: abc\n")
	parser.Feed(piece)
	for at := range piece {
		piece[at] = 'x'
	}
	if got := parser.Feed([]byte("\n")); !reflect.DeepEqual(got, []Event{{"1", "a", "abc"}}) {
		t.Fatalf("got %q", got)
	}
}

func FuzzBrokenAnywhere(f *testing.F) {
	for _, one := range cases {
		f.Add(one.stream, len(one.stream)/2)
	}
	f.Fuzz(func(t *testing.T, stream string, at int) {
		if at < 0 || at > len(stream) {
			return
		}
		var whole, broken Parser
		want := whole.Feed([]byte(stream))
		got := append(broken.Feed([]byte(stream[:at])), broken.Feed([]byte(stream[at:]))...)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("broken at %d: got %q, want %q", at, got, want)
		}
	})
}
