package capture

import "slices"

// Limits on what arrived before the bytes that precede it. The receiver's
// window bounds it in honest captures; a hole that lasts longer is a loss.
const (
	maxPendingBytes    = 8 << 20
	maxPendingSegments = 4096
)

// half is one direction of a connection being put in order. Positions are
// stream offsets; sequence numbers appear only where a segment comes in, so
// that wrapping past 4 GiB is no special case.
type half struct {
	progress
	queue // all after off
}

// queue is pieces that wait for others before them.
type queue struct {
	pending      []piece // sorted, not overlapping
	pendingBytes int
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

// piece is bytes at an offset; after data, missing bytes were cut off.
type piece struct {
	off     int64
	data    []byte
	missing int
	frame   int64 // position of the packet
}

func (p *piece) end() int64 { return p.off + int64(len(p.data)) + int64(p.missing) }

// skipTo drops what is before off.
func (p *piece) skipTo(off int64) {
	n := off - p.off
	if n <= 0 {
		return
	}
	p.off = off
	known := min(n, int64(len(p.data)))
	p.data = p.data[known:]
	p.missing -= int(n - known)
}

// before is the part of p up to off.
func (p piece) before(off int64) piece {
	n := int(off - p.off)
	if n <= len(p.data) {
		p.data, p.missing = p.data[:n], 0
		return p
	}
	p.missing = n - len(p.data)
	return p
}

// at is the offset of a sequence number, which is within 2 GiB of the next.
func (h *half) at(seq uint32) int64 { return h.off + int64(int32(seq-h.seq)) }

// begin fixes the sequence number of the byte at off.
func (h *half) begin(seq uint32) { h.seq, h.known = seq, true }

func (h *half) advance(n int64) {
	h.off += n
	h.seq += uint32(n)
}

// hold keeps a copy of p, as far as it is new: what came first stays.
func (q *queue) hold(p piece) {
	for p.off < p.end() {
		i, _ := slices.BinarySearchFunc(q.pending, p.off, func(held piece, off int64) int {
			if held.end() <= off {
				return -1
			}
			return 1
		})
		next := p.end()
		if i < len(q.pending) {
			next = min(next, q.pending[i].off)
		}
		if p.off < next {
			fresh := p.before(next)
			fresh.data = slices.Clone(fresh.data)
			q.pending = slices.Insert(q.pending, i, fresh)
			q.pendingBytes += len(fresh.data)
			p.skipTo(next)
			continue
		}
		p.skipTo(min(p.end(), q.pending[i].end()))
	}
}

// pop removes the first pending piece.
func (q *queue) pop() piece {
	p := q.pending[0]
	q.pending = slices.Delete(q.pending, 0, 1)
	q.pendingBytes -= len(p.data)
	return p
}

// full says that no more may wait.
func (h *half) full() bool {
	return h.pendingBytes > maxPendingBytes || len(h.pending) > maxPendingSegments
}

// take adds the payload of a segment and delivers what is in order.
func (f *flow) take(fromServer bool, p piece) {
	h := &f.half[index(fromServer)]
	p.skipTo(min(h.off, p.end()))
	switch {
	case p.off == p.end():
		return // a retransmission
	case p.off > h.off && !f.own:
		h.hold(p)
	default:
		f.deliver(fromServer, p)
	}
	f.settle(fromServer)
}

// deliver emits p, and before it the gap that is known to be one.
func (f *flow) deliver(fromServer bool, p piece) {
	h := &f.half[index(fromServer)]
	f.skip(fromServer, p.off, f.lossReason())
	p.skipTo(min(h.off, p.end()))
	if n := int64(len(p.data)); n > 0 {
		f.emit(Record{Kind: Data, FromServer: fromServer, Data: p.data, Offset: h.off, Length: n, Frame: p.frame})
		h.advance(n)
	}
	f.skip(fromServer, p.end(), "the capture cut the packets short")
}

// skip emits the gap from the next byte to off, if there is one.
func (f *flow) skip(fromServer bool, off int64, reason string) {
	h := &f.half[index(fromServer)]
	if n := off - h.off; n > 0 {
		f.emit(Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: n, Reason: reason})
		h.advance(n)
	}
}

// settle delivers what is pending and in order now, or after a hole that will
// not be filled: the receiver acknowledged beyond it, so that it has what the
// capture has not.
func (f *flow) settle(fromServer bool) {
	h := &f.half[index(fromServer)]
	for len(h.pending) > 0 {
		first := h.pending[0].off
		if first > h.off && h.acked <= first && !h.full() {
			return
		}
		f.deliver(fromServer, h.pop())
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
	f.emit(Record{Kind: Fin, FromServer: fromServer, Offset: h.off, Reason: f.packetReason})
}

// giveUp delivers what is pending, holes and all.
func (f *flow) giveUp(fromServer bool) {
	h := &f.half[index(fromServer)]
	for len(h.pending) > 0 {
		f.deliver(fromServer, h.pop())
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
			f.emit(Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: -1,
				Reason: "the other side acknowledged more bytes than were captured"})
			h.advance(h.acked - h.off)
		}
	}
	if f.to != nil {
		f.to.end()
	}
}
