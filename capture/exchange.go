package capture

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// RTMPT carries RTMP in HTTP requests: POST /open/1 is answered with a session
// ID, then /send/ID/N and /idle/ID/N carry bytes both ways, and /close/ID/N ends
// it. N counts up, so that it puts requests in order that travelled over several
// TCP connections. An answer begins with one byte that suggests how long to wait
// (librtmp's rtmp.c, FFmpeg's rtmphttp.c, crtmpserver).

// request is one request of a tunnel and what is to be done with its answer.
type request struct {
	verb   string // "open", "send", "idle", "close", or "" for any other
	sid    string
	n      int64
	tunnel *tunnel // nil for an unknown or unnamed one
	first  bool    // the next byte of the answer is the polling byte
	text   []byte  // of the answer to open
	status int
}

// tunnelRequest reads a request line of RTMPT.
func tunnelRequest(line []byte) (q request, ok bool) {
	words := strings.Fields(string(line[:min(len(line), maxLine)]))
	if len(words) != 3 || words[0] != "POST" || !strings.HasPrefix(words[2], "HTTP/1.") {
		return request{}, false
	}
	parts := strings.Split(strings.TrimPrefix(words[1], "/"), "/")
	switch {
	case len(parts) == 2 && parts[0] == "fcs" && parts[1] == "ident2":
		return request{}, true
	case len(parts) == 2 && parts[0] == "open":
		return request{verb: "open"}, true
	case len(parts) != 3 || parts[0] != "send" && parts[0] != "idle" && parts[0] != "close":
		return request{}, false
	}
	n, err := strconv.ParseInt(parts[2], 10, 32)
	if err != nil || n < 0 || !isSessionID(parts[1]) {
		return request{}, false
	}
	return request{verb: parts[0], sid: parts[1], n: n}, true
}

func isSessionID(s string) bool {
	return len(s) > 0 && len(s) <= 64 && strings.Trim(strings.ToLower(s), "0123456789abcdefghijklmnopqrstuvwxyz_-.") == ""
}

// exchange takes the requests and answers of one TCP connection apart and gives
// them to the tunnels that they belong to.
type exchange struct {
	reader  *Reader
	flow    *flow
	origin  Mark
	group   *tunnels
	side    [2]httpReader
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
	x.side[clientSide] = httpReader{to: &asker{x}, begins: looksLikeHTTP}
	x.side[serverSide] = httpReader{to: &answerer{x}, begins: looksLikeAnswer}
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
	switch side := &x.side[index(rec.FromServer)]; rec.Kind {
	case Data:
		side.write(rec.Data)
	case Gap:
		side.gap(rec.Length)
	case Fin:
		side.end()
	case Reset:
		x.side[clientSide].end()
		x.side[serverSide].end()
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

func (a *asker) message(start string, header []byte) framing {
	q, _ := tunnelRequest([]byte(start))
	q.first = true
	a.asking = &q
	a.asked = append(a.asked, &q)
	if q.sid != "" {
		q.tunnel = a.group.find(a.exchange, q.sid)
		a.join(q.tunnel)
		q.tunnel.asked(a.exchange, &q)
		a.last = &q
	}
	f, _ := framed(header)
	return f
}

// body takes what is sent; the body of all but send is one byte to fill it.
func (a *asker) body(p []byte) {
	if q := a.asking; q.verb == "send" {
		q.tunnel.data(a.exchange, false, q.n, p)
	}
}

func (a *asker) hole(n int64) {
	if q := a.asking; q.verb == "send" {
		q.tunnel.hole(a.exchange, false, q.n, n)
	}
}

func (a *asker) done(whole bool) {
	if q := a.asking; q.tunnel != nil {
		if !whole {
			q.tunnel.hole(a.exchange, false, q.n, -1)
		}
		q.tunnel.done(a.exchange, false, q.n)
	}
}

// answerer reads the answers, which come in the order of the requests.
type answerer struct{ *exchange }

func (a *answerer) message(start string, header []byte) framing {
	f, said := framed(header)
	status := statusOf(start)
	if status/100 == 1 {
		return framing{}
	}
	q := a.question()
	q.status = status
	if q.tunnel != nil {
		q.tunnel.answered(a.exchange, q)
	}
	if status == 204 || status == 304 {
		return framing{}
	}
	f.toEnd = !said
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
		q.verb, q.tunnel, q.n = "idle", a.last.tunnel, a.last.n+1
		a.last = q
	}
	a.asked = append(a.asked, q)
	return q
}

func (a *answerer) body(p []byte) {
	q := a.question()
	switch {
	case q.verb == "open":
		q.text = append(q.text, p[:min(len(p), max(0, maxLine-len(q.text)))]...)
	case q.tunnel != nil && q.status == 200:
		if q.first {
			p, q.first = p[1:], false
		}
		q.tunnel.data(a.exchange, true, q.n, p)
	}
}

func (a *answerer) hole(n int64) {
	q := a.question()
	if q.tunnel == nil || q.status != 200 {
		return
	}
	if q.first {
		n, q.first = n-1, false
	}
	if n != 0 {
		q.tunnel.hole(a.exchange, true, q.n, n)
	}
}

func (a *answerer) done(whole bool) {
	if len(a.asked) == 0 {
		return // an interim answer
	}
	q := a.asked[0]
	if q.status == 0 {
		return
	}
	a.asked = a.asked[1:]
	switch {
	case q.verb == "open":
		a.opened(q)
	case q.tunnel == nil:
	case q.status != 200:
		q.tunnel.refused(a.exchange, q)
	default:
		if !whole {
			q.tunnel.hole(a.exchange, true, q.n, -1)
		}
		q.tunnel.done(a.exchange, true, q.n)
	}
}

// opened begins a tunnel when the answer to open names it.
func (a *answerer) opened(q *request) {
	sid := string(bytes.TrimSpace(q.text))
	if q.status == 200 && isSessionID(sid) {
		a.join(a.group.open(a.exchange, sid))
	}
}

func statusOf(start string) int {
	words := strings.SplitN(start, " ", 3)
	if len(words) < 2 {
		return 0
	}
	n, err := strconv.Atoi(words[1])
	if err != nil || n < 100 || n > 999 {
		return 0
	}
	return n
}

func refusal(status int) string {
	return fmt.Sprintf("the tunnel was answered with HTTP status %d", status)
}
