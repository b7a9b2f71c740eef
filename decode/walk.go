package decode

import (
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// walker follows chunks from a place under one assumption of the chunk size.
type walker struct {
	near    [64]walked
	far     map[uint32]*walked
	size    uint32
	whole   int
	always  bool    // chunks of format 3 repeat the extended timestamp, whatever its value
	doubted bool    // one was read as leaving it out, by its value
	longest uint32  // body of the longest message in one chunk
	split   bool    // a message was seen whose parts prove the size
	first   *walked // the chunk stream whose message must be whole too, or nil
}

// walked is what the walker knows of a chunk stream.
type walked struct {
	length, left uint32
	field        uint32 // the extended timestamp of the last header that had one
	whole        uint32
	typ          uint8
	seen, ext    bool
}

// at returns what is known of a chunk stream.
func (w *walker) at(id uint32) *walked {
	if id < 64 {
		return &w.near[id]
	}
	s := w.far[id]
	if s == nil {
		if w.far == nil {
			w.far = map[uint32]*walked{}
		}
		s = &walked{}
		w.far[id] = s
	}
	return s
}

// walk counts the whole messages that follow each other from p on. Where chunks
// of format 3 do not repeat the value of the header before, they may leave the
// extended timestamp out, or repeat the absolute one (SRS): both are tried.
func (d *Decoder) walk(p []byte, size uint32) (*walker, verdict) {
	w, v := d.walkAs(p, size, false)
	if v == refuted && w.doubted {
		return d.walkAs(p, size, true)
	}
	return w, v
}

// walkAs is walk under one assumption of what the extended timestamp repeats.
func (d *Decoder) walkAs(p []byte, size uint32, always bool) (*walker, verdict) {
	w := &walker{size: size, always: always}
	w.prepare(d, p)
	at := 0
	for range maxSteps {
		n, v := w.chunk(p[at:])
		switch {
		case v == refuted:
			return w, refuted
		case v == proved && w.enough(wantMessages):
			return w, proved
		case v == proved:
			at += n
		case !d.noMore() && len(p) < maxWindow:
			return w, unproved
		default:
			return w, w.atEnd()
		}
	}
	return w, w.atEnd()
}

// enough reports whether n messages were whole, and among them the one that
// inherits from a header that may be out of date.
func (w *walker) enough(n int) bool {
	return w.whole >= n && (w.first == nil || w.first.whole > 0)
}

// atEnd is the verdict when the direction ends, or the rest is too long to wait
// for.
func (w *walker) atEnd() verdict {
	if w.enough(wantAtEnd) {
		return proved
	}
	return refuted
}

// prepare takes over what is known of the chunk streams: nothing while framing
// is lost, except for a header that inherits from before a gap.
func (w *walker) prepare(d *Decoder, p []byte) {
	if p[0]>>6 < 2 && d.phase == inLost {
		return
	}
	b := chunk.ParseBasic(p)
	for _, s := range d.streams.all {
		if d.phase != inLost || s.id == b.Stream {
			w.recall(s)
		}
	}
	if s := d.streams.get(b.Stream); b.Fmt >= 2 && s != nil && s.stale {
		w.first = w.at(b.Stream)
	}
}

func (w *walker) recall(s *stream) {
	k := w.at(s.id)
	*k = walked{length: s.length, typ: s.typ, seen: true, ext: s.ext, field: s.field}
	if s.open {
		k.left = s.length - s.have()
	}
}

// chunk takes one chunk at the start of p and returns its length.
func (w *walker) chunk(p []byte) (n int, v verdict) {
	b := chunk.ParseBasic(p)
	n = b.Size + chunk.MessageSize(b.Fmt)
	if b.Size == 0 || len(p) < n {
		return n, unproved
	}
	s := w.at(b.Stream)
	ext, v := s.header(w, b.Fmt, chunk.ParseMessage(b.Fmt, p[b.Size:]), p[n:])
	if v != proved {
		return n, v
	}
	n += ext
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
		w.count(s)
	}
	return n + take, proved
}

// count takes in a message that is whole.
func (w *walker) count(s *walked) {
	w.whole++
	s.whole++
	w.split = w.split || s.length > w.size
	if s.length <= w.size {
		w.longest = max(w.longest, s.length)
	}
}

// header applies a header, unless it makes no sense there, and returns the length
// of its extended timestamp, which stands at the start of p.
func (s *walked) header(w *walker, format uint8, m chunk.Message, p []byte) (ext int, v verdict) {
	switch {
	case format >= 2 && !s.seen, format != 3 && s.left > 0:
		return 0, refuted // inherits from nothing, or breaks a message
	case format <= 1 && !believableHeader(format, m):
		return 0, refuted
	case (format == 1 || format == 2) && !believableDelta(m.Time):
		return 0, refuted
	}
	if format <= 1 {
		s.length, s.typ = m.Length, m.Type
	}
	if s.left == 0 {
		s.left = s.length
	}
	s.seen = true
	if format != 3 {
		s.ext = m.Time == chunk.ExtendedMark
	}
	return s.extended(w, format, p)
}

// extended returns how many bytes of extended timestamp stand at the start of p.
// A header of format 3 repeats the field, or its sender leaves it out.
func (s *walked) extended(w *walker, format uint8, p []byte) (n int, v verdict) {
	switch {
	case !s.ext:
		return 0, proved
	case len(p) < 4:
		return 4, unproved
	}
	x := binary.BigEndian.Uint32(p)
	if format == 3 && x != s.field && !w.always {
		w.doubted = true
		return 0, proved
	}
	s.field = x
	return 4, proved
}

// believableBody knows how bodies begin.
func believableBody(typ uint8, p []byte) bool {
	if len(p) == 0 {
		return true
	}
	switch typ {
	case chunk.TypeAudio:
		return p[0]>>4 != 12
	case chunk.TypeVideo:
		frame, codec := p[0]>>4, p[0]&0x0f
		return p[0]&0x80 != 0 || frame >= 1 && frame <= 5 && codec >= 2 && codec <= 14
	case chunk.TypeDataAMF0, chunk.TypeCommandAMF0:
		return p[0] == 2
	case chunk.TypeDataAMF3, chunk.TypeCommandAMF3:
		return p[0] == 0 || p[0] == 2
	}
	return true
}
