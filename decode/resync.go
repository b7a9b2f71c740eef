package decode

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// After framing was lost the decoder looks for a place where it holds again: a
// header of format 0 or 1 that makes sense, a body that begins as its type
// demands, and after it more messages, each where the one before it ends. What
// follows such a place by chance is told from what was sent by the number of
// messages that fit.

const (
	// wantMessages is how many whole messages in a row make a place believable,
	// and wantAtEnd how many when the direction ends behind them.
	wantMessages = 4
	wantAtEnd    = 2
	// maxWindow is how many bytes a place may need to be proved. It covers
	// wantMessages frames of a high bit rate.
	maxWindow = 4 << 20
	// maxDelta is the largest step, in milliseconds, that is believed of a
	// header of format 1 before framing is established.
	maxDelta = 10_000
	// maxPlausible is the largest message that is believed likewise.
	maxPlausible = 8 << 20
)

// search is the state of the decoder while framing is lost.
type search struct {
	since   int64 // offset at which it was lost
	forGood bool  // nothing to look for: not RTMP, or encrypted
	// enough is how many unread bytes it takes until looking again is worth
	// the time; it grows while a place stays unproved.
	enough int
}

// readLost looks for a place where framing holds, and passes over the rest.
func (d *Decoder) readLost() bool {
	if d.search.forGood {
		d.offset += int64(len(d.stash) + len(d.in))
		d.stash, d.in = nil, nil
		return false
	}
	d.spill()
	if len(d.stash) < d.search.enough && !d.noMore() {
		return false
	}
	at := 0
	for ; at < len(d.stash); at++ {
		p := d.stash[at:]
		if !mayBegin(p) {
			continue
		}
		w, verdict := d.prove(p, d.sizes())
		if verdict == unproved {
			break
		}
		if verdict == proved {
			d.found(at, w)
			return true
		}
	}
	d.skip(at)
	d.search.enough = len(d.stash) + len(d.stash)/8
	return false
}

// noMore reports whether no bytes will come that could decide anything.
func (d *Decoder) noMore() bool { return d.forced || d.ended }

// found goes on at a place, in the chunk size for which it was proved.
func (d *Decoder) found(at int, w walker) {
	d.skip(at)
	size := w.size
	skipped := d.offset - d.search.since
	text := fmt.Sprintf("framing holds again after %d bytes", skipped)
	if size != d.chunkSize {
		text += fmt.Sprintf("; the chunk size %d is inferred from what fits", size)
	}
	if p := d.stash; p[0]>>6 != 0 {
		text += "; timestamps are relative to an unknown beginning until a full header comes"
	}
	d.inferred(w)
	d.unknown = 0
	d.emit(Event{Kind: Resynced, Offset: d.offset, End: d.offset, Reason: Reason{"resynced", text}})
	d.phase = inHeader
}

// inferred takes over a chunk size that was proved. While no message was longer
// than it, larger ones fit as well; wholeUpTo remembers how far that goes.
func (d *Decoder) inferred(w walker) {
	d.chunkSize, d.wholeUpTo = w.size, w.longest
	if w.split {
		d.wholeUpTo = 0
	}
}

// settleSize decides an inferred chunk size for the first message that is longer
// than those it was inferred from. It reports false while more bytes are needed.
// The header of the message stands at the first unread byte.
func (d *Decoder) settleSize(length uint32) bool {
	if d.wholeUpTo == 0 || length <= d.wholeUpTo {
		return true
	}
	d.spill()
	if len(d.stash) < d.search.enough && !d.noMore() {
		return false
	}
	w, verdict := d.prove(d.stash, d.sizes())
	if verdict == unproved {
		d.search.enough = len(d.stash) + len(d.stash)/8
		return false
	}
	d.search.enough = 0
	if verdict == refuted {
		d.wholeUpTo = 0 // no size fits: read on, and let framing fail where it does
		return true
	}
	if w.size != d.chunkSize {
		d.anomaly(d.offset, "chunk-size-inferred", fmt.Sprintf("a message of %d bytes shows that the chunk size is %d; %d was inferred before, from shorter ones", length, w.size, d.chunkSize))
	}
	d.inferred(w)
	return true
}

// verdict is what can be said of a place so far.
type verdict uint8

const (
	refuted  verdict = iota
	unproved         // more bytes are needed
	proved
)

// mayBegin is the cheap test: a basic header of one byte, format 0 or 1, a known
// type, believable numbers. Of random bytes one in millions passes.
func mayBegin(p []byte) bool {
	if len(p) < 12 {
		return len(p) > 0 && p[0] < 0x80 && p[0]&0x3f >= 2 // may be one, cut
	}
	if p[0] >= 0x80 || p[0]&0x3f < 2 {
		return false
	}
	m := chunk.ParseMessage(p[0]>>6, p[1:])
	if !isKnownType(m.Type) || m.Length == 0 || m.Length > maxPlausible {
		return false
	}
	if p[0]>>6 == 0 {
		return m.StreamID < 1<<16 && believableLength(m)
	}
	return m.Time <= maxDelta && (m.Type == 8 || m.Type == 9)
}

// believableLength knows the lengths that control messages have.
func believableLength(m chunk.Message) bool {
	switch m.Type {
	case 1, 2, 3, 5:
		return m.Length == 4
	case 6:
		return m.Length == 5
	case 4:
		return m.Length >= 6 && m.Length <= 44
	}
	return true
}

// prove tries the chunk sizes that may be in force and returns the first walk
// that proves the place. No more than maxWindow bytes are looked at, so that the
// verdict does not depend on how many happen to be there.
func (d *Decoder) prove(p []byte, sizes []uint32) (w walker, v verdict) {
	p = p[:min(len(p), maxWindow)]
	waiting := false
	for _, size := range sizes {
		w, v := d.walk(p, size)
		if v == proved {
			return w, proved
		}
		waiting = waiting || v == unproved
	}
	if waiting {
		return w, unproved
	}
	return w, refuted
}

// commonSizes are the chunk sizes that implementations set (protocol default,
// nginx-rtmp and OBS, SRS, MediaMTX, NMS and others), likeliest first.
var commonSizes = []uint32{4096, 128, 60000, 65536, 65535, 1024, 8192, 10000, 16384, 32768, 64000, 128000, 1 << 20, chunk.MaxSize}

// sizes lists the chunk sizes to try: the one in force first, unless that is
// only the default of a direction whose beginning was not seen.
func (d *Decoder) sizes() []uint32 {
	if d.search.since > 0 || d.chunkSize != chunk.DefaultSize {
		return append([]uint32{d.chunkSize}, commonSizes...)
	}
	return commonSizes
}

// walker follows chunks from a place under one assumption of the chunk size.
type walker struct {
	known   [64]walked
	size    uint32
	whole   int
	longest uint32 // body of the longest message in one chunk
	split   bool   // a message was seen whose parts prove the size
}

// walked is what the walker knows of a chunk stream.
type walked struct {
	length, left uint32
	typ          uint8
	seen, ext    bool
}

// walk counts the whole messages that follow each other from p on.
func (d *Decoder) walk(p []byte, size uint32) (walker, verdict) {
	w := walker{size: size}
	if d.phase != inLost {
		w.recall(&d.streams)
	}
	for at := 0; ; {
		n, v := w.chunk(p[at:])
		switch {
		case v == refuted:
			return w, refuted
		case v == proved && w.whole >= wantMessages:
			return w, proved
		case v == proved:
			at += n
		case !d.noMore() && len(p) < maxWindow:
			return w, unproved
		case w.whole >= wantAtEnd:
			return w, proved // the direction ends, or the rest is too long to wait for
		default:
			return w, refuted
		}
	}
}

// recall takes over what is known of the chunk streams.
func (w *walker) recall(t *streams) {
	for id, s := range t.near {
		if s == nil {
			continue
		}
		w.known[id] = walked{length: s.length, typ: s.typ, seen: true, ext: s.ext}
		if s.open {
			w.known[id].left = s.length - s.have()
		}
	}
}

// chunk takes one chunk at the start of p and returns its length.
func (w *walker) chunk(p []byte) (n int, v verdict) {
	if len(p) == 0 {
		return 0, unproved
	}
	format, id := p[0]>>6, p[0]&0x3f
	if id < 2 {
		return 0, refuted
	}
	n = 1 + chunk.MessageSize(format)
	if len(p) < n {
		return n, unproved
	}
	s := &w.known[id]
	if !s.header(format, chunk.ParseMessage(format, p[1:])) {
		return 0, refuted
	}
	if s.ext {
		n += 4
	}
	fresh := s.left == s.length
	take := int(min(w.size, s.left))
	if len(p) < n+min(take, 2) {
		return n + take, unproved
	}
	if fresh && !believableBody(s.typ, p[n:n+min(take, 2)]) {
		return 0, refuted
	}
	s.left -= uint32(take)
	if len(p) < n+take {
		return n + take, unproved
	}
	if s.left == 0 {
		w.whole++
		w.split = w.split || s.length > w.size
		if s.length <= w.size {
			w.longest = max(w.longest, s.length)
		}
	}
	return n + take, proved
}

// header applies a header and reports whether it makes sense there.
func (s *walked) header(format uint8, m chunk.Message) bool {
	switch {
	case format >= 2 && !s.seen, format != 3 && s.left > 0:
		return false // inherits from nothing, or breaks a message
	case format <= 1 && (!isKnownType(m.Type) || m.Length > maxPlausible || !believableLength(m)):
		return false
	case format == 0 && m.StreamID >= 1<<16:
		return false
	case format != 0 && format != 3 && m.Time > maxDelta && m.Time != chunk.ExtendedMark:
		return false
	}
	if format <= 1 {
		s.length, s.typ = m.Length, m.Type
	}
	if format != 3 {
		s.ext = m.Time == chunk.ExtendedMark
	}
	if s.left == 0 {
		s.left = s.length
	}
	s.seen = true
	return true
}

// believableBody knows how bodies begin.
func believableBody(typ uint8, p []byte) bool {
	if len(p) == 0 {
		return true
	}
	switch typ {
	case 8:
		return p[0]>>4 != 12
	case 9:
		frame, codec := p[0]>>4, p[0]&0x0f
		return p[0]&0x80 != 0 || frame >= 1 && frame <= 5 && codec >= 2 && codec <= 14
	case 18, 20:
		return p[0] == 2
	case 15, 17:
		return p[0] == 0 || p[0] == 2
	}
	return true
}
