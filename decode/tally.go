package decode

import "github.com/rtmpscope/rtmpscope/decode/chunk"

// Tally is how many messages of one type there were.
type Tally struct {
	Type  uint8 // message type ID
	Count int64
}

// Count says that messages of less than so many bytes of wire that only repeat an earlier
// header, a byte and their body each, are told a stretch at a time (as Short) instead of one
// by one (as Chunk and Message); 0 is that all are told. Those that change the framing are
// always told, and commands and data that have room for a string besides their name
// (MinTelling). It may be called between Next and Next; how the bytes are cut then shows in
// how long the stretches are, and in which messages at their ends are told, and in nothing else.
//
// It is for who has seen enough of them: a sender can make ten million in a tenth
// of a second, and they are counted many times faster than told.
func (d *Decoder) Count(wire int) { d.counting = uint32(wire) }

// MinTelling is how long a command must be to say more than its name: the marker and the
// length of two strings, and a letter of each (AMF 0 §2.4).
const MinTelling = 8

// countShort reads as many short messages as come one after the other, and reports
// whether there were any.
func (d *Decoder) countShort() bool {
	if d.counting == 0 || d.wholeUpTo > 0 || len(d.stash) > 0 {
		return false
	}
	n := 0
	d.touched = d.touched[:0]
	for n < len(d.in) {
		wire := d.countOne(d.in[n], len(d.in)-n)
		if wire == 0 {
			break
		}
		n += wire
	}
	if n == 0 {
		return false
	}
	e := Event{Kind: Short, Offset: d.offset, End: d.offset + int64(n), Tallies: d.tallied()}
	d.unknown = 0
	d.skip(n)
	d.emit(e)
	return true
}

// countOne takes in a message that begins with byte b, of which have bytes are there, and
// returns its length; it leaves every one that is not short, of a known type, and there as a
// whole with nothing to report, and returns 0.
func (d *Decoder) countOne(b byte, have int) (wire int) {
	s := d.streams.near[b&0x3f]
	if b < 0xc0 || s == nil || s.length+1 >= d.counting || int(s.length) >= have || !d.mayCount(s) {
		return 0
	}
	s.added = s.delta
	if s.afterZero && s.delta != 0 {
		step, dialect := d.stepOfFmt3(s)
		if !d.choices.told[dialect] {
			return 0
		}
		s.added = step
	}
	s.timestamp += s.added
	d.latest = s.timestamp
	if s.counted++; s.counted == 1 {
		d.touched = append(d.touched, s)
	}
	return int(s.length) + 1
}

// mayCount reports whether the next message of a chunk stream, of less than the bytes that
// are counted, may be.
func (d *Decoder) mayCount(s *stream) bool {
	if s.open || s.ext || s.stale || s.length > d.chunkSize || !isKnownType(s.typ) {
		return false
	}
	switch {
	case s.length == 0:
		return true
	case s.typ == chunk.TypeSetChunkSize || s.typ == chunk.TypeAbort:
		return false
	case chunk.IsCommand(s.typ) || chunk.IsData(s.typ):
		return s.length < MinTelling
	}
	return true
}

// tallied says how much was counted.
func (d *Decoder) tallied() []Tally {
	d.tallies = d.tallies[:0]
	for _, s := range d.touched {
		d.tallies = append(d.tallies, Tally{s.typ, int64(s.counted)})
		s.counted = 0
	}
	return d.tallies
}
