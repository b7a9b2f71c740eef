package capture

import (
	"io"
	"slices"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Limits on the connections that are remembered at a time.
const (
	// maxDone is how many that are done.
	maxDone = 4096
	// maxFlows is how many that never ended, of those told and of the others.
	maxFlows = 1 << 15
	// minSwept is how many must have come before those that are done are swept out of
	// the list of those that never ended; then it is twice as many as were left.
	minSwept = 512
)

// take follows the packet at hand.
func (r *Reader) take() {
	defer r.tellNotes()
	r.fragments, _ = r.importer.Oldest()
	s, err := r.importer.Take(wire.LinkType(r.packet.Link), r.packet.Data, r.packet.Length, r.packet.Time, r.at)
	if err != nil {
		r.skip(err, r.packet.Pos)
	}
	if s == nil || r.packet.Pos < r.from || r.only != nil && !r.only.covers(s) {
		return
	}
	r.hurry()
	f := r.find(s)
	if r.packet.resume != nil && r.Recorded() {
		r.carryOn(f, s, r.packet.resume)
		return
	}
	if r.packet.head != nil && r.Recorded() {
		r.recall(f, s, r.packet.head)
		return
	}
	r.settleStale()
	if r.packet.link != nil && r.Recorded() && r.reach(s) {
		return
	}
	if f != nil && f.reused(s) {
		f.end()
		r.forget(f)
		f = nil
		if r.only != nil && !r.only.tunnels {
			r.err = io.EOF
			return
		}
	}
	r.follow(f, s)
}

func (r *Reader) tellNotes() {
	for i := range r.packet.notes {
		r.note(&r.packet.notes[i])
	}
	if len(r.early) > 0 {
		r.tellEarly(r.conns)
	}
}

// follow gives a segment to its connection, nil being a new one, after noting
// where that was.
func (r *Reader) follow(f *flow, s *wire.Segment) {
	switch {
	case f == nil && (s.Is(wire.FlagRST) || !s.Is(wire.FlagSYN) && len(s.Data) == 0):
		return // the tail of a connection that ended before the capture
	case f == nil:
		f = r.begin(s)
	case f.left:
		if s.Flags&(wire.FlagRST|wire.FlagFIN) != 0 && !f.retired {
			r.retire(f)
		}
		return
	case f.conn != nil:
		r.before, r.marked = f.moment(), !f.waits()
	}
	r.current = f
	f.segment(s, r.packet.Time, r.packet.reason)
	if f.done() && !f.retired {
		r.retire(f)
	}
}

// begin begins to follow a connection.
func (r *Reader) begin(s *wire.Segment) *flow {
	r.born++
	f := &flow{client: s.From, server: s.To, time: r.packet.Time, own: r.Recorded(), born: r.born, reader: r}
	counted := r.packet.link != nil && f.own
	reason := r.packet.reason
	if r.packet.head != nil && f.own {
		f.heading = true
	} else if r.packet.resume != nil && f.own {
		reason = "the beginning of the connection is in segments of the recording that are not here"
		f.time = heardOf(r.packet.resume, f.time)
	} else if counted { // when the client arrived
		f.number = r.packet.link.Conn
	} else if r.recorded++; s.Flags&(wire.FlagSYN|wire.FlagACK) != wire.FlagSYN {
		f.client, f.server, reason = r.settings.guess(s)
	}
	if !counted {
		f.number = r.recorded
	}
	r.flows[tuple{client: f.client, server: f.server}] = f
	r.latest = f
	origin := r.mark(f, f.moment(), r.at, r.fragments)
	origin.fresh = true
	if f.own {
		f.conn, f.kept = r.newConnection(f, origin, -1), true
		r.numbered(f, f.number)
	} else {
		r.sniff(f, origin, s.Is(wire.FlagSYN))
	}
	r.bound(f)
	opening := r.opening(f, reason)
	f.emit(&opening)
	return f
}

// find returns the connection a segment belongs to, or nil.
func (r *Reader) find(s *wire.Segment) *flow {
	if r.latest != nil && (tuple{r.latest.client, r.latest.server}).carries(s) {
		return r.latest
	}
	f := r.flows[tuple{s.From, s.To}]
	if f == nil {
		f = r.flows[tuple{s.To, s.From}]
	}
	if f != nil {
		r.latest = f
	}
	return f
}

// retire remembers a connection that is done for a while, so that late
// duplicates of its packets are not taken for a new one.
func (r *Reader) retire(f *flow) {
	f.retired = true
	r.retired = append(r.retired, f)
	if len(r.retired) <= maxDone {
		return
	}
	oldest := r.retired[0]
	r.retired = r.retired[1:]
	r.drop(oldest)
}

// drop ends and forgets a connection, unless that was done.
func (r *Reader) drop(f *flow) {
	if !f.gone {
		f.end()
		r.forget(f)
	}
}

func (r *Reader) forget(f *flow) {
	f.gone = true
	if f.conn != nil {
		delete(r.byConn, f.conn.num)
	}
	delete(r.flows, tuple{f.client, f.server})
	if r.latest == f {
		r.latest = nil
	}
}

// bound gives up on the oldest connections that never ended when there are too
// many.
func (r *Reader) bound(f *flow) {
	list, swept := &r.open[0], &r.swept[0]
	if f.kept {
		list, swept = &r.open[1], &r.swept[1]
	}
	*list = append(*list, f)
	if len(*list) < max(2**swept, minSwept) {
		return
	}
	defer func() { *swept = len(*list) }()
	*list = slices.DeleteFunc(*list, func(g *flow) bool { return g.gone || g.retired || g.kept != f.kept })
	for len(*list) > maxFlows {
		r.drop((*list)[0])
		*list = (*list)[1:]
	}
}
