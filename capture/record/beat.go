package record

import "time"

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
