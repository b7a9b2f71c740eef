package capture

import "github.com/rtmpscope/rtmpscope/capture/wire"

// A client whose server is still being dialled is told by a SYN to no address, because
// which one will answer is not known. When it has answered, a second SYN between the
// true addresses takes the connection over; what follows stands there.

// opening is the record with which a flow begins.
func (r *Reader) opening(f *flow, reason string) Record {
	opened := Record{Kind: Opened, Reason: reason}
	if !f.own {
		return opened
	}
	opened.Facts = f.learned()
	if r.packet.link != nil && r.only != nil { // read again from here on
		opened.Kind = Connected
	}
	f.early = r.packet.waits
	opened.Waits = f.early
	return opened
}

// reach follows the packet with which a connection gets its server. It returns false
// when the client is not known to wait for one: its beginning is not here.
func (r *Reader) reach(s *wire.Segment) bool {
	number := r.packet.link.Conn
	if r.numbers != nil {
		number = r.numbers[number]
	}
	c := r.byConn[number]
	if c == nil || c.flow == nil || !c.flow.early || c.flow.done() || r.only != nil {
		return false
	}
	f := c.flow
	if taken := r.flows[tuple{s.From, s.To}]; taken != nil && taken != f {
		r.drop(taken)
	}
	delete(r.flows, tuple{f.client, f.server})
	f.client, f.server, f.half, f.early = s.From, s.To, [2]half{}, false
	r.flows[tuple{f.client, f.server}] = f
	r.latest = f
	r.since(f)
	if r.packet.Time.After(f.time) {
		f.time = r.packet.Time
	}
	f.emit(&Record{Kind: Connected, Reason: r.packet.reason, Facts: r.packet.facts})
	r.current = f
	f.segment(s, r.packet.Time, r.packet.reason)
	return true
}

// since lets a connection be read again from the packet at hand on.
func (r *Reader) since(f *flow) {
	origin := r.mark(f, f.moment(), r.at, r.fragments)
	origin.fresh, origin.conn = true, f.conn.num
	f.conn.origin, f.conn.since, f.conn.told = origin, r.packet.Pos, 0
}
