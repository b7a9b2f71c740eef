package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// choices are the readings taken where real senders disagree, learnt from one
// direction and kept. Each is reported once, as a Dialect event, with the
// evidence.
type choices struct {
	// present and absent are votes on the extended timestamp of format 3.
	present, absent int
	told            [numDialects]bool
}

// The dialects, as tokens of Dialect events.
const (
	dialectExtPresent = iota
	dialectExtAbsent
	dialectExtAbsolute
	dialectFmt3Same
	dialectFmt3Delta
	dialectHeaderRepeated
	dialectStreamOrder
	dialectExtOther
	numDialects
)

var dialectTokens = [numDialects]string{
	TokenExtendedRepeated, TokenExtendedLeftOut, TokenExtendedAbsolute,
	TokenFmt3Same, TokenFmt3Adds, TokenHeaderRepeated, TokenStreamOrder, TokenExtendedOther,
}

// maxLookAhead is how many bytes a choice may wait for. It covers the payload
// of one chunk at the sizes that encoders and servers set.
const maxLookAhead = 128 << 10

// choose reports a reading, the first time that it is taken.
func (d *Decoder) choose(dialect int, format string, args ...any) {
	if d.choices.told[dialect] {
		return
	}
	d.choices.told[dialect] = true
	d.emit(Event{Kind: Dialect, Offset: d.offset, End: d.offset, Reason: Reason{dialectTokens[dialect], fmt.Sprintf(format, args...)}})
}

// extendedOnFmt3 decides whether a chunk of format 3, on a chunk stream whose
// last header had an extended timestamp, repeats that field. The specification
// says yes (RTMP 1.0 §5.3.1.3); old librtmp and OBS before 2024 do not. It
// returns known=false while the bytes that decide have not arrived.
func (d *Decoder) extendedOnFmt3(s *stream, size int) (present, known bool) {
	p := d.peek(size + 4)
	if p == nil {
		return false, d.forced && !d.cutField(s, size)
	}
	x := binary.BigEndian.Uint32(p[size:])
	if why := s.recognises(x); why != "" {
		d.choices.present++
		d.choose(dialectExtPresent, "the %s repeats the extended timestamp on chunks of format 3, as RTMP 1.0 §5.3.1.3 demands: the four bytes %08x equal %s", d.dir, x, why)
		return true, true
	}
	present, known, why := d.fitsAfter(s, size)
	switch {
	case !known:
	case present:
		d.choices.present++
		d.choose(dialectExtOther, "the %s writes four bytes on chunks of format 3, but %08x is not the extended timestamp %08x of the last header: %s", d.dir, x, s.field, why)
	default:
		d.choices.absent++
		d.choose(dialectExtAbsent, "the %s leaves the extended timestamp out on chunks of format 3, against RTMP 1.0 §5.3.1.3: %s", d.dir, why)
	}
	return present, known
}

// cutField reports whether the bytes that are left behind a header of format 3
// begin the field that it would repeat: then that is what was cut, unless the
// direction is known to leave it out.
func (d *Decoder) cutField(s *stream, size int) bool {
	if d.choices.absent > d.choices.present {
		return false
	}
	rest := d.stash[min(size, len(d.stash)):]
	for _, field := range []uint32{s.field, s.timestamp} {
		if bytes.HasPrefix(binary.BigEndian.AppendUint32(nil, field), rest) {
			return true
		}
	}
	return false
}

// recognises says in words which extended timestamp the value repeats, or "".
// SRS writes the absolute timestamp where others repeat a delta.
func (s *stream) recognises(x uint32) string {
	switch {
	case x == s.field:
		return "the field of the last header"
	case x == s.timestamp, !s.open && x == s.timestamp+s.delta:
		return "the absolute timestamp"
	}
	return ""
}

// fitsAfter tries both readings and asks after which of them a plausible chunk
// header follows the payload. When both or neither do, the direction's own past
// decides, and before there is one, that the four bytes are not what any sender
// is known to write there.
func (d *Decoder) fitsAfter(s *stream, size int) (present, known bool, why string) {
	have := uint32(0)
	if s.open {
		have = s.have()
	}
	left := int(min(d.chunkSize, s.length-have))
	byPast := d.choices.present > d.choices.absent
	const past = "what follows does not tell, and it is no value that a sender would repeat"
	p, known := d.ahead(size + 4 + left)
	if p == nil {
		return byPast, known, past
	}
	done := have+uint32(left) == s.length
	with, without := d.plausible(s, p, size+4+left, done), d.plausible(s, p, size+left, done)
	if with == without {
		return byPast, true, past
	}
	return with, true, fmt.Sprintf("only then a chunk header follows %d payload bytes later", left)
}

// headerEvidence is how many bytes of a header are looked at: all of format 0
// behind a basic header of one byte.
const headerEvidence = 12

// ahead returns the unread bytes up to n and those of the header behind them,
// or fewer when the direction ends before. It returns nothing when that is more
// than may be waited for, or (known is false) while it has not arrived.
func (d *Decoder) ahead(n int) (p []byte, known bool) {
	if n += headerEvidence; n > maxLookAhead {
		return nil, true
	}
	if p = d.peek(n); p == nil && d.forced {
		p = d.stash
	}
	return p, p != nil
}

// plausible judges what stands behind a chunk that ends at p[at]: a header on a
// chunk stream that exists (the same one when its message goes on) or a full
// header that opens one, or the end of the direction.
func (d *Decoder) plausible(s *stream, p []byte, at int, done bool) bool {
	if at >= len(p) {
		return at == len(p)
	}
	p = p[at:]
	format, low := p[0]>>6, uint32(p[0]&0x3f)
	if low < 2 {
		return false // two and three byte forms: too rare to be evidence
	}
	if format <= 1 && len(p) >= headerEvidence && !believableHeader(format, chunk.ParseMessage(format, p[1:])) {
		return false
	}
	other := d.streams.get(low)
	switch {
	case low == s.id:
		return done || format == 3
	case other == nil:
		return format == 0
	}
	return format != 3 || other.open || other.length > 0
}

// repeatsHeader decides what a header of format 0 or 1 means while a message is
// unfinished on its chunk stream. Only format 3 continues a message (RTMP 1.0
// §5.3.1.2.4), so it begins a new one. But muxers exist that write a full header
// on every chunk; it then says the same length, type and message stream as
// before, and what follows shows how much payload the chunk has. It returns
// known=false while that has not arrived.
func (d *Decoder) repeatsHeader(s *stream, h header) (again, known bool) {
	if !s.open || h.Fmt > 1 || h.Length != s.length || h.Type != s.typ || h.Fmt == 0 && h.StreamID != s.streamID {
		return false, true
	}
	left := s.length - s.have()
	sameTime := h.Fmt == 0 && h.Time == s.timestamp || h.Fmt == 1 && (h.Time == s.delta || h.Time == 0)
	again, why := sameTime, "with the same length, type and timestamp as the unfinished message"
	if left < d.chunkSize {
		anew := int(min(d.chunkSize, s.length))
		p, known := d.ahead(h.size + anew)
		if !known {
			return false, false
		}
		rest := d.plausible(s, p, h.size+int(left), true)
		if p != nil && rest != d.plausible(s, p, h.size+anew, uint32(anew) == s.length) {
			again, why = rest, fmt.Sprintf("and %d bytes later, where the unfinished message ends, a chunk header follows", left)
		}
	}
	if again {
		d.choose(dialectHeaderRepeated, "the %s writes a header of format %d on chunks that continue a message, where RTMP 1.0 §5.3.1.2.4 demands format 3: %s", d.dir, h.Fmt, why)
	}
	return again, true
}

// watchStreamID reports, once, a message stream ID in the wrong byte order. The
// value is kept as it is: the peer of such a sender may read it the same way.
func (d *Decoder) watchStreamID(id uint32) {
	if wrongOrder(id) {
		d.choose(dialectStreamOrder, "the %s writes message stream ID %d, which is %d in the other byte order: RTMP 1.0 §5.3.1.2.1 demands little endian", d.dir, id, bits.ReverseBytes32(id))
	}
}

// wrongOrder reports whether a message stream ID looks written big endian: large
// as it stands, and small the other way round.
func wrongOrder(id uint32) bool { return id >= 1<<24 && bits.ReverseBytes32(id) < 1<<16 }

// deltaOf reads the time field of a header of format 1 or 2 as a delta (RTMP
// 1.0 §5.3.1.2.2). SRS up to 6.0.166 writes the absolute timestamp when the
// field is extended (ossrs/srs#4356): a value just above the last timestamp. So
// it is after a gap for a sender that did it before, however long the gap; and on
// a chunk stream whose beginning was not captured, where the value would be a
// pause of more than four hours and a half.
func (d *Decoder) deltaOf(s *stream, field uint32, ext bool) uint32 {
	const hour = 3600_000
	step := field - s.timestamp
	near := step < hour || d.choices.told[dialectExtAbsolute] && step < 1<<31 || s.relative
	if !ext || s.timestamp == 0 || !near {
		s.relative = s.relative && !ext
		return field
	}
	s.relative = false
	d.choose(dialectExtAbsolute, "the %s writes the absolute timestamp %d where RTMP 1.0 §5.3.1.2.2 has a delta: as a delta it would be a jump of %d s, so it is read as a step of %d ms", d.dir, field, field/1000, step)
	return step
}

// deltaOfFmt3 is what a message that begins with format 3 adds to the last
// timestamp. After format 1 or 2 that is the last delta. After format 0 the
// specification takes the timestamp itself (§5.3.1.2.4), as FFmpeg does, but
// nginx-rtmp and old librtmp mean "the same time again"; the reading that stays
// nearer to the other chunk streams wins.
func (d *Decoder) deltaOfFmt3(s *stream) uint32 {
	if !s.afterZero || s.delta == 0 {
		return s.delta
	}
	step, dialect := d.stepOfFmt3(s)
	switch {
	case d.choices.told[dialect]:
	case dialect == dialectFmt3Same:
		d.choose(dialect, "the %s begins a message with format 3 right after format 0, and means the same timestamp %d again; by RTMP 1.0 §5.3.1.2.4 it would be %d, while the direction is at %d", d.dir, s.timestamp, s.timestamp+s.delta, d.latest)
	default:
		d.choose(dialect, "the %s begins a message with format 3 right after format 0, and the timestamp %d is added as its own delta (RTMP 1.0 §5.3.1.2.4), which agrees with the direction's %d", d.dir, s.delta, d.latest)
	}
	return step
}

// stepOfFmt3 is deltaOfFmt3 after format 0, and the name of the choice.
func (d *Decoder) stepOfFmt3(s *stream) (step uint32, dialect int) {
	if distance(s.timestamp, d.latest) <= distance(s.timestamp+s.delta, d.latest) {
		return 0, dialectFmt3Same
	}
	return s.delta, dialectFmt3Delta
}

// distance is how far apart two timestamps are, across the 32-bit wrap.
func distance(a, b uint32) uint32 { return min(a-b, b-a) }
