package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
)

// Around is what the protocol around RTMP said, TLS or HTTP, or another one in its
// place. Exactly one of Poll, Alert, Secret, HTTP and Greeting is set.
type Around struct {
	Session uint32
	From    decode.Direction
	At      time.Time
	// Poll: the client of a tunnel (RTMPT) asked for bytes and sent none.
	Poll bool
	// Alert is the description of a TLS alert (RFC 8446 §6).
	Alert uint8
	// Secret: the side's TLS records are encrypted from here on, and so are its
	// alerts.
	Secret bool
	// HTTP is a request or status line, where RTMP belongs: wire text.
	HTTP string
	// Greeting: the side begins with the words of another protocol.
	Greeting Greeting
}

// Outer says what the protocol around RTMP said. Session, From and At of a are
// filled in. It is no row: rules make findings of it.
func (t *Timeline) Outer(id uint32, dir decode.Direction, at time.Time, a Around) {
	if c := t.touch(id, at); c != nil {
		c.outer(dir, a)
	}
}

func (c *conn) outer(dir decode.Direction, a Around) {
	if c.t.judge != nil {
		a.Session, a.From, a.At = c.info.Number, dir, c.now
		c.t.judge.Outer(a)
	}
}

// TLS record types (RFC 8446 §5.1).
const (
	tlsCipherSpec = 20
	tlsAlert      = 21
	tlsHandshake  = 22
	tlsData       = 23
)

const (
	tlsHeader    = 5
	tlsAlertSize = 2
)

// tlsWatch follows the TLS records of one direction as long as they are in
// clear. In a direction that does not begin with one it sees nothing.
type tlsWatch struct {
	begun, off bool
	head       [tlsHeader + tlsAlertSize]byte // of the record at hand
	have       int
	skip       int // bytes of the record at hand that say nothing here
}

// next takes bytes of the direction and returns the first thing that they say,
// with the bytes behind it; rest is empty when there is no more.
func (w *tlsWatch) next(p []byte) (said Around, rest []byte) {
	for len(p) > 0 && !w.off {
		if n := min(w.skip, len(p)); n > 0 {
			w.skip -= n
			p = p[n:]
			continue
		}
		w.head[w.have] = p[0]
		w.have++
		p = p[1:]
		if said = w.header(); said != (Around{}) {
			return said, p
		}
	}
	return Around{}, nil
}

// header looks at what there is of a record.
func (w *tlsWatch) header() Around {
	kind := w.head[0]
	if w.have == 1 && kind != tlsHandshake && kind != tlsAlert && (!w.begun || kind != tlsCipherSpec && kind != tlsData) || w.have == 2 && w.head[1] != 3 {
		w.off = true
		return Around{}
	}
	if w.have < tlsHeader {
		return Around{}
	}
	size := int(w.head[3])<<8 | int(w.head[4])
	switch {
	case kind == tlsCipherSpec || kind == tlsData:
		w.off = true
		return Around{Secret: true}
	case kind == tlsHandshake:
		w.begun, w.skip, w.have = true, size, 0
	case size != tlsAlertSize:
		w.off = true
	case w.have == tlsHeader+tlsAlertSize:
		w.begun, w.have = true, 0
		return Around{Alert: w.head[tlsHeader+1]}
	}
	return Around{}
}

// read tells the lines of HTTP of a direction, if it has any, and as what else it
// begins.
func (c *conn) read(dir decode.Direction, p []byte) {
	if g := c.greet[dir].next(p); g != NoGreeting {
		c.outer(dir, Around{Greeting: g})
	}
	for len(p) > 0 {
		var line string
		if line, p = c.http[dir].next(p); line != "" {
			c.outer(dir, Around{HTTP: line})
		}
	}
}

// watch tells what the TLS records of a direction say, if it has any.
func (c *conn) watch(dir decode.Direction, p []byte) {
	for len(p) > 0 {
		var said Around
		if said, p = c.tls[dir].next(p); said != (Around{}) {
			c.outer(dir, said)
		}
	}
}
