package capture

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rtmpscope/rtmpscope/capture/rtmpt"
)

// request is one request of a tunnel and what is to be done with its answer.
type request struct {
	rtmpt.Call
	tunnel *tunnel // nil for an unknown or unnamed one
	first  bool    // the next byte of the answer is the polling byte
	text   []byte  // of the answer to open
	status int
}

// exchange takes the requests and answers of one TCP connection apart and gives
// them to the tunnels that they belong to.
type exchange struct {
	reader  *Reader
	flow    *flow
	origin  Mark
	group   *tunnels
	side    [2]*rtmpt.Reader
	now     Record     // the record at hand
	asked   []*request // without a whole answer
	asking  *request   // whose body is being read
	last    *request   // the latest of a tunnel
	joined  map[*tunnel]bool
	held    []Record    // while no tunnel is known
	bytes   int         // held
	instead *connection // the HTTP connection as it is, when there is no tunnel
}

const (
	clientSide = 0
	serverSide = 1
)

// newExchange reads tunnels out of an HTTP connection.
func (r *Reader) newExchange(s *sniffer) *exchange {
	x := &exchange{reader: r, flow: s.flow, origin: s.origin, joined: map[*tunnel]bool{}}
	x.group = r.tunnelsBetween(s.flow, s.origin)
	x.side[clientSide] = rtmpt.NewReader(&asker{x}, rtmpt.LooksLikeRequest)
	x.side[serverSide] = rtmpt.NewReader(&answerer{x}, rtmpt.LooksLikeAnswer)
	return x
}

// take takes a record of the TCP connection.
func (x *exchange) take(rec Record) {
	if x.instead != nil {
		x.instead.take(rec)
		return
	}
	x.hold(rec)
	x.now = rec
	switch side := x.side[index(rec.FromServer)]; rec.Kind {
	case Data:
		side.Write(rec.Data)
	case Gap:
		side.Gap(rec.Length)
	case Fin:
		side.End()
	case Reset:
		x.side[clientSide].End()
		x.side[serverSide].End()
	}
	if len(x.joined) == 0 && x.bytes > maxHead {
		x.giveUp()
	}
}

// end tells the connection as it is when no tunnel was found in it.
func (x *exchange) end() {
	if len(x.joined) == 0 && x.instead == nil {
		x.giveUp()
	}
}

func (x *exchange) hold(rec Record) {
	if len(x.joined) > 0 {
		return
	}
	rec.Data = slices.Clone(rec.Data)
	x.bytes += len(rec.Data)
	x.held = append(x.held, rec)
}

func (x *exchange) giveUp() {
	x.instead = x.reader.newConnection(nil, x.origin, -1)
	x.reader.keepFlow(x.flow)
	for _, rec := range x.held {
		if rec.Kind == Opened {
			rec.Reason = joinReasons(rec.Reason, "RTMPT was asked for, but no tunnel came about")
		}
		x.instead.take(rec)
	}
	x.held = nil
}

// join notes that a tunnel uses this TCP connection.
func (x *exchange) join(t *tunnel) {
	if !x.joined[t] {
		x.joined[t] = true
		t.connections++
		x.held = nil
		x.reader.keepFlow(x.flow)
	}
}

// asker reads the requests.
type asker struct{ *exchange }

func (a *asker) Message(start string, header []byte) rtmpt.Framing {
	call, _ := rtmpt.ParseCall([]byte(start))
	q := request{Call: call, first: true}
	a.asking = &q
	a.asked = append(a.asked, &q)
	if q.Session != "" {
		q.tunnel = a.group.find(a.exchange, q.Session)
		a.join(q.tunnel)
		q.tunnel.asked(a.exchange, &q)
		a.last = &q
	}
	f, _ := rtmpt.FramingOf(header)
	return f
}

// Body takes what is sent; the body of all but send is one byte to fill it.
func (a *asker) Body(p []byte) {
	if q := a.asking; q.Verb == "send" {
		q.tunnel.data(a.exchange, false, q.Number, p)
	}
}

func (a *asker) Hole(n int64) {
	if q := a.asking; q.Verb == "send" {
		q.tunnel.hole(a.exchange, false, q.Number, n)
	}
}

func (a *asker) Done(whole bool) {
	if q := a.asking; q.tunnel != nil {
		if !whole {
			q.tunnel.hole(a.exchange, false, q.Number, -1)
		}
		q.tunnel.done(a.exchange, false, q.Number)
	}
}

// answerer reads the answers, which come in the order of the requests.
type answerer struct{ *exchange }

func (a *answerer) Message(start string, header []byte) rtmpt.Framing {
	f, said := rtmpt.FramingOf(header)
	status := rtmpt.Status(start)
	if status/100 == 1 {
		return rtmpt.Framing{}
	}
	q := a.question()
	q.status = status
	if q.tunnel != nil {
		q.tunnel.answered(a.exchange, q)
	}
	if status == 204 || status == 304 {
		return rtmpt.Framing{}
	}
	f.ToEnd = !said
	return f
}

// question is the request that is being answered. When it was not captured, it
// is taken for the one after the last.
func (a *answerer) question() *request {
	if len(a.asked) > 0 {
		return a.asked[0]
	}
	q := &request{first: true}
	if a.last != nil {
		q.Verb, q.tunnel, q.Number = "idle", a.last.tunnel, a.last.Number+1
		a.last = q
	}
	a.asked = append(a.asked, q)
	return q
}

func (a *answerer) Body(p []byte) {
	q := a.question()
	switch {
	case q.Verb == "open":
		q.text = append(q.text, p[:min(len(p), max(0, rtmpt.MaxLine-len(q.text)))]...)
	case q.tunnel != nil && q.status == 200:
		if q.first {
			p, q.first = p[1:], false
		}
		q.tunnel.data(a.exchange, true, q.Number, p)
	}
}

func (a *answerer) Hole(n int64) {
	q := a.question()
	if q.tunnel == nil || q.status != 200 {
		return
	}
	if q.first {
		n, q.first = n-1, false
	}
	if n != 0 {
		q.tunnel.hole(a.exchange, true, q.Number, n)
	}
}

func (a *answerer) Done(whole bool) {
	if len(a.asked) == 0 {
		return // an interim answer
	}
	q := a.asked[0]
	if q.status == 0 {
		return
	}
	a.asked = a.asked[1:]
	switch {
	case q.Verb == "open":
		a.opened(q)
	case q.tunnel == nil:
	case q.status != 200:
		q.tunnel.refused(a.exchange, q)
	default:
		if !whole {
			q.tunnel.hole(a.exchange, true, q.Number, -1)
		}
		q.tunnel.done(a.exchange, true, q.Number)
	}
}

// opened begins a tunnel when the answer to open names it.
func (a *answerer) opened(q *request) {
	sid := string(bytes.TrimSpace(q.text))
	if q.status == 200 && rtmpt.IsSessionID(sid) {
		a.join(a.group.open(a.exchange, sid))
	}
}

func refusal(status int) string {
	return fmt.Sprintf("the tunnel was answered with HTTP status %d", status)
}
