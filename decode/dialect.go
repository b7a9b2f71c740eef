package decode

// dialect is a choice where real senders disagree, learnt from one direction
// and kept.
type dialect struct {
	present, absent int // votes
}

// maxLookAhead is how many bytes a choice may wait for. It covers the payload
// of one chunk at the sizes that encoders and servers set.
const maxLookAhead = 128 << 10

// extendedOnFmt3 decides whether a chunk of format 3, on a chunk stream whose
// last header had an extended timestamp, repeats that field. The specification
// says yes (RTMP 1.0 §5.3.1.3); old librtmp and OBS before 2024 do not. It
// returns known=false while the bytes that decide have not arrived.
func (d *Decoder) extendedOnFmt3(s *stream, size int) (present, known bool) {
	p := d.peek(size + 4)
	if p == nil {
		return false, d.forced
	}
	x := uint32(p[size])<<24 | uint32(p[size+1])<<16 | uint32(p[size+2])<<8 | uint32(p[size+3])
	if x == s.field || x == s.timestamp || x == s.timestamp+s.delta {
		d.extended.present++
		return true, true
	}
	present, known = d.fitsAfter(s, size)
	if known {
		if present {
			d.extended.present++
		} else {
			d.extended.absent++
		}
	}
	return present, known
}

// fitsAfter tries both readings and asks after which of them a plausible chunk
// header follows the payload. When both or neither do, the direction's own past
// decides, and before there is one, the specification.
func (d *Decoder) fitsAfter(s *stream, size int) (present, known bool) {
	have := uint32(0)
	if s.open {
		have = s.have()
	}
	left := int(min(d.chunkSize, s.length-have))
	byPast := d.extended.present >= d.extended.absent
	if size+left+8 > maxLookAhead {
		return byPast, true
	}
	p := d.peek(size + left + 8)
	if p == nil {
		return byPast, d.forced
	}
	done := have+uint32(left) == s.length
	with, without := d.plausible(s, p[size+4+left:], done), d.plausible(s, p[size+left:], done)
	if with == without {
		return byPast, true
	}
	return with, true
}

// plausible judges the first bytes after a chunk: a header on a chunk stream
// that exists (the same one when its message goes on), or one of format 0.
func (d *Decoder) plausible(s *stream, p []byte, done bool) bool {
	format, low := p[0]>>6, uint32(p[0]&0x3f)
	if low < 2 {
		return false // two and three byte forms: too rare to be evidence
	}
	other := d.streams.get(low)
	if low == s.id {
		return done || format == 3
	}
	return other != nil && (format != 3 || other.open || other.length > 0)
}

// deltaOf reads the time field of a header of format 1 or 2 as a delta (RTMP
// 1.0 §5.3.1.2.2). SRS up to 6.0.166 writes the absolute timestamp when the
// field is extended (ossrs/srs#4356): a value just above the last timestamp.
func (d *Decoder) deltaOf(s *stream, field uint32, ext bool) uint32 {
	const hour = 3600_000
	if step := field - s.timestamp; ext && s.timestamp > 0 && step < hour {
		return step
	}
	return field
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
	same, doubled := distance(s.timestamp, d.latest), distance(s.timestamp+s.delta, d.latest)
	if same <= doubled {
		return 0
	}
	return s.delta
}

// distance is how far apart two timestamps are, across the 32-bit wrap.
func distance(a, b uint32) uint32 { return min(a-b, b-a) }
