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
	// maxSteps is how many chunks are followed from one place, so that bytes
	// that were made for it cannot cost much.
	maxSteps = 4096
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
		if !d.mayBegin(p) {
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
func (d *Decoder) found(at int, w *walker) {
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
	d.emit(Event{Kind: Resynced, Offset: d.offset, End: d.offset, Reason: Reason{TokenResynced, text}})
	d.phase = inHeader
}

// inferred takes over a chunk size that was proved. While no message was longer
// than it, larger ones fit as well; wholeUpTo remembers how far that goes.
func (d *Decoder) inferred(w *walker) {
	d.chunkSize, d.wholeUpTo = w.size, w.longest
	if w.split {
		d.wholeUpTo = 0
	}
}

// stillTrue checks a header that inherits from one before a gap, in which a newer
// one may have been lost: it is believed only when the message that it begins is
// followed by others. known is false while more bytes are needed; when ok is
// false and known is true, framing was given up.
func (d *Decoder) stillTrue(s *stream, h header) (ok, known bool) {
	if !s.stale || h.Fmt < 2 || s.open {
		return true, true
	}
	d.spill()
	if len(d.stash) < d.search.enough && !d.noMore() {
		return false, false
	}
	sizes := []uint32{d.chunkSize}
	if d.wholeUpTo > 0 {
		sizes = d.sizes()
	}
	switch _, verdict := d.prove(d.stash, sizes); verdict {
	case unproved:
		d.search.enough = len(d.stash) + len(d.stash)/8
		return false, false
	case refuted:
		d.lose(d.offset, TokenStaleHeader, fmt.Sprintf("a chunk of format %d on chunk stream %d inherits from a header before the gap, and does not fit it", h.Fmt, s.id))
		return false, true
	}
	d.search.enough, s.stale = 0, false
	return true, true
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
		d.anomaly(d.offset, TokenChunkSizeInferred, fmt.Sprintf("a message of %d bytes shows that the chunk size is %d; %d was inferred before, from shorter ones", length, w.size, d.chunkSize))
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

// mayBegin is the cheap test: a header of format 0 or 1 with a known type and
// believable numbers, or one of format 2 on a chunk stream that was known before
// a gap. Of random bytes one in a million passes.
func (d *Decoder) mayBegin(p []byte) bool {
	format := p[0] >> 6
	if format == 3 || format == 2 && len(d.streams.all) == 0 {
		return false
	}
	n := chunk.Need(p[0])
	if len(p) < n+chunk.MessageSize(format) {
		return true // may be one, cut
	}
	if format <= 1 && !isKnownType(p[n+6]) {
		return false // so ends nearly every place
	}
	m := chunk.ParseMessage(format, p[n:])
	switch format {
	case 0:
		return m.Length > 0 && believableHeader(0, m)
	case 1:
		return m.Length > 0 && believableDelta(m.Time) && chunk.IsMedia(m.Type) && m.Length <= maxPlausible
	}
	s := d.streams.get(chunk.ParseBasic(p).Stream)
	return s != nil && s.length > 0 && believableDelta(m.Time)
}

// believableDelta accepts the steps of a stream in use, and an extended field: SRS
// put the absolute timestamp there.
func believableDelta(time uint32) bool { return time <= maxDelta || time == chunk.ExtendedMark }

// believableHeader judges what a header of format 0 or 1 says.
func believableHeader(format uint8, m chunk.Message) bool {
	return isKnownType(m.Type) && m.Length <= maxPlausible && believableLength(m) &&
		(format != 0 || believableStreamID(m.StreamID))
}

// believableStreamID accepts what servers give out, in either byte order.
func believableStreamID(id uint32) bool { return id < 1<<16 || wrongOrder(id) }

// believableLength knows the lengths that control messages have.
func believableLength(m chunk.Message) bool {
	switch m.Type {
	case chunk.TypeSetChunkSize, chunk.TypeAbort, chunk.TypeAcknowledgement, chunk.TypeWindowAckSize:
		return m.Length == 4
	case chunk.TypeSetPeerBandwidth:
		return m.Length == 5
	case chunk.TypeUserControl:
		return m.Length >= 6 && m.Length <= 44
	}
	return true
}

// prove tries the chunk sizes that may be in force and returns the first walk
// that proves the place. A size that cannot be judged yet is waited for, and no
// more than maxWindow bytes are looked at, so that the verdict does not depend
// on how many happen to be there.
func (d *Decoder) prove(p []byte, sizes []uint32) (*walker, verdict) {
	p = p[:min(len(p), maxWindow)]
	for _, size := range sizes {
		if w, v := d.walk(p, size); v != refuted {
			return w, v
		}
	}
	return nil, refuted
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
