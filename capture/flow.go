package capture

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// tuple is the two ends of a connection as they stand in the packets.
type tuple struct{ client, server netip.AddrPort }

// index is 0 for what the client sent and 1 for what the server sent.
func index(fromServer bool) int {
	if fromServer {
		return 1
	}
	return 0
}

// flow is a TCP connection being followed.
type flow struct {
	client, server netip.AddrPort
	half           [2]half
	time           time.Time // of its latest packet
	packetReason   string    // what a recorder wrote in its latest packet
	own            bool      // written by a recorder: a jump is a gap, at once
	retired        bool
	number         uint32 // in the recording
	heading        bool   // it is told from what a segment repeats of its beginning
	early          bool   // its server is still being dialled
	stale          bool   // not carried on yet, after segments that are not here
	gone           bool   // forgotten
	left           bool   // left out: only its end is waited for
	kept           bool   // told, as it is or as what was read out of it
	born           uint64
	reader         *Reader
	conn           *connection // what it is told as, when its bytes are told as they are
	to             sink        // what takes its records otherwise
}

// over says that both directions have ended in order.
func (f *flow) over() bool { return f.half[0].finSent && f.half[1].finSent }

// done says that nothing more is expected.
func (f *flow) done() bool { return f.over() || f.half[0].rstSent || f.half[1].rstSent }

// waits says that bytes are held until the ones before them arrive.
func (f *flow) waits() bool { return f.half[0].Waits() || f.half[1].Waits() }

func (f *flow) emit(r *Record) {
	r.Client, r.Server, r.Time, r.Pos = f.client, f.server, f.time, f.reader.packet.Pos
	if f.conn != nil {
		f.conn.tell(r) // records are large: it copies one once
		return
	}
	f.to.take(*r)
}

// lossReason is why bytes are missing before the packet at hand.
func (f *flow) lossReason() string {
	if !f.own || f.packetReason == "" {
		return "these bytes were sent but not captured"
	}
	return f.packetReason
}

// segment follows one segment of the connection.
func (f *flow) segment(s *wire.Segment, at time.Time, reason string) {
	if at.After(f.time) {
		f.time = at
	}
	f.packetReason = reason
	fromServer := s.From != f.client
	f.synchronise(fromServer, s)
	f.acknowledge(!fromServer, s)
	h := &f.half[index(fromServer)]
	if f.own && f.reader.packet.gap && !h.finSent && !h.rstSent {
		f.emit(&Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: -1, Reason: reason})
	}
	if f.own && f.reader.packet.held != nil {
		f.held(fromServer)
	}
	if f.own && f.reader.packet.paced != nil {
		f.paced(fromServer)
	}
	if f.own && f.reader.packet.edited != nil {
		f.edited(fromServer)
	}
	if f.own && f.reader.packet.around != nil {
		f.outer(fromServer)
	}
	if !h.known && (len(s.Data)+s.Missing > 0 || s.Is(wire.FlagFIN)) {
		f.beginLate(fromServer, s.Seq)
	}
	if h.known && !s.Is(wire.FlagRST) {
		f.payload(fromServer, s)
	}
	if s.Is(wire.FlagRST) && !h.rstSent {
		f.giveUp(fromServer)
		h.rstSent = true
		f.emit(&Record{Kind: Reset, FromServer: fromServer, Offset: h.off, Reason: reason, Cause: f.cause(Reset), Facts: f.learned()})
	}
}

// synchronise learns where the offsets of the directions begin. In the TCP
// handshake each side also says where the other's begin (RFC 9293 §3.5), which
// helps when one of the two packets was not captured.
func (f *flow) synchronise(fromServer bool, s *wire.Segment) {
	h, other := &f.half[index(fromServer)], &f.half[index(!fromServer)]
	if s.Is(wire.FlagSYN) && !h.syn && h.off == 0 {
		h.isn, h.syn = s.Seq, true
		h.begin(s.Seq + 1)
	}
	if !s.Is(wire.FlagACK) || s.Is(wire.FlagRST) || !h.syn || other.known || h.off != 0 {
		return
	}
	if s.Is(wire.FlagSYN) || s.Seq == h.seq {
		other.begin(s.Ack)
	}
}

// beginLate begins a direction the beginning of which was not captured.
func (f *flow) beginLate(fromServer bool, seq uint32) {
	f.half[index(fromServer)].begin(seq)
	f.emit(&Record{Kind: Gap, FromServer: fromServer, Length: -1,
		Reason: "the connection was open before the capture began; how much was sent before is not known"})
}

// acknowledge notes what arrived of one direction.
func (f *flow) acknowledge(fromServer bool, s *wire.Segment) {
	h := &f.half[index(fromServer)]
	if !s.Is(wire.FlagACK) || s.Is(wire.FlagRST) || !h.known || f.own {
		return
	}
	if acked := h.at(s.Ack); acked > h.acked {
		h.acked = acked
		f.settle(fromServer)
	}
}

func (f *flow) payload(fromServer bool, s *wire.Segment) {
	h := &f.half[index(fromServer)]
	seq := s.Seq
	if s.Is(wire.FlagSYN) {
		seq++ // the SYN takes the number before the first byte
	}
	p := wire.Piece{Off: h.at(seq), Data: s.Data, Missing: s.Missing, Frame: f.reader.packet.Pos}
	end := p.End()
	if s.Is(wire.FlagFIN) && !h.hasFin && end >= h.off {
		h.fin, h.hasFin = end, true
	}
	if p.Off < end && !h.finSent {
		f.take(fromServer, p)
	}
	if f.own && !h.finSent && !h.hasFin && !s.Is(wire.FlagSYN) {
		f.skip(fromServer, end, f.lossReason())
	}
	f.settle(fromServer)
}

// reused says that a segment belongs to a new connection with the same
// addresses and ports.
func (f *flow) reused(s *wire.Segment) bool {
	h := &f.half[index(s.From != f.client)]
	switch {
	case s.Is(wire.FlagSYN) && h.syn:
		return h.isn != s.Seq
	case s.Is(wire.FlagSYN | wire.FlagACK):
		return h.known && h.at(s.Seq+1) != 0
	case s.Is(wire.FlagSYN):
		return true
	case f.over() && len(s.Data) > 0:
		at := h.at(s.Seq)
		return at < 0 || at >= h.off
	}
	return false
}

// guess tells client from server by their ports, for a connection whose
// beginning was not captured.
func (o *settings) guess(s *wire.Segment) (client, server netip.AddrPort, reason string) {
	from, to := s.From.Port(), s.To.Port()
	switch {
	case s.Is(wire.FlagSYN | wire.FlagACK):
		return s.To, s.From, "the first packet was not captured; the second one tells the client from the server"
	case o.known(to) && !o.known(from), to < from && (o.known(to) || !o.known(from)):
		client, server = s.From, s.To
	default:
		client, server = s.To, s.From
	}
	why := "the lower port"
	if o.known(server.Port()) {
		why = "RTMP's port"
	}
	return client, server, fmt.Sprintf("the beginning was not captured; %s is taken for the server, because it has %s", server, why)
}
