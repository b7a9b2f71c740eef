package diff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// How far two measurements may be apart before they count as different. They
// are wide, because the same program does not run alike twice.
const (
	rateApart    = 1.1  // frames a second
	groupApart   = 1.25 // distance of keyframes
	bitrateApart = 2.0
	paceApart    = 1.5
	longPace     = 1.2 // of tracks that play for longPlay seconds or more
	longPlay     = 10.0
	pauseApart   = 4.0
	pauseFloor   = 3 * time.Second
	latencyApart = 10.0
	latencyFloor = 500 * time.Millisecond
	apartFloor   = 1000 // milliseconds between audio and video
	jumpFloor    = 1000 // milliseconds between two frames
)

// apart reports whether one of two known numbers is that many times the other.
func apart(x, y, factor float64) bool {
	return x > 0 && y > 0 && max(x, y)/min(x, y) > factor
}

// tracks compares how frames come.
func (c *comparison) tracks() {
	for _, dir := range []decode.Direction{decode.FromClient, decode.FromServer} {
		for video, kind := range []string{"audio", "video"} {
			x, y := c.tracksOf(dir, video)
			if x.n == 0 || y.n == 0 {
				continue // a missing track is a missing step
			}
			t := &pairOfTracks{c: c, x: x, y: y, who: fmt.Sprintf("The %s's %s", dir, kind)}
			t.start()
			t.cadence()
			t.timestamps()
			t.chunks()
		}
		c.interleaving(dir)
	}
}

// tracksOf returns the frames of one side of both sessions.
func (c *comparison) tracksOf(dir decode.Direction, video int) (*track, *track) {
	i := int(dir)*2 + video
	return &c.a.tracks[i], &c.b.tracks[i]
}

// pairOfTracks is the same track of both sessions.
type pairOfTracks struct {
	c    *comparison
	x, y *track
	who  string
}

// tell adds a difference with what each track says.
func (t *pairOfTracks) tell(area Area, w Importance, rowA, rowB uint32, what, a, b string) {
	t.c.tell(area, w, t.c.end(), Place{rowA, rowA, text.Marked(a)}, Place{rowB, rowB, text.Marked(b)},
		"%s: %s %s in A and %s in B", t.who, what, a, b)
}

func (t *pairOfTracks) start() {
	x, y := t.x, t.y
	if x.bare != y.bare {
		t.tell(Codec, Decisive, x.row, y.row, "the first frame comes", withOrWithout(x.bare), withOrWithout(y.bare))
	}
	if x.startsKey != y.startsKey {
		t.tell(Cadence, Notable, x.row, y.row, "the first frame is", keyWords(x.startsKey), keyWords(y.startsKey))
	}
	if slices.Compare(x.codecs, y.codecs) != 0 && len(x.codecs)+len(y.codecs) > 2 {
		t.tell(Codec, Notable, x.row, y.row, "the number of codecs among the frames is", fmt.Sprint(len(x.codecs)), fmt.Sprint(len(y.codecs)))
	}
}

func withOrWithout(bare bool) string {
	if bare {
		return "without a codec configuration before it"
	}
	return "after its codec configuration"
}

func keyWords(key bool) string {
	if key {
		return "a keyframe"
	}
	return "no keyframe"
}

func (t *pairOfTracks) cadence() {
	x, y := t.x, t.y
	number := func(w Importance, a, b, factor float64, what, format string) {
		if apart(a, b, factor) {
			t.tell(Cadence, w, x.row, y.row, what, fmt.Sprintf(format, a), fmt.Sprintf(format, b))
		}
	}
	number(Minor, x.rate(), y.rate(), rateApart, "the rate is", "%.3g frames/s")
	number(Minor, x.kbits(), y.kbits(), bitrateApart, "the bit rate is", "%.0f kbit/s")
	number(Notable, float64(x.group()), float64(y.group()), groupApart, "a keyframe comes every", "%.0f ms")
	number(Notable, x.pace(), y.pace(), t.paceApart(), "the pace against the clock is", "%.2g times real time")
	t.pauses()
	if x.n > 25 && y.n > 25 && (x.shifted > 0) != (y.shifted > 0) {
		t.tell(Cadence, Minor, x.row, y.row, "composition times (B-frames) are", used(x.shifted > 0), used(y.shifted > 0))
	}
}

func used(yes bool) string {
	if yes {
		return "used"
	}
	return "not used"
}

func (t *pairOfTracks) timestamps() {
	x, y := t.x, t.y
	if (x.back > 0) != (y.back > 0) {
		t.tell(Cadence, Notable, max(x.backRow, x.row), max(y.backRow, y.row), "timestamps go backwards", times(x.back), times(y.back))
	}
	if apart(float64(x.jump), float64(y.jump), 4) && max(x.jump, y.jump) > jumpFloor {
		t.tell(Cadence, Notable, x.jumpRow, y.jumpRow, "the largest step of the timestamp is", fmt.Sprintf("%d ms", x.jump), fmt.Sprintf("%d ms", y.jump))
	}
	if (x.extended > 0) != (y.extended > 0) {
		t.tell(Chunks, Notable, max(x.extendedRow, x.row), max(y.extendedRow, y.row), "extended timestamps are", used(x.extended > 0), used(y.extended > 0))
	}
}

func times(n int64) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// chunks compares how the frames are cut and addressed.
func (t *pairOfTracks) chunks() {
	x, y := t.x, t.y
	if a, b := x.usedFormats(), y.usedFormats(); a != b && x.n > 25 && y.n > 25 {
		t.tell(Chunks, Minor, x.row, y.row, "messages begin with chunks of format", a, b)
	}
	if slices.Compare(x.chunkStreams, y.chunkStreams) != 0 {
		t.tell(Chunks, Minor, x.row, y.row, "the chunk stream is", numbers(x.chunkStreams), numbers(y.chunkStreams))
	}
	if a, b := t.c.a.streamName(float64(x.streamID)), t.c.b.streamName(float64(y.streamID)); a != b {
		t.tell(Command, Notable, x.row, y.row, "the message stream is", a, b)
	}
}

// usedFormats lists the chunk formats that a twentieth of the messages begin
// with.
func (t *track) usedFormats() string {
	var out []string
	for f, n := range t.formats {
		if n*20 > t.n {
			out = append(out, fmt.Sprint(f))
		}
	}
	return list(out, 4)
}

func numbers(ids []uint32) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = fmt.Sprint(id)
	}
	return list(out, 8)
}

// interleaving compares how far audio and video are apart when they are sent.
func (c *comparison) interleaving(dir decode.Direction) {
	x, y := &c.a.inter[dir], &c.b.inter[dir]
	if x.most == 0 || y.most == 0 || !apart(float64(x.apart)+1, float64(y.apart)+1, 3) || max(x.apart, y.apart) < apartFloor {
		return
	}
	words := func(i *interleave) text.Marked {
		return text.Marked(fmt.Sprintf("%d ms, with up to %d frames of one kind in a row", i.apart, i.most))
	}
	c.tell(Cadence, Notable, c.end(), Place{x.row, x.row, words(x)}, Place{y.row, y.row, words(y)},
		"The %s's audio and video timestamps are up to %d ms apart in A and %d ms in B", dir, x.apart, y.apart)
}

// habits compares what shows over a whole session.
func (c *comparison) habits() {
	for _, dir := range []decode.Direction{decode.FromClient, decode.FromServer} {
		x, y := &c.a.txn[dir], &c.b.txn[dir]
		if a, b := x.words(), y.words(); a != b && a != "" && b != "" {
			c.tell(Command, Notable, c.end(), Place{x.row, x.row, text.Marked(a)}, Place{y.row, y.row, text.Marked(b)}, "The %s %s in A and %s in B", dir, a, b)
		}
		c.acknowledging(dir, &c.a.acks[dir], &c.b.acks[dir])
		c.pinging(dir)
	}
	c.latencies()
}

// acknowledging compares whether a side acknowledges. A side that received less
// than what the other session had when it first did so need not.
func (c *comparison) acknowledging(dir decode.Direction, x, y *acks) {
	if x.n > 0 == (y.n > 0) {
		return
	}
	received := c.b.bytes[dir.Peer()]
	if y.n > 0 {
		received = c.a.bytes[dir.Peer()]
	}
	if int64(max(x.first, y.first)) > received {
		return
	}
	c.tell(Control, Notable, c.end(), Place{x.row, x.row, text.Marked(times(x.n))}, Place{y.row, y.row, text.Marked(times(y.n))},
		"Only in %s the %s sends acknowledgements", which(x.n > 0), dir)
}

// pinging compares pings that stay unanswered.
func (c *comparison) pinging(dir decode.Direction) {
	lost := func(s *Session) int64 { return s.acks[dir].pings - s.acks[dir.Peer()].pongs }
	x, y := lost(c.a), lost(c.b)
	if c.a.acks[dir].pings == 0 || c.b.acks[dir].pings == 0 || (x > 1) == (y > 1) {
		return
	}
	c.tell(Control, Notable, c.end(), Place{Row: c.a.acks[dir].pingRow}, Place{Row: c.b.acks[dir].pingRow},
		"The %s answers the pings in %s only; in the other session %d stay unanswered", dir.Peer(), which(y > 1), max(x, y))
}

// latencies compares how long answers took, when that differs grossly.
func (c *comparison) latencies() {
	for i, j := range c.match[0] {
		if j < 0 {
			continue
		}
		s, t := &c.a.steps[i], &c.b.steps[j]
		if !s.replied || !t.replied || max(s.rtt, t.rtt) < latencyFloor || !apart(float64(s.rtt)+1, float64(t.rtt)+1, latencyApart) {
			continue
		}
		w := Minor
		if max(s.rtt, t.rtt) > 6*latencyFloor {
			w = Notable
		}
		c.tell(Latency, w, float64(i), s.place(), t.place(), "The answer to %s takes %s in A and %s in B", s.request, session.Duration(s.rtt), session.Duration(t.rtt))
	}
}

// marks compares anomalies, losses, gaps and dialects.
func (c *comparison) marks() {
	for n := range 2 {
		mine, other, _ := c.side(n)
		for i := range mine.marks {
			m := &mine.marks[i]
			if slices.ContainsFunc(other.marks, func(o mark) bool { return o.kind == m.kind && o.from == m.from && o.token == m.token }) {
				continue
			}
			a, b := sided(n, Place{m.row, m.row, m.words}, Place{})
			c.tell(Framing, m.weight(), c.placeOf(n, m.row), a, b, "Only in %s: %s %s of the %s: %s", which(n == 0),
				m.kind, strings.TrimSpace(m.token), m.from, m.words)
		}
	}
}

func (m *mark) weight() Importance {
	switch m.kind {
	case session.Lost:
		return Decisive
	case session.Dialect:
		return Minor
	}
	return Notable
}

// placeOf is the place of a row among the steps.
func (c *comparison) placeOf(n int, row uint32) float64 {
	mine, _, _ := c.side(n)
	at := -0.6 // before the first step
	for i := range mine.steps {
		if s := &mine.steps[i]; s.row < row && !s.media {
			at = c.at[n][i] + 0.4
		}
	}
	return at
}
