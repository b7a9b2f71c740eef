package capture

import "time"

// beatComment tells a block that stands for silence from the one at the end.
const beatComment = commentPrefix + "silence until here"

// Beat records that time has passed and nothing was said: what a reader needs
// to notice that something did not happen, live and later alike. Records of open
// connections that come after it get its time if theirs is older. A beat is an
// interface statistics block, which other programs read as what it says.
//
// A segment that is old enough ends with a beat too. One that holds nothing but
// beats has no first record and does not grow old, so that silence removes
// nothing with [Keep].
func (r *Recorder) Beat(at time.Time) error {
	if r.err != nil || r.base.IsZero() {
		return r.err
	}
	if err := r.ready(at); err != nil {
		return err
	}
	t := r.base.Round(0).Add(at.Sub(r.base))
	if !t.After(r.last) {
		return nil // something was said meanwhile
	}
	for _, c := range r.conns {
		if t.After(c.last) {
			c.last = t
		}
	}
	r.last = t
	return r.statistics(true)
}

// beat reads the time of a block that stands for silence, and reports whether
// the statistics block is one.
func (b *blocks) beat(body []byte, p *packet) bool {
	if !b.sect.own || len(body) < 12 || len(b.sect.ifaces) == 0 {
		return false
	}
	o := b.sect.order
	silence := false
	for code, value := range options(o, body[12:]) {
		silence = silence || code == optComment && string(value) == beatComment
	}
	if !silence {
		return false
	}
	b.last = b.sect.ifaces[0].time(uint64(o.Uint32(body[4:]))<<32 | uint64(o.Uint32(body[8:])))
	*p = packet{pos: p.pos, time: b.last, beat: true}
	return true
}
