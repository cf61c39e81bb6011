// Package eventstream reads text/event-stream as it comes, by the rules of the HTML standard
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream).
package eventstream

import "bytes"

// Event is one event of a stream, as it was dispatched.
type Event struct {
	// ID is what this event itself says; empty where it says nothing, and then the last one that was said holds on.
	ID string
	// Name is the type of the event; empty stands for "message".
	Name string
	// Data are its lines, put together by line feeds.
	Data string
}

// Parser takes a stream in pieces that may be broken anywhere. What stands behind the last blank line is no event, and
// is dropped with the Parser. The zero value is ready for use.
type Parser struct {
	line []byte
	data []byte
	// hasData tells an empty line of data from none.
	hasData  bool
	id, name string
	// afterCR: a line feed that comes next ends no other line.
	afterCR bool
	// begun: the first line is behind, before which a byte order mark may stand.
	begun bool
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// Feed takes the next piece of the stream, which is read and not kept.
//
// It returns the events that are finished with it.
func (p *Parser) Feed(piece []byte) []Event {
	var events []Event
	for len(piece) > 0 {
		if p.afterCR {
			p.afterCR = false
			if piece[0] == '\n' {
				piece = piece[1:]
				continue
			}
		}
		end := bytes.IndexAny(piece, "\r\n")
		if end < 0 {
			p.line = append(p.line, piece...)
			break
		}
		p.line = append(p.line, piece[:end]...)
		p.afterCR = piece[end] == '\r'
		piece = piece[end+1:]
		if event, isOne := p.endLine(); isOne {
			events = append(events, event)
		}
	}
	return events
}

func (p *Parser) endLine() (Event, bool) {
	line := p.line
	p.line = p.line[:0]
	if !p.begun {
		p.begun = true
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	if len(line) == 0 {
		return p.dispatch()
	}
	field, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	// A comment is a field without a name. `retry` is heeded by who reconnects by itself, which nothing here does.
	switch string(field) {
	case "event":
		p.name = string(value)
	case "data":
		if p.hasData {
			p.data = append(p.data, '\n')
		}
		p.data = append(p.data, value...)
		p.hasData = true
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			p.id = string(value)
		}
	}
	return Event{}, false
}

// An event without data is none; its name goes with it.
func (p *Parser) dispatch() (Event, bool) {
	event, isOne := Event{p.id, p.name, string(p.data)}, p.hasData
	p.id, p.name, p.data, p.hasData = "", "", p.data[:0], false
	return event, isOne
}
