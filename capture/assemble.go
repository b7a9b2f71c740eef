package capture

import "github.com/rtmpscope/rtmpscope/capture/wire"

// half is one direction of a connection being put in order. Positions are
// stream offsets; sequence numbers appear only where a segment comes in, so
// that wrapping past 4 GiB is no special case.
type half struct {
	progress
	wire.Queue // all after off
}

// progress is all there is to know of a direction with nothing pending. It is
// what a [Mark] keeps.
type progress struct {
	isn   uint32 // sequence number of the SYN, when syn
	seq   uint32 // sequence number of the byte at off
	off   int64  // the next byte to deliver
	acked int64  // what the other side has acknowledged
	fin   int64  // where the direction ends, when hasFin

	syn, known      bool // seq counts from a SYN; seq means anything
	hasFin, finSent bool
	rstSent         bool
}

// at is the offset of a sequence number, which is within 2 GiB of the next.
func (h *half) at(seq uint32) int64 { return h.off + int64(int32(seq-h.seq)) }

// begin fixes the sequence number of the byte at off.
func (h *half) begin(seq uint32) { h.seq, h.known = seq, true }

func (h *half) advance(n int64) {
	h.off += n
	h.seq += uint32(n)
}

// take adds the payload of a segment and delivers what is in order.
func (f *flow) take(fromServer bool, p wire.Piece) {
	h := &f.half[index(fromServer)]
	p.SkipTo(min(h.off, p.End()))
	switch {
	case p.Off == p.End():
		return // a retransmission
	case p.Off > h.off && !f.own:
		h.Hold(p)
	default:
		f.deliver(fromServer, p)
	}
	f.settle(fromServer)
}

// deliver emits p, and before it the gap that is known to be one.
func (f *flow) deliver(fromServer bool, p wire.Piece) {
	h := &f.half[index(fromServer)]
	f.skip(fromServer, p.Off, f.lossReason())
	p.SkipTo(min(h.off, p.End()))
	if n := int64(len(p.Data)); n > 0 {
		f.emit(&Record{Kind: Data, FromServer: fromServer, Data: p.Data, Offset: h.off, Length: n, Frame: p.Frame})
		h.advance(n)
	}
	f.skip(fromServer, p.End(), "the capture cut the packets short")
}

// skip emits the gap from the next byte to off, if there is one.
func (f *flow) skip(fromServer bool, off int64, reason string) {
	h := &f.half[index(fromServer)]
	if n := off - h.off; n > 0 {
		f.emit(&Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: n, Reason: reason})
		h.advance(n)
	}
}

// settle delivers what is pending and in order now, or after a hole that will
// not be filled: the receiver acknowledged beyond it, so that it has what the
// capture has not.
func (f *flow) settle(fromServer bool) {
	h := &f.half[index(fromServer)]
	for h.Waits() {
		first := h.First()
		if first > h.off && h.acked <= first && !h.Full() {
			return
		}
		f.deliver(fromServer, h.Pop())
	}
	if h.hasFin && (h.fin <= h.off || h.acked > h.fin || f.own) {
		f.finish(fromServer)
	}
}

// finish emits the end of a direction, once.
func (f *flow) finish(fromServer bool) {
	h := &f.half[index(fromServer)]
	if h.finSent {
		return
	}
	f.skip(fromServer, h.fin, f.lossReason())
	h.finSent = true
	f.emit(&Record{Kind: Fin, FromServer: fromServer, Offset: h.off, Reason: f.packetReason, Cause: f.cause(Fin), Facts: f.learned()})
}

// giveUp delivers what is pending, holes and all.
func (f *flow) giveUp(fromServer bool) {
	h := &f.half[index(fromServer)]
	for h.Waits() {
		f.deliver(fromServer, h.Pop())
	}
	if h.hasFin {
		f.finish(fromServer)
	}
}

// end gives up on both directions and says what was acknowledged but never
// captured. An end that was not captured may be one of the acknowledged bytes,
// so the length of that gap is not known.
func (f *flow) end() {
	for _, fromServer := range [2]bool{false, true} {
		f.giveUp(fromServer)
		h := &f.half[index(fromServer)]
		if !f.own && !h.finSent && h.acked > h.off+1 {
			f.emit(&Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: -1,
				Reason: "the other side acknowledged more bytes than were captured"})
			h.advance(h.acked - h.off)
		}
	}
	if f.to != nil {
		f.to.end()
	}
}
