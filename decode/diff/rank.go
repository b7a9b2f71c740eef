package diff

import (
	"fmt"
	"sort"
)

// rank sorts the differences and says up to where both sessions agree.
func (c *comparison) rank(r *Result) {
	d := r.Differences
	if len(d) == 0 {
		return
	}
	c.calm(d)
	c.markFollowing(d)
	sort.SliceStable(d, func(i, j int) bool {
		x, y := &d[i], &d[j]
		switch {
		case x.Follows != y.Follows:
			return y.Follows
		case x.Importance != y.Importance:
			return x.Importance > y.Importance
		case c.bothAccepted() && (x.Area == Codec) != (y.Area == Codec):
			return x.Area == Codec // what a decoder refuses when all else was accepted
		}
		return x.at < y.at
	})
	first := c.first(d)
	f := d[first]
	copy(d[1:first+1], d[:first])
	d[0] = f
	r.SameA, r.SameB = c.sameUntil(f.at)
}

// calm takes the weight from the handshake where both sessions had their stream
// accepted after it: that two programs greet each other in different ways then
// explains nothing that came later.
func (c *comparison) calm(d []Difference) {
	if !c.bothAccepted() {
		return
	}
	for i := range d {
		if d[i].Area == Handshake {
			d[i].Importance = Minor
		}
	}
}

// bothAccepted reports whether the server took the stream in both sessions.
func (c *comparison) bothAccepted() bool { return c.a.accepted && c.b.accepted }

// markFollowing marks what comes after the first decisive difference and only
// says that one session goes on.
func (c *comparison) markFollowing(d []Difference) {
	decisive := -1
	for i := range d {
		if d[i].Importance == Decisive && (decisive < 0 || d[i].at < d[decisive].at) {
			decisive = i
		}
	}
	for i := range d {
		oneSided := d[i].A.Row == 0 || d[i].B.Row == 0 || d[i].Area == Ending
		d[i].Follows = decisive >= 0 && i != decisive && oneSided && d[i].at >= d[decisive].at
	}
}

// first is the earliest difference that is more than a detail, or the earliest.
func (c *comparison) first(d []Difference) int {
	best := 0
	for i := range d {
		x, y := &d[i], &d[best]
		minorX, minorY := x.Importance == Minor, y.Importance == Minor
		if minorX != minorY && minorY || minorX == minorY && x.earlier(y) {
			best = i
		}
	}
	return best
}

// earlier reports whether a difference comes before another: by its place among the
// steps, and where that is the same by its row, if one session has both.
func (d *Difference) earlier(o *Difference) bool {
	switch {
	case d.at != o.at:
		return d.at < o.at
	case d.B.Row > 0 && o.B.Row > 0:
		return d.B.Row < o.B.Row
	}
	return d.A.Row > 0 && o.A.Row > 0 && d.A.Row < o.A.Row
}

// sameUntil returns the rows of the last steps before a place that both have
// and that do not differ in anything that matters.
func (c *comparison) sameUntil(at float64) (a, b uint32) {
	for i, j := range c.match[0] {
		if j >= 0 && float64(i) < at && !c.shifted[i] && !c.a.steps[i].media {
			a, b = c.a.steps[i].row, c.b.steps[j].row
		}
	}
	return a, b
}

// end is a place behind all steps.
func (c *comparison) end() float64 { return float64(len(c.a.steps)) + 1 }

// notes say what limits the comparison.
func (c *comparison) notes() (out []string) {
	for i, s := range []*Session{c.a, c.b} {
		if s.truncated {
			out = append(out, fmt.Sprintf("Session %s has more steps than are compared; what comes after row %d is left out.", which(i == 0), s.steps[len(s.steps)-1].row))
		}
		switch {
		case s.end.known && s.end.byUs:
			out = append(out, fmt.Sprintf("How session %s would have ended is unknown: rtmpscope ended it.", which(i == 0)))
		case !s.end.known:
			out = append(out, fmt.Sprintf("How session %s ended is unknown: it is still open when the capture ends.", which(i == 0)))
		}
		if s.Messages == 0 {
			out = append(out, fmt.Sprintf("Session %s has no messages.", which(i == 0)))
		}
	}
	if c.more > 0 {
		out = append(out, fmt.Sprintf("%d further differences are left out.", c.more))
	}
	return out
}
