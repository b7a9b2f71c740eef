package decode

// Tally is how many messages of one type there were.
type Tally struct {
	Type  uint8 // message type ID
	Count int64
}

// Count says whether messages without a body that only repeat an earlier header, a
// byte of wire each, are told one by one (as Chunk and Message) or a stretch at a
// time (as Empties). It may be called between Next and Next; how the bytes are cut
// then shows in how long the stretches are, and in nothing else.
//
// It is for who has seen enough of them: a sender can make ten million in a tenth
// of a second, and they are counted a hundred times faster than told.
func (d *Decoder) Count(on bool) { d.counting = on }

// countEmpties reads as many messages without a body as come one after the other,
// and reports whether there were any.
func (d *Decoder) countEmpties() bool {
	if !d.counting || d.wholeUpTo > 0 || len(d.stash) > 0 {
		return false
	}
	n := 0
	d.touched = d.touched[:0]
	for n < len(d.in) && d.countEmpty(d.in[n]) {
		n++
	}
	if n == 0 {
		return false
	}
	e := Event{Kind: Empties, Offset: d.offset, End: d.offset + int64(n), Tallies: d.tallied()}
	d.unknown = 0
	d.skip(n)
	d.emit(e)
	return true
}

// countEmpty takes in a byte that is a whole message without a body, of a known type
// and with nothing to report; it leaves every other byte.
func (d *Decoder) countEmpty(b byte) bool {
	s := d.streams.near[b&0x3f]
	if b < 0xc0 || s == nil || s.length > 0 || s.open || s.ext || s.stale || !isKnownType(s.typ) {
		return false
	}
	s.added = s.delta
	if s.afterZero && s.delta != 0 {
		step, dialect := d.stepOfFmt3(s)
		if !d.choices.told[dialect] {
			return false
		}
		s.added = step
	}
	s.timestamp += s.added
	d.latest = s.timestamp
	if s.empties++; s.empties == 1 {
		d.touched = append(d.touched, s)
	}
	return true
}

// tallied says how much was counted.
func (d *Decoder) tallied() []Tally {
	d.tallies = d.tallies[:0]
	for _, s := range d.touched {
		d.tallies = append(d.tallies, Tally{s.typ, int64(s.empties)})
		s.empties = 0
	}
	return d.tallies
}
