package capture

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Limits on what a comment may say.
const (
	maxMeta   = 256     // notes in one packet or section header
	maxOffset = 1 << 60 // bytes of a direction
)

// turn begins a new section: another segment of the same recording, or another
// capture.
func (r *Reader) turn() {
	was, is := r.segment, r.blocks.sect.segment
	r.segment = is
	if was == nil || is == nil || is.Recording != was.Recording || is.Number <= was.Number {
		r.endSection()
		r.numbers, r.recorded = nil, 0
		if is != nil && (is.Number > 1 || r.conns > 0) {
			r.numbers = map[uint32]uint32{}
		}
	} else if is.After != was.Number {
		r.renumber()
		r.missing()
	}
	if is != nil {
		r.recorded = is.Opened
	}
	for i := range r.blocks.sect.notes {
		r.note(&r.blocks.sect.notes[i])
	}
}

// missing notes that segments in between are not there: connections that the
// next one does not carry on have ended in them.
func (r *Reader) missing() {
	r.stale = r.stale[:0]
	for _, f := range r.flows {
		if !f.done() {
			f.stale = true
			r.stale = append(r.stale, f)
		}
	}
}

// settleStale ends the connections that were not carried on.
func (r *Reader) settleStale() {
	if len(r.stale) == 0 {
		return
	}
	slices.SortFunc(r.stale, func(a, b *flow) int { return cmp.Compare(a.born, b.born) })
	for _, f := range r.stale {
		if f.stale {
			f.missingEnd()
			r.forget(f)
		}
	}
	r.stale = r.stale[:0]
}

// missingEnd ends a connection somewhere in segments that are not there.
func (f *flow) missingEnd() {
	f.stale = false
	for _, fromServer := range [2]bool{false, true} {
		if h := &f.half[index(fromServer)]; !h.finSent && !f.done() {
			f.emit(&Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: -1, Reason: "the segments of the recording with the rest of the connection are not here"})
		}
	}
	f.end()
}

// recall follows a packet that repeats the beginning of a connection, which is news
// when that is in segments that are not here.
func (r *Reader) recall(f *flow, s *wire.Segment, head *meta.Head) {
	if f != nil && f.number != head.Conn { // its addresses were used again
		f.missingEnd()
		r.forget(f)
		f = nil
		if r.only != nil {
			r.err = io.EOF
			return
		}
	}
	if f != nil && !f.heading || f == nil && !s.Is(wire.FlagSYN) {
		return // known, or not from its first packet on
	}
	if r.packet.Time.Before(r.beaten) {
		r.packet.Time = r.beaten
	}
	r.follow(f, s)
	if f == nil && r.latest != nil {
		r.numbered(r.latest, head.Conn)
	}
}

// carryOn follows a packet that says where a connection stands; f is nil when
// it began in a segment that is not here.
func (r *Reader) carryOn(f *flow, s *wire.Segment, at *meta.Resumption) {
	if f != nil && f.number != at.Conn { // its addresses were used again
		f.missingEnd()
		r.forget(f)
		f = nil
		if r.only != nil {
			r.err = io.EOF
			return
		}
	}
	if f == nil {
		f = r.begin(s)
		r.numbered(f, at.Conn)
	} else {
		r.before, r.marked = f.moment(), true
	}
	r.current = f
	f.stale = false
	f.standAt(false, s.Seq, at)
	if s.Is(wire.FlagACK) {
		f.standAt(true, s.Ack, at)
	}
	f.heading = false
}

// standAt moves a direction to where the recording goes on.
func (f *flow) standAt(fromServer bool, seq uint32, at *meta.Resumption) {
	h, i := &f.half[index(fromServer)], index(fromServer)
	if h.finSent || h.rstSent {
		return
	}
	if n := at.Offset[i] - h.off; n > 0 && n < maxOffset {
		if !f.heading { // otherwise it begins where what is repeated ends
			f.since(heardOf(at, f.time))
		}
		f.emit(&Record{Kind: Gap, FromServer: fromServer, Offset: h.off, Length: n, Reason: "these bytes are in segments of the recording that are not here"})
		h.off += n
	}
	h.begin(seq)
	if at.Ended[i] {
		h.finSent = true
		f.since(heardOf(at, f.time))
		f.emit(&Record{Kind: Fin, FromServer: fromServer, Offset: h.off, Cause: Cause{Token: EndElsewhere},
			Reason: "the end of this side is in segments of the recording that are not here"})
	}
}

// heardOf is when the connection was last heard of, or otherwise if it is not said.
func heardOf(at *meta.Resumption, otherwise time.Time) time.Time {
	if at.Time == 0 {
		return otherwise
	}
	return time.Unix(0, at.Time).UTC()
}

// since lets the connection's time go on to t.
func (f *flow) since(t time.Time) {
	if t.After(f.time) {
		f.time = t
	}
}

// numbered notes which number a connection has in the recording. Both numbers
// are the same unless the beginning of the recording is not here.
func (r *Reader) numbered(f *flow, number uint32) {
	f.number = number
	if r.numbers != nil && f.conn.num != 0 {
		r.numbers[number] = f.conn.num
	}
}

// renumber prepares for connections whose numbers in the recording differ.
func (r *Reader) renumber() {
	if r.numbers != nil {
		return
	}
	r.numbers = map[uint32]uint32{}
	for n := range r.conns {
		r.numbers[n+1] = n + 1
	}
}

// note tells a note that was read and keeps it.
func (r *Reader) note(w *meta.Note) {
	if r.only != nil {
		return
	}
	n := noteOf(w)
	if r.numbers != nil && n.Conn != 0 {
		n.Conn = r.numbers[n.Conn]
	}
	if n.Check() != nil || !r.notes.put(n) {
		return
	}
	r.early = append(r.early, Record{Kind: Noted, Conn: n.Conn, FromServer: n.FromServer, Offset: n.Offset,
		Time: n.At, Reason: n.Text, Note: &n, Pos: r.packet.Pos, Frame: r.packet.Pos})
	r.tellEarly(r.conns)
}

// tellEarly tells the notes about the first connections. That of a packet which
// shows a connection to be one comes before all that is told of it.
func (r *Reader) tellEarly(conns uint32) {
	r.early = slices.DeleteFunc(r.early, func(rec Record) bool {
		if rec.Conn <= conns {
			r.out = append(r.out, rec)
		}
		return rec.Conn <= conns
	})
}

// Section is what the section of the file that is being read says of itself.
func (r *Reader) Section() pcapng.SectionInfo { return *r.blocks.sect.SectionInfo }

// Numbers tells which numbers a recording itself gives to the connections told so
// far, by Conn; it is nil when they are the same, because its beginning is here.
func (r *Reader) Numbers() map[uint32]uint32 {
	var own map[uint32]uint32
	for number, conn := range r.numbers {
		if own == nil {
			own = map[uint32]uint32{}
		}
		own[conn] = number
	}
	return own
}

// Notes returns the notes read so far: of each the latest version, without
// those that were deleted, in the order of first writing.
func (r *Reader) Notes() []Note { return r.notes.list() }
