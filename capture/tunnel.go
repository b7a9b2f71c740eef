package capture

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"
)

// tunnel is one RTMP connection that travels in HTTP requests.
type tunnel struct {
	sid            string
	group          *tunnels
	client, server netip.AddrPort
	conn           *connection
	lane           [2]lane
	connections    int
	time           time.Time
	begun          bool // which request is the first is known
	over           bool
}

// lane is one direction of a tunnel.
type lane struct {
	next  int64 // the request whose bytes are next
	off   int64
	parts map[int64]*part
	bytes int
	ended bool
}

// part is what is there of the body of one request or answer.
type part struct {
	recs []Record
	done bool
	last bool // of the tunnel
}

// tell tells a record of the tunnel.
func (t *tunnel) tell(x *exchange, rec Record) {
	if x != nil && x.now.Time.After(t.time) {
		t.time = x.now.Time
	}
	l := &t.lane[index(rec.FromServer)]
	rec.Client, rec.Server, rec.Time, rec.Offset = t.client, t.server, t.time, l.off
	rec.Pos = t.group.reader.packet.Pos
	if x != nil {
		rec.Pos = x.now.Pos
	}
	l.off = rec.End()
	t.conn.take(rec)
}

// polled tells that the client asked for bytes and sent none.
func (t *tunnel) polled(x *exchange) {
	t.tell(x, Record{Kind: Outer, Around: Around{Poll: true}})
}

// asked notes that a request came. Clients begin to count at 0 or 1.
func (t *tunnel) asked(x *exchange, q *request) {
	if q.Verb == "idle" && !t.over && !t.lane[clientSide].ended {
		t.polled(x)
	}
	if t.lane[0].next < 0 {
		t.lane[0].next, t.lane[1].next = q.Number, q.Number
	}
	if !t.begun && q.Number <= 1 {
		t.begun = true
		t.lane[0].next, t.lane[1].next = q.Number, q.Number
	}
	if p := t.part(false, q.Number); p != nil && q.Verb == "close" {
		p.last = true
	}
}

// answered notes that the answer to a request begins: the server has all
// requests up to it.
func (t *tunnel) answered(x *exchange, q *request) {
	l := &t.lane[clientSide]
	for t.begun && l.next < q.Number && l.parts[l.next] == nil {
		t.pass(x, false, q.Number)
		t.deliver(x, false)
	}
	if p := t.part(true, q.Number); p != nil && q.Verb == "close" {
		p.last = true
	}
}

// part returns the body number n, nil when it was delivered already.
func (t *tunnel) part(fromServer bool, n int64) *part {
	l := &t.lane[index(fromServer)]
	if t.over || t.begun && n < l.next {
		return nil
	}
	p := l.parts[n]
	if p == nil {
		p = &part{}
		l.parts[n] = p
	}
	return p
}

// data takes bytes of body n.
func (t *tunnel) data(x *exchange, fromServer bool, n int64, b []byte) {
	if len(b) > 0 {
		t.add(x, n, Record{Kind: Data, FromServer: fromServer, Data: b, Length: int64(len(b))})
	}
}

// hole takes a hole in body n.
func (t *tunnel) hole(x *exchange, fromServer bool, n, length int64) {
	t.add(x, n, Record{Kind: Gap, FromServer: fromServer, Length: length, Reason: "these bytes were sent but not captured"})
}

func (t *tunnel) add(x *exchange, n int64, rec Record) {
	p := t.part(rec.FromServer, n)
	if p == nil || p.done {
		return
	}
	l := &t.lane[index(rec.FromServer)]
	if t.begun && n == l.next {
		t.tell(x, rec)
		return
	}
	rec.Data = slices.Clone(rec.Data)
	p.recs = append(p.recs, rec)
	l.bytes += len(rec.Data)
	t.bound(x, rec.FromServer)
}

// done says that body n is complete.
func (t *tunnel) done(x *exchange, fromServer bool, n int64) {
	if p := t.part(fromServer, n); p != nil {
		p.done = true
		t.deliver(x, fromServer)
		t.bound(x, fromServer)
	}
}

// deliver tells what is next.
func (t *tunnel) deliver(x *exchange, fromServer bool) {
	l := &t.lane[index(fromServer)]
	for t.begun {
		p := l.parts[l.next]
		if p == nil {
			return
		}
		for _, rec := range p.recs {
			l.bytes -= len(rec.Data)
			t.tell(x, rec)
		}
		if p.recs = nil; !p.done {
			return
		}
		delete(l.parts, l.next)
		l.next++
		if p.last {
			t.finish(x, fromServer)
		}
	}
}

// bound does not wait for ever for a body that does not come.
func (t *tunnel) bound(x *exchange, fromServer bool) {
	l := &t.lane[index(fromServer)]
	for len(l.parts) > maxAhead || l.bytes > maxAheadBytes {
		t.begun = true
		t.abandon(x, fromServer)
		t.deliver(x, fromServer)
	}
}

// abandon waits no longer for the next body, or for the rest of it.
func (t *tunnel) abandon(x *exchange, fromServer bool) {
	l := &t.lane[index(fromServer)]
	p := l.parts[l.next]
	if p == nil {
		t.pass(x, fromServer, l.next+1)
		return
	}
	if !p.done && len(l.parts) > 1 {
		p.recs = append(p.recs, Record{Kind: Gap, FromServer: fromServer, Length: -1, Reason: "the rest of an HTTP message of the tunnel was not captured"})
	}
	p.done = true
}

// pass goes on with the first body that is there, or with another when none is.
func (t *tunnel) pass(x *exchange, fromServer bool, otherwise int64) {
	l := &t.lane[index(fromServer)]
	first := otherwise
	if len(l.parts) > 0 {
		first = slices.Min(slices.Collect(maps.Keys(l.parts)))
	}
	missing := first - l.next
	l.next = first
	t.tell(x, Record{Kind: Gap, FromServer: fromServer, Length: -1, Reason: fmt.Sprintf("%d HTTP messages of the tunnel were not captured", missing)})
}

// refused ends the tunnel: the server does not know it any more.
func (t *tunnel) refused(x *exchange, q *request) {
	if t.over || q.status < 400 {
		t.done(x, true, q.Number)
		return
	}
	t.flush(x)
	t.tell(x, Record{Kind: Reset, FromServer: true, Reason: refusal(q.status) + "; " + t.carriers()})
	t.over = true
}

// finish tells the end of a direction.
func (t *tunnel) finish(x *exchange, fromServer bool) {
	if l := &t.lane[index(fromServer)]; !l.ended && !t.over {
		l.ended = true
		t.tell(x, Record{Kind: Fin, FromServer: fromServer, Reason: t.carriers()})
		t.over = t.lane[0].ended && t.lane[1].ended
	}
}

func (t *tunnel) carriers() string {
	if t.connections == 1 {
		return "RTMPT over 1 TCP connection"
	}
	return fmt.Sprintf("RTMPT over %d TCP connections", t.connections)
}

// flush tells what waits for bodies that will not come.
func (t *tunnel) flush(x *exchange) {
	t.begun = true
	for _, fromServer := range [2]bool{false, true} {
		l := &t.lane[index(fromServer)]
		for t.deliver(x, fromServer); len(l.parts) > 0; t.deliver(x, fromServer) {
			t.abandon(x, fromServer)
		}
	}
}

// end gives the tunnel up: nothing more comes.
func (t *tunnel) end() {
	if !t.over {
		t.flush(nil)
		t.over = true
	}
	if t.group.byID[t.sid] == t {
		delete(t.group.byID, t.sid)
	}
}
